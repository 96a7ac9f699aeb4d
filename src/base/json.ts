/** A parsed JSON object whose fields are not known yet. */
export type Json = Record<string, unknown>;

/** True for a JSON object: no array, no null. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A value as JSON that every parser takes: half of a character that was cut in two, which many refuse, is U+FFFD.
 * @returns `undefined` for what is no JSON, as `JSON.stringify` does
 */
export function toJsonText(value: object): string;
export function toJsonText(value: unknown): string | undefined;
export function toJsonText(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  // A whole character is written as it is, so that only a half has such an escape; hardly any request has one.
  if (text === undefined || !text.includes("\\ud")) return text;
  return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|[^])/g, (escape) => (escape.length === 6 ? "\ufffd" : escape));
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
