import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";

/** The function that sends requests; `globalThis.fetch` is one. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Options of every ledger that sends its entries away. */
export interface SenderOptions {
  /** @default the runtime's own */
  fetch?: Fetch;
  /** How long one request may take. @default 10000 */
  timeoutMs?: number;
  /** How often a request is sent again that failed with 408, 409, 425, 429, 5xx, a cut connection or a passed deadline. @default 5 */
  maxRetries?: number;
  /** The first wait before that, doubled with each failure, where the receiver does not say how long (`Retry-After`). @default 500 */
  retryDelayMs?: number;
  /** How many entries may wait. While the receiver is away those that come after are lost, with a warning. @default 10000 */
  maxWaiting?: number;
}

/** A test of an option's value, and what to write instead. */
export type Check = readonly [fits: (value: unknown) => boolean, hint: string];

/** The checks of those options. */
export const SENDER_CHECKS: Readonly<Record<keyof SenderOptions, Check>> = {
  fetch: [isFunction, "Pass a function like `globalThis.fetch`."],
  timeoutMs: [isPositive, "It must be a whole number of at least 1."],
  maxRetries: [(value) => value === 0 || isPositive(value), "It must be a whole number of at least 0."],
  retryDelayMs: [(value) => value === 0 || isPositive(value), "It must be a whole number of at least 0."],
  maxWaiting: [isPositive, "It must be a whole number of at least 1."],
};

/** The checks of those options that must be there, and of those that may. */
export interface Checks {
  required: Readonly<Record<string, Check>>;
  optional: Readonly<Record<string, Check>>;
}

/**
 * Checks options as a user wrote them. Values are not shown: they may be secrets.
 * @throws ConfigurationError for those that are missing, unknown, or cannot be
 */
export function checkOptions(owner: string, options: object, { required, optional }: Checks): void {
  const checks: Checks["optional"] = { ...required, ...optional };
  const given = new Map(Object.entries(options));
  for (const option of given.keys()) {
    if (!Object.hasOwn(checks, option))
      throw new ConfigurationError(
        option,
        `\`${owner}\` has no option ${shown(option)}.`,
        `It has ${Object.keys(checks).join(", ")}.`,
      );
  }
  for (const [option, [fits, hint]] of Object.entries(checks)) {
    const value: unknown = given.get(option);
    if (value === undefined && !Object.hasOwn(required, option)) continue;
    if (!fits(value))
      throw new ConfigurationError(
        option,
        `\`${option}\` of \`${owner}\` is ${value === undefined ? "missing" : "no such value"}.`,
        hint,
      );
  }
}

export function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

export function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

export function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

/** A key that HTTP can carry: `fetch` would refuse another in words that show it. */
export function isKey(value: unknown): boolean {
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
}

/** An address without a user and a password, which `fetch` would refuse in words that show them. */
export function isAddress(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}
