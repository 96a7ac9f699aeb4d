import * as z from "zod/mini";
import { isObject } from "../base/json.js";
import { tryParseUsd } from "../base/money.js";

/**
 * A check in two forms that agree: `passes` is quick, and says of nearly every entry that there is nothing to say; the schema,
 * which takes ten times as long, is for the others: it says what is wrong.
 */
export interface Check<Type> {
  schema: z.ZodMiniType<Type>;
  /** False may be a mere doubt, that the schema settles; true never is. */
  passes(this: void, value: unknown): boolean;
}

/** A field that may be absent. */
export interface OptionalCheck<Type> {
  schema: z.ZodMiniOptional<z.ZodMiniType<Type>>;
  passes(this: void, value: unknown): boolean;
}

/**
 * A check for each field of a type, under its name. The type is the source: a field that it has and the checks lack, or that the
 * two see differently, does not compile.
 */
export type Fields<Type> = {
  [Name in keyof Type]-?: undefined extends Type[Name]
    ? OptionalCheck<Exclude<Type[Name], undefined>>
    : Check<Type[Name]>;
};

/** An object with these fields. Fields that this version does not know are kept. */
export function object<Type>(fields: Fields<Type>): Check<Type> {
  const checks = Object.entries<Check<unknown> | OptionalCheck<unknown>>(fields);
  const shape = Object.fromEntries(checks.map(([name, { schema }]) => [name, schema]));
  return {
    // The mapped type says what zod would infer, but for the unknown fields.
    schema: z.looseObject(shape) as unknown as z.ZodMiniType<Type>,
    passes(value) {
      if (!isPlain(value)) return false;
      for (const [name, check] of checks) if (!check.passes(value[name])) return false;
      return true;
    },
  };
}

/** A record of values that are all of a kind. */
export function record<Type>(check: Check<Type>): Check<Record<string, Type>> {
  return {
    schema: z.record(z.string(), check.schema),
    passes(value) {
      if (!isPlain(value)) return false;
      for (const name in value) if (!check.passes(value[name])) return false;
      return true;
    },
  };
}

/** zod leaves a field of this name out, so that it has to see such an object. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Object.hasOwn(value, "__proto__");
}

/** A list of values that are all of a kind. */
export function list<Type>(check: Check<Type>): Check<Type[]> {
  return {
    schema: z.array(check.schema),
    passes: (value) => Array.isArray(value) && value.every((item) => check.passes(item)),
  };
}

/** Two figures of which each has its check. */
export function pair<First, Second>(first: Check<First>, second: Check<Second>): Check<[First, Second]> {
  return {
    schema: z.tuple([first.schema, second.schema]),
    passes: (value) => Array.isArray(value) && value.length === 2 && first.passes(value[0]) && second.passes(value[1]),
  };
}

/** What may be absent. */
export function optional<Type>({ schema, passes }: Check<Type>): OptionalCheck<Type> {
  return { schema: z.optional(schema), passes: (value) => value === undefined || passes(value) };
}

/** What may be unknown. */
export function nullable<Type>({ schema, passes }: Check<Type>): Check<Type | null> {
  return { schema: z.nullable(schema), passes: (value) => value === null || passes(value) };
}

/** One of these values. */
export function oneOf<const Value extends string | number | boolean>(...values: readonly Value[]): Check<Value> {
  const known = new Set<unknown>(values);
  return { schema: z.literal(values), passes: (value) => known.has(value) };
}

export const text: Check<string> = { schema: z.string(), passes: (value) => typeof value === "string" };

export const filledText: Check<string> = {
  schema: z.string().check(z.minLength(1)),
  passes: (value) => typeof value === "string" && value !== "",
};

export const flag: Check<boolean> = { schema: z.boolean(), passes: (value) => typeof value === "boolean" };

export const number: Check<number> = { schema: z.number(), passes: (value) => Number.isFinite(value) };

/** A value of the metadata. */
export const plain: Check<string | number | boolean> = {
  schema: z.union([z.string(), z.number(), z.boolean()]),
  passes: (value) => typeof value === "string" || typeof value === "boolean" || Number.isFinite(value),
};

export const anything: Check<unknown> = { schema: z.unknown(), passes: () => true };

export const count: Check<number> = {
  schema: z.int().check(z.minimum(0)),
  passes: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};

export const duration: Check<number> = {
  schema: z.number().check(z.minimum(0)),
  passes: (value) => Number.isFinite(value) && Number(value) >= 0,
};

/** Nearly all amounts: to read each one takes longer than all else that is checked. */
const USUAL_AMOUNT = /^\d{1,20}(?:\.\d{1,12})?$/;
const isAmount = (amount: string) => USUAL_AMOUNT.test(amount) || tryParseUsd(amount) !== undefined;

export const usd: Check<string> = {
  schema: z.string().check(z.refine(isAmount, "not an amount in USD")),
  passes: (value) => typeof value === "string" && isAmount(value),
};

const isTime = (written: string) => !Number.isNaN(Date.parse(written));

export const time: Check<string> = {
  schema: z.string().check(z.refine(isTime, "not a time")),
  passes: (value) => typeof value === "string" && isTime(value),
};
