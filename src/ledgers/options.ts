import { isFunction, wholeFrom, type OptionChecks } from "../base/check_options.js";

/** The function that sends requests; `globalThis.fetch` is one. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Options of every ledger that sends its entries away. */
export interface SenderOptions {
  /** @default the runtime's own */
  fetch?: Fetch | undefined;
  /** How long one request may take. @default 10000 */
  timeoutMs?: number | undefined;
  /** How often a request is sent again that failed with 408, 409, 425, 429, 5xx, a cut connection or a passed deadline. @default 5 */
  maxRetries?: number | undefined;
  /** The first wait before that, doubled with each failure, where the receiver does not say how long (`Retry-After`). @default 500 */
  retryDelayMs?: number | undefined;
  /** How many entries may wait. While the receiver is away those that come after are lost, with a warning. @default 10000 */
  maxWaiting?: number | undefined;
}

/** The checks of those options. */
export const SENDER_CHECKS: OptionChecks<SenderOptions> = {
  fetch: [isFunction, "Pass a function like `globalThis.fetch`."],
  timeoutMs: wholeFrom(1),
  maxRetries: wholeFrom(0),
  retryDelayMs: wholeFrom(0),
  maxWaiting: wholeFrom(1),
};

export function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
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
