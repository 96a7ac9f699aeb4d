import { isObject, type Json } from "../../base/json.js";
import { withinGrammarBounds } from "../../models/grammar_bounds.js";
import { toGrammarSchema } from "../../wires/openai/json_schema.js";

/** The user's own format of an answer, by the one that is sent in its place. */
const asked = new WeakMap<object, Json>();

/** The format of an answer as grammar engines take it. What they cannot hold to is left for the check of the answer. */
export function toGrammarFormat(format: Json, dropped: readonly string[]): Json {
  const inner = format.json_schema;
  if (!isObject(inner) || !isObject(inner.schema)) return format;
  const schema = withinGrammarBounds(toGrammarSchema(inner.schema, dropped));
  const grammar = { ...format, json_schema: { ...inner, schema } };
  asked.set(grammar, format);
  return grammar;
}

/** The format that a user asked for, given the one in a request. */
export function formatAskedFor(format: unknown): unknown {
  return isObject(format) ? (asked.get(format) ?? format) : format;
}
