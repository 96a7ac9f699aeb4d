import type { Json } from "./json.js";

/**
 * Makes a conversion of schemas that works once for each schema: tools keep theirs from call to call. Their owners may
 * still write into them, so one that reads differently is converted anew. Calls share the result, which is frozen.
 * @param doesFor whether a result that was made for one `most` does for another
 */
export function convertOnce<Result extends object>(
  convert: (schema: Json, most: number) => Result,
  doesFor: (result: Result, madeFor: number, most: number) => boolean = () => true,
): (schema: Json, most?: number) => Result {
  const converted = new WeakMap<Json, { text: string; most: number; result: Result }>();
  return (schema, most = Infinity) => {
    const text = JSON.stringify(schema);
    const known = converted.get(schema);
    if (known?.text === text && doesFor(known.result, known.most, most)) return known.result;
    // A copy: parts of the schema itself must not be frozen.
    const result = freeze(JSON.parse(JSON.stringify(convert(schema, most))) as Result);
    converted.set(schema, { text, most, result });
    return result;
  };
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
