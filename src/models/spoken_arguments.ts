import { parseJson } from "../answer/json_text.js";
import { fieldsOf, isObject, type Json } from "../base/json.js";
import { schemaFault } from "./schema_check.js";

/**
 * The arguments of a tool that a text is, where a model said them instead of calling: alone, or as `{ name, arguments }`.
 * They follow the tool's schema and are nothing else; `undefined` for any other text.
 */
export function spokenArguments(text: string, name: string, schema: Json): Json | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const args = value.name === name && isObject(value.arguments) ? value.arguments : value;
  const known = fieldsOf(schema.properties);
  return Object.keys(args).every((key) => Object.hasOwn(known, key)) && schemaFault(args, schema) === undefined
    ? args
    : undefined;
}
