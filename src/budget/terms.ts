import { isString } from "../base/check_given.js";
import { checkOptions, isFunction, SWITCH, type OptionCheck, type OptionChecks } from "../base/check_options.js";
import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { tryParseUsdOrNumber } from "../base/money.js";
import type { BudgetInput } from "./input.js";
import { toNanosBelow, type Unit } from "./unit.js";
import { Calendar } from "./window.js";

const LONGEST_NAME = 200;

/** The three limits have checks of their own. */
const CHECKS: OptionChecks<BudgetInput> = {
  name: [
    (value) => typeof value === "string" && value !== "" && value.length <= LONGEST_NAME,
    `Use a text of at most ${LONGEST_NAME} characters.`,
  ],
  limitUsd: [() => true, ""],
  limitTokens: [() => true, ""],
  limitCalls: [() => true, ""],
  per: oneOf("minute", "hour", "day", "week", "month"),
  timeZone: [isString, 'Use an IANA name, such as "Europe/Berlin".'],
  by: [
    (value) => typeof value === "function" || ["user", "session", "thread", "model"].includes(String(value)),
    'Use "user", "session", "thread", "model" or a function that gives a text.',
  ],
  onExceed: oneOf("deny", "clamp", "wait", "warn"),
  thresholds: [
    (value) => Array.isArray(value) && value.every((part) => typeof part === "number" && part > 0),
    "Use numbers above 0, such as `[0.8, 1]`.",
  ],
  onThreshold: [isFunction, "Pass a function."],
  onUnpriced: oneOf("deny", "allow"),
  charge: oneOf("high", "expected"),
  countExactly: SWITCH,
  store: [isStore, "Pass what `redisBudgetStore`, `postgresBudgetStore` or `memoryBudgetStore` returns."],
  onStoreDown: oneOf("closed", "open", "escrow"),
  leaseMs: [
    (value) => typeof value === "number" && value >= 1_000 && value <= 86_400_000,
    "It must be 1000 to 86400000 milliseconds.",
  ],
  now: [isFunction, "Pass a function that returns a `Date`."],
};

function oneOf(...words: string[]): OptionCheck {
  const named = words.map((word) => `"${word}"`);
  const hint = `Use ${named.slice(0, -1).join(", ")} or ${named.at(-1) ?? ""}.`;
  return [(value) => typeof value === "string" && words.includes(value), hint];
}

function isStore(value: unknown): boolean {
  return ["reserve", "renew", "settle", "state"].every(
    (method) => typeof value === "object" && value !== null && isFunction(Reflect.get(value, method)),
  );
}

/** A budget's input, checked, with what holds where it says nothing. */
export interface Terms extends Omit<BudgetInput, "limitUsd" | "limitTokens" | "limitCalls"> {
  readonly name: string;
  readonly unit: Unit;
  /** In the store's amounts. */
  readonly limit: number;
  readonly onExceed: NonNullable<BudgetInput["onExceed"]>;
  readonly thresholds: readonly number[];
  readonly onUnpriced: NonNullable<BudgetInput["onUnpriced"]>;
  readonly charge: NonNullable<BudgetInput["charge"]>;
  readonly onStoreDown: NonNullable<BudgetInput["onStoreDown"]>;
  readonly leaseMs: number;
  /** Absent in total and per minute. */
  readonly calendar?: Calendar;
}

const DEFAULT_LEASE_MS = 60_000;

/** @throws ConfigurationError for options that do not exist, values that cannot be, and other than one limit */
export function toTerms(input: BudgetInput): Terms {
  checkOptions("A budget", input, CHECKS);
  const { limitUsd: _usd, limitTokens: _tokens, limitCalls: _calls, ...rest } = input;
  const { unit, limit } = toLimit(input);
  const { per, by, timeZone = "UTC", onExceed = per === "minute" ? "wait" : "deny" } = input;
  if (input.store !== undefined && input.now !== undefined)
    throw new ConfigurationError("now", "There are both `store` and `now`.", "A store has a clock of its own.");
  const spoken = [unit, per === undefined ? "" : `per ${per}`, by === undefined ? "" : `by ${nameOf(by)}`];
  return {
    ...rest,
    name: input.name ?? spoken.filter((word) => word !== "").join(" "),
    unit,
    limit,
    onExceed,
    thresholds: [...(input.thresholds ?? [0.8, 1])].sort((a, b) => a - b),
    onUnpriced: input.onUnpriced ?? "deny",
    charge: input.charge ?? "high",
    onStoreDown: input.onStoreDown ?? "closed",
    leaseMs: input.leaseMs ?? DEFAULT_LEASE_MS,
    ...(per === undefined || per === "minute" ? {} : { calendar: toCalendar(per, timeZone) }),
  };
}

const LIMITS = { limitUsd: "usd", limitTokens: "tokens", limitCalls: "calls" } as const;

/** @throws ConfigurationError for other than one limit */
export function toLimit(
  input: Pick<BudgetInput, "limitUsd" | "limitTokens" | "limitCalls">,
): Pick<Terms, "unit" | "limit"> {
  const given = (["limitUsd", "limitTokens", "limitCalls"] as const).filter((option) => input[option] !== undefined);
  const [option] = given;
  if (option === undefined || given.length > 1) {
    const which = option === undefined ? "no limit" : given.map((name) => `\`${name}\``).join(" and ");
    const hint = "Give exactly one of `limitUsd`, `limitTokens` and `limitCalls`; several budgets may hold at once.";
    throw new ConfigurationError(option ?? "limitUsd", `The budget has ${which}.`, hint);
  }
  const unit = LIMITS[option];
  const value = input[option];
  const pico = unit === "usd" ? tryParseUsdOrNumber(value) : undefined;
  const limit = unit === "usd" ? toNanosBelow(pico ?? 0n) : Number(value);
  if (Number.isSafeInteger(limit) && limit > 0 && typeof value !== "boolean") return { unit, limit };
  const most = unit === "usd" ? '"0.000000001" to "9000000" USD, such as "5.00"' : "a whole number of at least 1";
  throw new ConfigurationError(option, `\`${option}\` is \`${shown(value)}\`.`, `It must be ${most}.`);
}

function nameOf(by: NonNullable<BudgetInput["by"]>): string {
  return typeof by === "function" ? by.name || "key" : by;
}

function toCalendar(per: "hour" | "day" | "week" | "month", timeZone: string): Calendar {
  try {
    return new Calendar(per, timeZone);
  } catch {
    throw new ConfigurationError(
      "timeZone",
      `\`timeZone\` is \`${shown(timeZone)}\`, which this runtime does not know.`,
      'Use an IANA name, such as "Europe/Berlin".',
    );
  }
}
