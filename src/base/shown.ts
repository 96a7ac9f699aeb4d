/** A value as an error message shows it: short, and of any type. JSON would say `null` for NaN and fail for a bigint. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return "a list";
  return value === null || value === undefined
    ? `${value}`
    : typeof value === "object"
      ? "an object"
      : `a ${typeof value}`;
}
