import { toBase64 } from "../../base/bytes.js";
import { ConfigurationError } from "../../base/errors.js";
import type { Fetch } from "../../transport/patient_fetch.js";

/** More is no image that a model looks at. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Gets the bytes behind an address, as base64. */
export type FetchMedia = (url: string) => Promise<string>;

/** Fetches images without any of the model's headers. @throws ConfigurationError when there is none to be had */
export function mediaFetcher(fetch: Fetch, signal?: AbortSignal): FetchMedia {
  return async (url) => {
    const response = await send(fetch, url, signal);
    const type = response.headers.get("content-type") ?? "";
    if (!response.ok) throw unusable(url, `answered ${response.status}`);
    if (!/^(image|audio)\/|^application\/octet-stream/i.test(type)) throw unusable(url, `is of type \`${type}\``);
    const bytes = await read(response, url, signal);
    return toBase64(joined(bytes));
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

async function send(fetch: Fetch, url: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, { method: "GET", signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw unusable(url, `cannot be reached (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

async function read(response: Response, url: string, signal: AbortSignal | undefined): Promise<Uint8Array[]> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    // Not by `for await`, which browsers of 2023 cannot do with a body.
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      size += read.value.length;
      if (size > MAX_BYTES) break;
      pieces.push(read.value);
    }
    if (size > MAX_BYTES) await reader?.cancel();
  } catch (cause) {
    signal?.throwIfAborted();
    throw unusable(url, `broke off (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  if (size > MAX_BYTES) throw unusable(url, `is larger than ${MAX_BYTES} bytes`);
  return pieces;
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
  return origin + pathname;
}
