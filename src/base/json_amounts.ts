import { isObject } from "./json.js";

/**
 * Lets `JSON.stringify` write a value that holds amounts as bigints, which it refuses by itself: they become strings of
 * digits, also where a part of the value is written alone. The value stays as it is; nothing is seen of this but by JSON.
 */
export function withJson<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) if (isObject(part)) Object.defineProperty(part, "toJSON", TO_JSON);
  return Object.defineProperty(value, "toJSON", TO_JSON);
}

const TO_JSON: PropertyDescriptor = {
  value(this: object): object {
    return plain({ ...this }) as object; // an object stays one
  },
  configurable: true,
  writable: true,
};

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
