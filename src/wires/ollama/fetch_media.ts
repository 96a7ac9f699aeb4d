import { AsyncCaller } from "@langchain/core/utils/async_caller";
import { toBase64 } from "../../base/bytes.js";
import { CallTimeoutError, ConfigurationError, ResponseTooLargeError, ServerError } from "../../base/errors.js";
import { Call, isAnswered } from "../../transport/call.js";
import type { CallLimits } from "../../transport/deadlines.js";
import { isErrorLike } from "../../transport/error_like.js";
import type { HttpAnswer } from "../../transport/http_answer.js";
import type { Fetch } from "../../transport/patient_fetch.js";
import { Transport } from "../../transport/transport.js";

/** More is no image that a model looks at. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Gets the bytes behind an address, as base64. */
export type FetchMedia = (url: string) => Promise<string>;

/** For whom images are fetched: its abort ends the fetch, and its limits hold for it. */
export interface MediaReader {
  signal?: AbortSignal;
  limits?: CallLimits;
}

/**
 * Fetches images without any of the model's headers, as chats are sent: with their clocks, and to no other origin.
 * @throws ConfigurationError (later) when there is none to be had, CallTimeoutError when its host does not answer
 */
export function mediaFetcher(fetch: Fetch, { signal, limits }: MediaReader = {}): FetchMedia {
  const transport = new Transport({ caller: new AsyncCaller({}), fetch, maxRetries: 0 });
  return async (url) => {
    const call = new Call({ ...limits, maxResponseBytes: MAX_BYTES }, signal);
    try {
      const request = { method: "GET" as const, url, headers: {} };
      const answer = await transport.open(call, request, { server: "The host of the image" });
      return toBase64(await bytesOf(answer, url));
    } catch (error) {
      signal?.throwIfAborted();
      throw toMediaError(error, url, call);
    } finally {
      call.end();
    }
  };
}

/** Without permission to fetch, an address is an error: Ollama itself would take the empty image for an answer. */
export const refuseMedia: FetchMedia = (url) =>
  Promise.reject(
    new ConfigurationError(
      "messages",
      `The image \`${shown(url)}\` is an address, and Ollama takes image data only.`,
      "Pass base64 or a data URL, or set `fetchImages: true` to have it fetched.",
      "INVALID_PROMPT_INPUT",
    ),
  );

async function bytesOf(answer: HttpAnswer, url: string): Promise<Uint8Array> {
  if (!/^(image|audio)\/|^application\/octet-stream/.test(answer.contentType))
    throw unusable(url, `is of type \`${answer.contentType.slice(0, 100)}\``);
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.pieces()) pieces.push(piece);
  return joined(pieces);
}

/**
 * The words of a chat's errors would send their reader to the model's server. Those errors are no causes either: they have the
 * whole address.
 */
function toMediaError(error: unknown, url: string, { attempts }: Call): unknown {
  if (ConfigurationError.isInstance(error)) return error;
  if (CallTimeoutError.isInstance(error)) return timedOut(error, url);
  if (ResponseTooLargeError.isInstance(error)) return unusable(url, `is larger than ${MAX_BYTES} bytes`);
  if (ServerError.isInstance(error)) return unusable(url, whyRefused(error.status));
  const cause = isErrorLike(error) ? (error.cause ?? error) : error;
  const words = isErrorLike(cause) ? cause.message : String(cause);
  return unusable(url, `${attempts.some(isAnswered) ? "broke off" : "cannot be reached"} (${words})`);
}

/** Without a status it is a browser's redirect. */
function whyRefused(status = 300): string {
  const isRedirect = status >= 300 && status < 400;
  return isRedirect
    ? "redirects to another host, or too often: only the host that was named is asked"
    : `answered ${status}`;
}

function timedOut({ limit, limitMs }: CallTimeoutError, url: string): CallTimeoutError {
  const option = limit === "call" ? "timeout" : `${limit}Timeout`;
  return new CallTimeoutError(
    `The host of the image \`${shown(url)}\` sent nothing for ${limitMs} ms. Raise \`${option}\`, or pass the image's bytes as base64.`,
    { limit, ...(limitMs === undefined ? {} : { limitMs }) },
  );
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function unusable(url: string, why: string): ConfigurationError {
  return new ConfigurationError(
    "messages",
    `The image \`${shown(url)}\` ${why}.`,
    "Pass its bytes as base64.",
    "INVALID_PROMPT_INPUT",
  );
}

/** Addresses of images often carry a signature in their query. */
function shown(url: string): string {
  if (!URL.canParse(url)) return url.slice(0, 80);
  const { origin, pathname } = new URL(url);
  return (origin + pathname).slice(0, 200);
}
