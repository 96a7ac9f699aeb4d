import { checkOptions, isFunction, wholeFrom, type OptionChecks } from "../base/check_options.js";
import { ConfigurationError } from "../base/errors.js";
import { fieldsOf, isObject, itemsOf, nonEmpty, type Json } from "../base/json.js";
import { withoutEnd } from "../base/trim.js";
import {
  askGateway,
  FIREWORKS_GATEWAY,
  isSafeAddress,
  isSendableKey,
  SAFE_ADDRESS_HINT,
} from "../pricing/feeds/gateway.js";
import type { Bill, BillLine } from "./bill_line.js";
import { BillError } from "./bill_error.js";
import { isDay } from "./fields.js";
import { fireworksQuery, lagNote } from "./forms/fireworks.js";

/** Whose bill is asked for, and of which days. */
export interface FireworksBillInput {
  /** The account's id, with or without `accounts/` before it. */
  account: string;
  /** A key of an admin of the account. It is sent to `baseUrl` and nowhere else. */
  apiKey: string;
  /** The first day, in UTC, such as `2026-05-01`. */
  from: string;
  /** The last day, which is part of the bill. */
  to: string;
  /** @default "https://api.fireworks.ai" */
  baseUrl?: string | undefined;
  /** @default the runtime's */
  fetch?: typeof globalThis.fetch | undefined;
  /** For each request, in milliseconds. @default 60000 */
  timeoutMs?: number | undefined;
}

const A_DAY = "Write it as 2026-09-01.";

const CHECKS: OptionChecks<FireworksBillInput> = {
  account: [
    (value) => typeof value === "string" && /^(?:accounts\/)?[\w-]+$/.test(value),
    "It is the id in `accounts/<id>`.",
  ],
  apiKey: [isSendableKey, "Give the key of an admin, which has no blanks.", "secret"],
  from: [isDay, A_DAY],
  to: [isDay, A_DAY],
  baseUrl: [isSafeAddress, SAFE_ADDRESS_HINT, "secret"],
  fetch: [isFunction, "Pass a function like `globalThis.fetch`."],
  timeoutMs: wholeFrom(1),
};

const DAY_MS = 86_400_000;
/** Fireworks answers for no more in one call. */
const DAYS_A_CALL = 31;
const MAX_PAGES = 10_000;

/**
 * Asks Fireworks what it charged, by day and model (`usageCosts:query`): 31 days a call, page by page.
 * @throws ConfigurationError for options that cannot work; ServerError where Fireworks refuses; BillError where its answer is none, or in another
 * currency than USD
 */
export async function fireworksBill(input: FireworksBillInput): Promise<Bill> {
  checkOptions("`fireworksBill`", input, CHECKS, ["account", "apiKey", "from", "to"]);
  const { account, from, to, baseUrl = FIREWORKS_GATEWAY } = input;
  const [fromMs, toMs] = [from, to].map((day) => Date.parse(day)) as [number, number]; // two of two
  if (toMs < fromMs) throw new ConfigurationError("to", `\`to\` is \`${to}\`.`, "Write a day, not before `from`.");
  const url = `${withoutEnd(baseUrl, "/")}/v1/accounts/${account.replace(/^accounts\//, "")}/usageCosts:query`;
  const lines: BillLine[] = [];
  const notes = new Set<string>();
  for (let start = fromMs; start <= toMs; start += DAYS_A_CALL * DAY_MS) {
    const end = Math.min(start + DAYS_A_CALL * DAY_MS, toMs + DAY_MS);
    const window = { startTime: new Date(start).toISOString(), endTime: new Date(end).toISOString() };
    for await (const page of pagesOf(input, url, window)) {
      for (const row of itemsOf(page.rows)) lines.push(...fireworksQuery.read(fieldsOf(row)));
      const lag = lagNote(page.attributionCompleteness);
      if (lag !== undefined) notes.add(lag);
    }
  }
  return { provider: "fireworks", format: fireworksQuery.format, lines, notes: [...notes] };
}

async function* pagesOf(input: FireworksBillInput, url: string, window: object): AsyncGenerator<Json> {
  const seen = new Set<string>();
  let pageToken: string | undefined;
  do {
    const body = { ...window, scope: "ACCOUNT", groupBy: ["DAY", "MODEL"], pageSize: 1000, pageToken };
    const page = await ask(input, url, body);
    yield page;
    pageToken = nonEmpty(page.nextPageToken);
    if (pageToken !== undefined && (seen.has(pageToken) || seen.size === MAX_PAGES))
      throw new BillError(
        "Fireworks' pages do not end: a page's token came twice, or there are more than 10,000 of them.",
      );
    if (pageToken !== undefined) seen.add(pageToken);
  } while (pageToken !== undefined);
}

async function ask(input: FireworksBillInput, url: string, body: object): Promise<Json> {
  const refused = `give the costs of the account \`${input.account}\``;
  const text = await askGateway(input, { url, body, refused, advice: ADVICE });
  try {
    const page: unknown = JSON.parse(text);
    if (isObject(page)) return page;
  } catch {
    // What follows says so.
  }
  throw new BillError(`The answer of \`${url}\` is no JSON object.`);
}

/** What to do about each status. */
const ADVICE: Readonly<Record<number, string>> = {
  401: "The key is not valid: make one at Fireworks and give it as FIREWORKS_API_KEY.",
  403: "The costs of an account are shown to its admins alone: use an admin's key, or have an admin export the CSV.",
  404: "There is no such account, or the key is not of it: the account's id stands in the address of its pages.",
};
