import { toBase64 as bytesToBase64 } from "../../base/bytes.js";
import { ConfigurationError } from "../../base/errors.js";

/**
 * Data as Ollama takes it: base64 in the standard alphabet, padded, without a `data:` head.
 * @param what how messages call it, such as `an image`
 * @throws ConfigurationError for what is no base64: Ollama names the byte and not the message
 */
export function toBase64(data: unknown, what: string): string {
  if (data instanceof Uint8Array) return bytesToBase64(data);
  const text = typeof data === "string" ? stripHead(data, what) : "";
  const plain = withoutPadding(text.replaceAll(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/"));
  if (plain === "" || plain.length % 4 === 1 || !/^[A-Za-z0-9+/]+$/.test(plain)) throw notBase64(data, what);
  return plain.padEnd(Math.ceil(plain.length / 4) * 4, "=");
}

/** By hand: a pattern for the end of a text would try each of many `=` in its middle. */
function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === "=") end--;
  return text.slice(0, end);
}

function stripHead(text: string, what: string): string {
  if (!/^data:/i.test(text)) return text;
  const comma = text.indexOf(",");
  if (comma < 0) throw notBase64(text, what);
  const body = text.slice(comma + 1);
  if (/;base64$/i.test(text.slice(0, comma))) return body;
  try {
    return bytesToBase64(decodeURIComponent(body));
  } catch {
    throw notBase64(text, what);
  }
}

function notBase64(data: unknown, what: string): ConfigurationError {
  const shown = typeof data === "string" ? `\`${data.slice(0, 40)}\`` : `\`${typeof data}\``;
  return new ConfigurationError(
    "messages",
    `The data of ${what} is ${shown}, which is neither base64 nor a data URL.`,
    "Read files yourself and pass their bytes as base64: a path is never opened.",
    "INVALID_PROMPT_INPUT",
  );
}
