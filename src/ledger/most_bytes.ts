/** What JSON makes at most of one UTF-16 unit, such as `\u0007`. */
const BYTES_OF_UNIT = 6;
/** Such as `-1.7976931348623157e+308`, and more than `false` and `null`. */
const BYTES_OF_NUMBER = 24;
/** Quotes, a colon, a comma. */
const BYTES_AROUND = 4;

/** What the JSON of plain data takes at most, in bytes: sooner known than written. */
export function mostBytes(value: unknown): number {
  if (typeof value === "string") return value.length * BYTES_OF_UNIT + BYTES_AROUND;
  if (typeof value !== "object" || value === null) return BYTES_OF_NUMBER;
  let bytes = BYTES_AROUND;
  if (Array.isArray(value)) for (const item of value) bytes += mostBytes(item) + BYTES_AROUND;
  else for (const [key, item] of Object.entries(value)) bytes += mostBytes(key) + mostBytes(item) + BYTES_AROUND;
  return bytes;
}
