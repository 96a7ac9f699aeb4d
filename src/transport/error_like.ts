/** True for an error of any realm: `instanceof` does not know Node's own errors under jest and in `vm` contexts. */
export function isErrorLike(value: unknown): value is Error {
  if (value instanceof Error) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    "message" in value &&
    typeof value.message === "string" &&
    "name" in value
  );
}
