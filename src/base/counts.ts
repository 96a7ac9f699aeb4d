/** A count, such as one of tokens: `undefined` for anything that is not a whole number of at least 0. */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
