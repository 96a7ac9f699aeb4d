/** The fields of an object from outside; none for anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Any object can be read by key; what is read is `unknown` and checked by its reader.
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** The items of an array from outside; none for anything else. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []; // `any[]` until its readers check
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A number that is one. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Whether a value can be a token count: a whole number of at least 0. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
