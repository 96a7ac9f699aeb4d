import { ServerError } from "../../base/errors.js";
import { isPrivateHost } from "../../base/private_host.js";

/** Fireworks' own address, for all that is no inference. */
export const FIREWORKS_GATEWAY = "https://api.fireworks.ai";

/** A timer that is to wait longer does not wait at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Who asks Fireworks for something about prices and costs. */
export interface GatewayCaller {
  /** It is sent to the address that is asked and nowhere else. */
  apiKey: string;
  fetch?: typeof globalThis.fetch;
  /** For each request, in milliseconds. @default 60000 */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** What is asked, and how an error says it. */
export interface GatewayQuestion {
  url: string;
  /** A POST with this body; a GET without. */
  body?: object;
  /** What Fireworks does not do where it refuses, such as `give its prices`. */
  refused: string;
  /** What to do about a status. */
  advice: Readonly<Record<number, string>>;
}

/** What to say of a key that cannot stand in a header: an error of `fetch` would repeat it. */
export function isSendableKey(value: unknown): boolean {
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
}

/** An address that a key may be sent to, with no password and no query of its own. */
export function isSafeAddress(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  const isPlain = username + password + search + hash === "";
  return isPlain && (protocol === "https:" || (protocol === "http:" && isPrivateHost(hostname)));
}

/** What `isSafeAddress` asks for. */
export const SAFE_ADDRESS_HINT = `A key goes over https, or to a private address: write it as ${FIREWORKS_GATEWAY}.`;

/**
 * The body of Fireworks' answer.
 * @throws ServerError where Fireworks cannot be reached, refuses, or does not come to an end; the signal's reason where it is aborted
 */
export async function askGateway(caller: GatewayCaller, question: GatewayQuestion): Promise<string> {
  const { apiKey, fetch = globalThis.fetch, timeoutMs = 60_000, signal } = caller;
  const { url, body } = question;
  signal?.throwIfAborted();
  const abort = new AbortController();
  const stop = () => abort.abort(signal?.reason);
  signal?.addEventListener("abort", stop);
  const timer = setTimeout(
    () => abort.abort(new Error(`no answer within ${timeoutMs} ms`)),
    Math.min(timeoutMs, LONGEST_TIMER_MS),
  );
  try {
    const response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: abort.signal,
    });
    const text = await textOf(response, abort.signal, url);
    if (!response.ok) throw refusal(response.status, text, caller, question);
    return text;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ServerError) throw error;
    const reason = reasonOf(error).replaceAll(apiKey, "***");
    throw new ServerError(`Fireworks could not be reached at \`${url}\`: ${reason}.`, { url, retryable: true });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** More than any page has. */
const MAX_BYTES = 16_777_216;

async function textOf({ body }: Response, signal: AbortSignal, url: string): Promise<string> {
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
      if (bytes > MAX_BYTES)
        throw new ServerError(`The answer is larger than ${MAX_BYTES} bytes.`, { url, retryable: false });
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

function refusal(status: number, text: string, { apiKey }: GatewayCaller, question: GatewayQuestion): ServerError {
  const { url, refused, advice } = question;
  const isRedirect = status === 0 || (status >= 300 && status < 400);
  const what = isRedirect
    ? "It redirects, and a key is not sent on to another address: give the right one."
    : (advice[status] ??
      (status === 429
        ? "Too many requests: try again in a minute."
        : status >= 500
          ? "Fireworks has a problem: try again later."
          : "See the words of the server."));
  const words = text.replaceAll(apiKey, "***").slice(0, 300);
  const said = isRedirect || words === "" ? "" : ` It says: ${words}`;
  return new ServerError(`Fireworks does not ${refused} (${status}). ${what}${said}`, {
    status,
    url,
    retryable: status === 429 || status >= 500,
  });
}
