import { checkOptions, isFunction, wholeFrom, type OptionChecks } from "../base/check_options.js";
import { ConfigurationError, ServerError } from "../base/errors.js";
import { fieldsOf, isObject, itemsOf, nonEmpty, type Json } from "../base/json.js";
import { isPrivateHost } from "../base/private_host.js";
import { withoutEnd } from "../base/trim.js";
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
  baseUrl?: string;
  /** @default the runtime's */
  fetch?: typeof globalThis.fetch;
  /** For each request, in milliseconds. @default 60000 */
  timeoutMs?: number;
}

const A_DAY = "Write it as 2026-09-01.";

const CHECKS: OptionChecks<FireworksBillInput> = {
  account: [
    (value) => typeof value === "string" && /^(?:accounts\/)?[\w-]+$/.test(value),
    "It is the id in `accounts/<id>`.",
  ],
  // A header takes no other characters, and an error about it would repeat the key.
  apiKey: [
    (value) => typeof value === "string" && /^[\x21-\x7e]+$/.test(value),
    "Give the key of an admin, which has no blanks.",
    "secret",
  ],
  from: [isDay, A_DAY],
  to: [isDay, A_DAY],
  baseUrl: [
    isSafeAddress,
    "A key goes over https, or to a private address: write it as https://api.fireworks.ai.",
    "secret",
  ],
  fetch: [isFunction, "Pass a function like `globalThis.fetch`."],
  timeoutMs: wholeFrom(1),
};

/** An address that a key may be sent to, with no password and no query of its own. */
function isSafeAddress(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  const isPlain = username + password + search + hash === "";
  return isPlain && (protocol === "https:" || (protocol === "http:" && isPrivateHost(hostname)));
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
  checkOptions("`fireworksBill`", input, CHECKS, ["account", "apiKey", "from", "to"]);
  const { account, from, to, baseUrl = "https://api.fireworks.ai" } = input;
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
  const { apiKey, fetch = globalThis.fetch, timeoutMs = 60_000 } = input;
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    redirect: "manual",
    signal,
  }).then(async (response) => ({ response, text: await textOf(response, signal) }));
  const { response, text } = await answer.catch((error: unknown) => {
    if (error instanceof BillError) throw error;
    const reason = reasonOf(error).replaceAll(apiKey, "***");
    throw new ServerError(`Fireworks could not be reached at \`${url}\`: ${reason}.`, { url, retryable: true });
  });
  if (!response.ok) throw refusal(response.status, text, url, input);
  try {
    const page: unknown = JSON.parse(text);
    if (isObject(page)) return page;
  } catch {
    // What follows says so.
  }
  throw new BillError(`The answer of \`${url}\` is no JSON object.`);
}

/** More than any page has. */
const MAX_BYTES = 16_777_216;

async function textOf({ body }: Response, signal: AbortSignal): Promise<string> {
  if (body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const cancel = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", cancel);
  try {
    const decoder = new TextDecoder();
    let [text, bytes] = ["", 0];
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return text + decoder.decode();
      bytes += value.length;
      if (bytes > MAX_BYTES) throw new BillError(`The answer is larger than ${MAX_BYTES} bytes.`);
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
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
  const message = `Fireworks does not give the costs of the account \`${account}\` (${status}). ${advice}${said}`;
  return new ServerError(message, { status, url, retryable: status === 429 || status >= 500 });
}
