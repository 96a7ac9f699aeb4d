import { isObject, type Json } from "../../base/json.js";
import { fits, type SchemaRoom, type WrittenOut } from "../../base/schema_room.js";
import { convertOnce } from "../../base/convert_once.js";
import { withinGrammarBounds } from "../../models/grammar_bounds.js";
import { writeOut } from "../../wires/openai/json_schema.js";

/** The user's own format of an answer, by the one that is sent in its place. */
const asked = new WeakMap<object, Json>();

/** The format of an answer as grammar engines take it. What they cannot hold to is left for the check of the answer. */
export function toGrammarFormat(format: Json, dropped: readonly string[], room: SchemaRoom): Json {
  const inner = format.json_schema;
  if (!isObject(inner) || !isObject(inner.schema)) return format;
  const { schema: given } = inner;
  const schema = room.write("response_format", (most) => converterOf(dropped)(given, most));
  const grammar = { ...format, json_schema: { ...inner, schema } };
  asked.set(grammar, format);
  return grammar;
}

/** By the keywords that are dropped: a schema of the user's own comes back with every call, as it is then. */
const converters = new WeakMap<readonly string[], (schema: Json, most: number) => WrittenOut>();

function converterOf(dropped: readonly string[]): (schema: Json, most: number) => WrittenOut {
  const known = converters.get(dropped);
  if (known) return known;
  const converter = convertOnce((schema, most): WrittenOut => {
    const { value, ...took } = writeOut(schema, dropped, most);
    return { value: withinGrammarBounds(value), ...took };
  }, fits);
  converters.set(dropped, converter);
  return converter;
}

/** The format that a user asked for, given the one in a request. */
export function formatAskedFor(format: unknown): unknown {
  return isObject(format) ? (asked.get(format) ?? format) : format;
}
