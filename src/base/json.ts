/** A parsed JSON object whose fields are not known yet. */
export type Json = Record<string, unknown>;

/** True for a JSON object: no array, no null. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that says something; `undefined` for everything else. */
export function nonEmpty(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The fields of an object from outside; none for anything else. */
export function fieldsOf(value: unknown): Readonly<Json> {
  return isObject(value) ? value : {};
}

/** The items of an array from outside; none for anything else. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []; // `any[]` until its readers check
}

/** A number that is one: neither NaN nor infinite. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
