import { getEnvironmentVariable } from "@langchain/core/utils/env";
import { checkOptions, isFunction, wholeFrom, type OptionChecks } from "../../base/check_options.js";
import { ConfigurationError, MeteredError } from "../../base/errors.js";
import { withoutEnd } from "../../base/trim.js";
import { FIREWORKS_GATEWAY, isSafeAddress, isSendableKey, SAFE_ADDRESS_HINT } from "./gateway.js";
import { mergePrices } from "./merge.js";
import { leaveOutImplausible } from "./plausible.js";
import { readPriceList } from "./read_list.js";
import { isSellerPrices, toTable, type SellerPrices, type SellerPriceTable } from "./seller_prices.js";
import { toRows } from "./to_rows.js";

/** How Fireworks' price list is read. */
export interface FetchFireworksPricesInput {
  /** Any key of an account, or a function that gives one. @default the environment's FIREWORKS_API_KEY */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  /** Where Fireworks' API is, with or without the path of its inference. @default "https://api.fireworks.ai" */
  baseURL?: string | undefined;
  /** Which form of the list is asked for. Both are read. @default "flat" */
  format?: "flat" | "nested" | undefined;
  /** @default the runtime's */
  fetch?: typeof globalThis.fetch | undefined;
  /** Ends the reading when it is aborted. */
  signal?: AbortSignal | undefined;
  /** For each page, in milliseconds. @default 60000 */
  timeoutMs?: number | undefined;
}

const CHECKS: OptionChecks<FetchFireworksPricesInput> = {
  apiKey: [
    (value) => typeof value === "function" || isSendableKey(value),
    "Give a key of Fireworks', which has no blanks, or a function that returns one.",
    "secret",
  ],
  baseURL: [isSafeAddress, SAFE_ADDRESS_HINT, "secret"],
  format: [(value) => value === "flat" || value === "nested", 'Use "flat" or "nested".'],
  fetch: [isFunction, "Pass a function like `globalThis.fetch`."],
  signal: [(value) => value instanceof AbortSignal, "Pass an `AbortSignal`."],
  timeoutMs: wholeFrom(1),
};

/** @throws ConfigurationError for options that cannot work */
export function checkFetchInput(owner: string, input: FetchFireworksPricesInput): void {
  checkOptions(owner, input, CHECKS);
}

/**
 * Fireworks' own price list (`GET /v1/serverless/models`) as a table that goes before the built-in prices. Its rows hold from the instant
 * at which they were read.
 * @param before - earlier prices, whose history is kept: what `loadPrices` or this function gave
 * @throws ConfigurationError for options that cannot work; ServerError where Fireworks cannot be reached or refuses (401, 403: what
 * the key lacks); MeteredError where what it gives is no price list
 * @example
 * const prices = await fetchFireworksPrices({ apiKey: "fw_..." });
 * const costs = new CostCallbackHandler({ table: prices });
 */
export async function fetchFireworksPrices(
  input: FetchFireworksPricesInput = {},
  before?: SellerPrices,
): Promise<SellerPriceTable> {
  checkFetchInput("`fetchFireworksPrices`", input);
  if (before !== undefined && !isSellerPrices(before))
    throw new ConfigurationError(
      "before",
      "The earlier prices are none of Fireworks' list.",
      "Pass what `loadPrices` or `fetchFireworksPrices` gave.",
    );
  const apiKey = await keyOf(input.apiKey);
  const url = listUrl(input);
  const list = await readPriceList({ ...input, apiKey }, url);
  const fetchedAt = timeAfter(before);
  const { notes, sha256 } = list;
  const known = before === undefined ? undefined : toTable(before);
  const rows = leaveOutImplausible(toRows(list.modes, url, notes), known ?? toTable(NOTHING), fetchedAt, notes);
  if (rows.rows.length === 0)
    throw new MeteredError(
      `Fireworks' price list at \`${url}\` has no price that can be read. The prices stay as they were. ${notes.list.slice(0, 3).join(" ")}`,
    );
  return toTable(mergePrices(before, rows, { url, fetchedAt, sha256 }, notes.list));
}

/** How far the clocks of two machines may be apart that refresh the same prices by turns. */
const CLOCKS_APART_MS = 60_000;

/** The time now, and after that of the prices so far: history has an order. @throws MeteredError where the clock is wrong */
function timeAfter(before: SellerPrices | undefined): string {
  const now = Date.now();
  const then = before === undefined ? -Infinity : Date.parse(before.source.fetchedAt);
  if (then - now <= CLOCKS_APART_MS) return new Date(Math.max(now, then + 1)).toISOString();
  throw new MeteredError(
    `The prices so far are of ${before?.source.fetchedAt}, and this machine says that it is ${new Date(now).toISOString()}. Set its clock right.`,
  );
}

const NOTHING: SellerPrices = {
  rows: [],
  aliases: [],
  models: [],
  source: { url: "", fetchedAt: "", sha256: "" },
  notes: [],
};

/** The list's address: users have that of the inference API at hand. */
function listUrl({ baseURL = FIREWORKS_GATEWAY, format = "flat" }: FetchFireworksPricesInput): string {
  const root = withoutEnd(baseURL, "/").replace(/(?:\/inference)?(?:\/v1)?$/, "");
  return `${root}/v1/serverless/models${format === "nested" ? "?format=nested" : ""}`;
}

/** @throws ConfigurationError where there is no key, or one that HTTP cannot carry */
async function keyOf(given: FetchFireworksPricesInput["apiKey"]): Promise<string> {
  const key =
    (typeof given === "function" ? await given() : (given ?? getEnvironmentVariable("FIREWORKS_API_KEY"))) ?? "";
  if (isSendableKey(key.trim())) return key.trim();
  throw new ConfigurationError(
    "apiKey",
    key.trim() === "" ? "No Fireworks API key was found." : "The Fireworks API key has characters that no key has.",
    "Set the environment variable `FIREWORKS_API_KEY`, or pass `apiKey`.",
    "MODEL_AUTHENTICATION",
  );
}
