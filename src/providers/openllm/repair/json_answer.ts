import { parseJson } from "../../../answer/json_text.js";
import { isObject, type Json } from "../../../base/json.js";
import { schemaFault } from "../../../models/schema_check.js";
import { expectsJson } from "../../../wires/openai/wire.js";
import { formatAskedFor } from "../grammar_format.js";
import type { AnswerWatch } from "../watch/watch.js";

const IGNORED = "the server seems to ignore `response_format`.";

/**
 * The fault of an answer, if it should be JSON. One that was cut off says so itself, and would be cut off again; a call
 * is no JSON text.
 */
export function faultIn(text: string, watch: AnswerWatch, params: Json): string | undefined {
  const isCut = watch.finishReason === "length" && watch.hasText;
  return !expectsJson(params) || watch.hasCalls || isCut ? undefined : faultOf(text, params);
}

/** The fault of a text that should be JSON, in words; `undefined` when it has none. */
export function faultOf(text: string, params: Json): string | undefined {
  const value = parseJson(text);
  if (value === undefined) return `The answer should be JSON and is none: ${IGNORED}`;
  const schema = schemaOf(params);
  return schema === undefined || schemaFault(value, schema) === undefined
    ? undefined
    : `The answer does not follow the schema: ${IGNORED}`;
}

/** The schema that an answer has to follow. */
export function schemaOf({ response_format: sent }: Json): Json | undefined {
  const format = formatAskedFor(sent);
  const inner = isObject(format) ? format.json_schema : undefined;
  return isObject(inner) && isObject(inner.schema) ? inner.schema : undefined;
}
