import { ConfigurationError, ServerError } from "../base/errors.js";
import { fieldsOf, itemsOf, nonEmpty, type Json } from "../base/json.js";
import { isPrivateHost } from "../base/private_host.js";
import { shown } from "../base/shown.js";
import { dayStart } from "../pricing/look_up/dates.js";
import type { Bill, BillLine } from "./bill_line.js";
import { BillError } from "./bill_error.js";
import { fireworksQuery } from "./forms/fireworks.js";

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
  baseUrl?: string;
  /** @default the runtime's */
  fetch?: typeof globalThis.fetch;
  /** For each request, in milliseconds. @default 60000 */
  timeoutMs?: number;
}

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
  const { fromMs, toMs, url } = checked(input);
  const lines: BillLine[] = [];
  const notes = new Set<string>();
  for (let start = fromMs; start <= toMs; start += DAYS_A_CALL * DAY_MS) {
    const end = Math.min(start + DAYS_A_CALL * DAY_MS, toMs + DAY_MS);
    const window = { startTime: new Date(start).toISOString(), endTime: new Date(end).toISOString() };
    for await (const page of pagesOf(input, url, window)) {
      for (const row of itemsOf(page.rows)) lines.push(...fireworksQuery.read(fieldsOf(row)));
      const completeness = nonEmpty(page.attributionCompleteness) ?? "UNKNOWN";
      if (completeness !== "COMPLETE")
        notes.add(
          `Fireworks says that the attribution of its costs is ${completeness}: it lags, and may change for a day or more.`,
        );
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
  const { apiKey, fetch = globalThis.fetch, timeoutMs = 60_000 } = input;
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new ServerError(`Fireworks could not be reached at \`${url}\`: ${reasonOf(error)}.`, {
      url,
      retryable: true,
    });
  });
  const text = await response.text();
  if (!response.ok) throw refusal(response.status, text, url, input);
  try {
    return JSON.parse(text) as Json; // its fields are looked at one by one
  } catch {
    throw new BillError(`The answer of \`${url}\` is no JSON.`);
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : message;
}

/** What to do about each status. */
const ADVICE: Readonly<Record<number, string>> = {
  401: "The key is not valid: make one at Fireworks and give it as FIREWORKS_API_KEY.",
  403: "The costs of an account are shown to its admins alone: use an admin's key, or have an admin export the CSV.",
  404: "There is no such account, or the key is not of it: the account's id stands in the address of its pages.",
  429: "Too many requests: try again in a minute.",
};

function refusal(status: number, text: string, url: string, { account, apiKey }: FireworksBillInput): ServerError {
  const isRedirect = status === 0 || (status >= 300 && status < 400);
  const advice = isRedirect
    ? "It redirects, and a key is not sent on to another address: give the right one."
    : (ADVICE[status] ??
      (status >= 500 ? "Fireworks has a problem: try again later." : "See the words of the server."));
  const words = text.replaceAll(apiKey, "***").slice(0, 300);
  const said = isRedirect || words === "" ? "" : ` It says: ${words}`;
  return new ServerError(
    `Fireworks does not give the costs of the account \`${account}\` (${status}). ${advice}${said}`,
    {
      status,
      url,
      retryable: status === 429 || status >= 500,
    },
  );
}

function checked(input: FireworksBillInput): { fromMs: number; toMs: number; url: string } {
  const { account, apiKey, from, to, baseUrl = "https://api.fireworks.ai" } = input;
  const id = account.replace(/^accounts\//, "");
  if (!/^[\w-]+$/.test(id)) throw wrong("account", account, "It is the id in `accounts/<id>`.");
  // A header takes no other characters, and an error about it would repeat the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new ConfigurationError("apiKey", "The key is empty or holds blanks.", "Give the key of an admin.");
  const [fromMs, toMs] = [dayStart(from), dayStart(to)];
  if (fromMs === undefined) throw wrong("from", from, "Write it as 2026-09-01.");
  if (toMs === undefined || toMs < fromMs) throw wrong("to", to, "Write a day, not before `from`, as 2026-09-01.");
  if (!URL.canParse(baseUrl)) throw wrong("baseUrl", baseUrl, "Write it as https://api.fireworks.ai.");
  const { protocol, hostname } = new URL(baseUrl);
  const base = baseUrl.endsWith("/") ? baseUrl.slice(0, -1) : baseUrl;
  if (protocol !== "https:" && !(protocol === "http:" && isPrivateHost(hostname)))
    throw wrong("baseUrl", baseUrl, "A key goes over https, or to a private address.");
  return { fromMs, toMs, url: `${base}/v1/accounts/${id}/usageCosts:query` };
}

function wrong(option: string, value: unknown, hint: string): ConfigurationError {
  return new ConfigurationError(option, `\`${option}\` is \`${shown(value)}\`.`, hint);
}
