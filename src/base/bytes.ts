const encoder = new TextEncoder();
/** More arguments than this, some engines do not take in one call. */
const BYTES_AT_ONCE = 8_192;

/** Bytes, or a text's bytes in UTF-8, as base64 with padding. Not by `Buffer`, which only Node and its likes have. */
export function toBase64(data: Uint8Array | string): string {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  let binary = "";
  for (let start = 0; start < bytes.length; start += BYTES_AT_ONCE) {
    binary += String.fromCharCode(...bytes.subarray(start, start + BYTES_AT_ONCE));
  }
  return btoa(binary);
}
