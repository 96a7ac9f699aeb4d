import type { Json } from "../../base/json.js";

/**
 * Makes a conversion of schemas that works once for each schema: tools keep theirs from call to call. Their owners may
 * still write into them, so one that reads differently is converted anew. Calls share the result, which is frozen.
 */
export function convertOnce<Result extends object>(
  convert: (schema: Json, text: string) => Result,
): (schema: Json) => Result {
  const converted = new WeakMap<Json, { text: string; result: Result }>();
  return (schema) => {
    const text = JSON.stringify(schema);
    const known = converted.get(schema);
    if (known?.text === text) return known.result;
    // A copy: parts of the schema itself must not be frozen.
    const result = freeze(JSON.parse(JSON.stringify(convert(schema, text))) as Result);
    converted.set(schema, { text, result });
    return result;
  };
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
