const encoder = new TextEncoder();
/** More arguments than this, some engines do not take in one call. */
const BYTES_AT_ONCE = 8_192;

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // A surrogate without its other half is written as a mark of three bytes.
    const isPair = unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1));
    bytes += unit < 0x800 ? 1 : 2;
    if (isPair) index++;
  }
  return bytes;
}

/** Bytes, or a text's bytes in UTF-8, as base64 with padding. Not by `Buffer`, which only Node and its likes have. */
export function toBase64(data: Uint8Array | string): string {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  let binary = "";
  for (let start = 0; start < bytes.length; start += BYTES_AT_ONCE) {
    binary += String.fromCharCode(...bytes.subarray(start, start + BYTES_AT_ONCE));
  }
  return btoa(binary);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
