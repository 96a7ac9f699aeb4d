import { getRetryable } from "@langchain/core/errors";
import { CallTimeoutError, ConnectionError, ServerError } from "../base/errors.js";
import type { SenderOptions } from "./options.js";

const RETRYABLE: ReadonlySet<number> = new Set([408, 409, 425, 429]);
const LONGEST_WAIT_MS = 60_000;
const LONGEST_ANSWER = 16_384;
const LONGEST_EXCERPT = 200;

/** Whether an answer that refuses a request says that what was sent has arrived before. */
export type IsKnown = (status: number, text: string) => boolean;

/** Somebody else's HTTP endpoint that entries are posted to. What it is authorised by is in no error and in no serialised form. */
export class Receiver {
  /** Without its query, which may hold a secret. */
  readonly name: string;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #options: SenderOptions;
  readonly #secrets: readonly string[];

  constructor(url: string, headers: Readonly<Record<string, string>>, options: SenderOptions) {
    const { origin, pathname } = new URL(url);
    this.name = `${origin}${pathname}`;
    this.#url = url;
    this.#headers = headers;
    this.#options = options;
    this.#secrets = secretsIn(url, headers);
  }

  /**
   * Posts until it is taken, and waits in between as long as the receiver asks, a minute at most.
   * @throws ServerError, ConnectionError or CallTimeoutError when it is refused, or failed as often as it may
   */
  async post(body: string, headers: Readonly<Record<string, string>>, isKnown?: IsKnown): Promise<void> {
    const { maxRetries = 5, retryDelayMs = 500 } = this.#options;
    for (let failures = 0; ; failures++) {
      try {
        return await this.#attempt(body, headers, isKnown);
      } catch (error) {
        if (getRetryable(error) !== true || failures >= maxRetries) throw error;
        const asked = error instanceof ServerError ? error.retryAfterMs : undefined;
        const waitMs = asked ?? retryDelayMs * 2 ** failures * (0.5 + Math.random() / 2);
        await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, LONGEST_WAIT_MS)));
      }
    }
  }

  async #attempt(body: string, headers: Readonly<Record<string, string>>, isKnown?: IsKnown): Promise<void> {
    const response = await this.#fetch(body, headers);
    const text = await startOf(response);
    if (response.ok || isKnown?.(response.status, text) === true) return;
    const { status } = response;
    throw new ServerError(`\`${this.name}\` answered ${status}${this.#said(text)}.${redirectHint(status)}`, {
      status,
      url: this.name,
      retryAfterMs: retryAfterMs(response.headers.get("retry-after")),
      retryable: RETRYABLE.has(status) || status >= 500,
    });
  }

  async #fetch(body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const { fetch = (url: string, init: RequestInit) => globalThis.fetch(url, init), timeoutMs = 10_000 } =
      this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await fetch(this.#url, {
        method: "POST",
        headers: { ...this.#headers, ...headers },
        body,
        signal,
        // A key goes to nobody but its receiver. Not "error": some runtimes have only this, and it tells a redirect from a cut.
        redirect: "manual",
      });
    } catch (error) {
      // What a runtime says of a request may repeat its headers: only the kind of failure is told.
      if (signal.aborted)
        throw new CallTimeoutError(`\`${this.name}\` did not answer within ${timeoutMs} ms.`, {
          limit: "call",
          limitMs: timeoutMs,
        });
      const code = codeOf(error);
      throw new ConnectionError(`\`${this.name}\` could not be reached${code === undefined ? "" : ` (${code})`}.`, {
        url: this.name,
        code,
      });
    }
  }

  /** What the receiver says, unless it repeats what it is authorised by. */
  #said(text: string): string {
    const plain = text.replaceAll("\\", "");
    const isTold = this.#secrets.some((secret) => text.includes(secret) || plain.includes(secret));
    return text.trim() === "" || isTold ? "" : `: ${text.trim().slice(0, LONGEST_EXCERPT)}`;
  }
}

const SHORTEST_SECRET = 6;
const SCHEME = /^(?:bearer|basic)$/i;

/**
 * All that may be a secret, as it is and as an address has it: what the headers say, word by word, and the query. Of less than six
 * characters it may be any word.
 */
function secretsIn(url: string, headers: Readonly<Record<string, string>>): string[] {
  const words = Object.values(headers).flatMap((value) => value.split(/\s+/));
  return [...words, ...new URL(url).searchParams.values()]
    .filter((word) => word.length >= SHORTEST_SECRET && !SCHEME.test(word))
    .flatMap((secret) => [secret, encodeURIComponent(secret)]);
}

/** The beginning of an answer. What breaks off after the status is no failure: the status is what was waited for. */
async function startOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length < LONGEST_ANSWER) {
      const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array }; // bodies are bytes
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    // As far as it came.
  }
  return text;
}

/** Runtimes that hide a redirect give it the status 0. */
function redirectHint(status: number): string {
  return status === 0 || (status >= 300 && status < 400)
    ? " Redirects are not followed: give the address that it leads to."
    : "";
}

function retryAfterMs(header: string | null): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Node's code of a connection that failed, such as `ECONNREFUSED`. */
function codeOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z_]+$/.test(code) ? code : undefined;
}
