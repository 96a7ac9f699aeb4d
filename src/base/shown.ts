import { attempt } from "./attempt.js";

/** A value as an error message shows it: short, and of any type. JSON would say `null` for NaN and fail for a bigint. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return "a list";
  if (value === null || value === undefined) return `${value}`;
  return typeof value === "object" ? objectShown(value) : `a ${typeof value}`;
}

/** Built-in classes are named, since what looks like an object of fields may be none: a `Map`, a `Headers`. */
function objectShown(value: object): string {
  const tag = attempt(() => Object.prototype.toString.call(value).slice(8, -1), "Object");
  if (tag === "Object" || !/^[A-Za-z]{1,40}$/.test(tag)) return "an object";
  return `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`;
}
