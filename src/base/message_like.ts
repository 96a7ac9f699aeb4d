import { isObject } from "./json.js";

/** Whether core can make a message of a value: one, `{ role, content }`, a stored one, `[role, text]`, or a text. */
export function isMessageLike(value: unknown): boolean {
  if (typeof value === "string" || Array.isArray(value)) return true;
  return isObject(value) && ("role" in value || "type" in value || "_getType" in value || "lc" in value);
}
