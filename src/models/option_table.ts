import { areStrings, hasFields } from "../base/check_given.js";
import { isFunction } from "../base/check_options.js";
import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";

/** What is wrong with a value. The problem is said of the value itself where nothing else is. */
export interface Fault {
  /** What is wrong, as a sentence. @default the option and its value */
  problem?: string | undefined;
  remedy: string;
}

/** Looks at a value that a user wrote; `undefined` when it will do. */
export type Kind = (value: unknown, option: string) => Fault | undefined;

/** All that is known of one option. */
export interface Option {
  /** Its field in the request; absent for one that is not sent, or not by itself. */
  readonly wire?: string | undefined;
  /** The header in which it travels. */
  readonly header?: string | undefined;
  /** How the header writes it. @default as a text */
  readonly inHeader?: ((value: unknown) => string) | undefined;
  /** What its values may be. @default anything */
  readonly kind?: Kind | undefined;
  /** A serialised model has it: data, and no secret. */
  readonly isStored: boolean;
  /** Where it is taken. @default both */
  readonly only?: "constructor" | "call" | undefined;
  /** The option that this is another name of. */
  readonly aliasOf?: string | undefined;
  /** The option that cannot be set beside it. */
  readonly excludes?: string | undefined;
  /** Values that say "none", which is what leaving it out says; they are of no kind. */
  readonly isNone?: ((value: unknown) => boolean) | undefined;
  /** `null` is a slip, and not an option that is left out. */
  readonly refusesNull?: true | undefined;
}

/** Every option of a model, by its name. */
export type OptionTable<Names extends string = string> = Readonly<Record<Names, Option>>;

/** An option that is a field of the request. */
export function sent(wire: string, kind?: Kind, more: Partial<Option> = {}): Option {
  return { wire, kind, isStored: true, ...more };
}

/** An option of the constructor that shapes calls and is not sent. */
export function kept(kind?: Kind, more: Partial<Option> = {}): Option {
  return { kind, isStored: true, only: "constructor", ...more };
}

/** An option that is no data, or a secret: no serialised model has it. */
export function unstored(only?: Option["only"], kind?: Kind): Option {
  return { kind, isStored: false, ...(only === undefined ? {} : { only }) };
}

/** An option of the constructor that is one of a few values: a slip would be taken for another value in silence. */
export function choice(...values: readonly unknown[]): Option {
  const known = values.map((each) => `\`${String(each)}\``).join(", ");
  return kept((value) => (values.includes(value) ? undefined : { remedy: `It must be one of ${known}.` }), {
    refusesNull: true,
  });
}

/** A number in a range. */
export function number(low = -Infinity, high = Infinity): Kind {
  return inRange("number", low, high, Number.isFinite);
}

/** A whole number in a range. */
export function whole(low = -Infinity, high = Infinity): Kind {
  return inRange("whole number", low, high, Number.isSafeInteger);
}

/** A number that may also be infinite: a limit that can be switched off. */
export function limit(low: number): Kind {
  return inRange("number", low, Infinity, (value) => typeof value === "number" && !Number.isNaN(value));
}

/** A whole number that may also be infinite. */
export function wholeLimit(low: number): Kind {
  return inRange("whole number", low, Infinity, (value) => value === Infinity || Number.isSafeInteger(value));
}

function inRange(what: string, low: number, high: number, fits: (value: unknown) => boolean): Kind {
  const range = high !== Infinity ? ` from ${low} to ${high}` : low !== -Infinity ? ` of at least ${low}` : "";
  const remedy = `It must be a ${what}${range}.`;
  return (value) => (fits(value) && Number(value) >= low && Number(value) <= high ? undefined : { remedy });
}

/** A value that fits, or the words of what it must be. */
export function such(words: string, fits: (value: unknown) => boolean): Kind {
  const remedy = `It must be ${words}.`;
  return (value) => (fits(value) ? undefined : { remedy });
}

export const SWITCH: Kind = such("true or false", (value) => typeof value === "boolean");
export const TEXTS: Kind = such("a list of texts", areStrings);
export const FIELDS: Kind = such("an object", hasFields);
export const FUNCTION: Kind = such("a function", isFunction);

/** `-1`, as users of OpenAI's class write it, and `Infinity` are no limit. */
export const isNoLimit = (value: unknown): boolean => value === -1 || value === Infinity;

/** @throws ConfigurationError for a value that is not of the option's kind */
export function checkOption(name: string, { kind }: Option, value: unknown): void {
  const fault = kind?.(value, name);
  if (fault === undefined) return;
  throw new ConfigurationError(name, fault.problem ?? `\`${name}\` is \`${shown(value)}\`.`, fault.remedy);
}
