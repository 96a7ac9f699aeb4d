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
