import { parseJson } from "../../../answer/json_text.js";
import { isObject, type Json } from "../../../base/json.js";
import { schemaFault } from "../../../models/schema_check.js";
import type { AnswerWatch } from "../watch/watch.js";

const IGNORED = "the server seems to ignore `response_format`.";

/** True when the request asks for JSON by `response_format`. */
export function expectsJson({ response_format: format }: Json): boolean {
  return isObject(format) && (format.type === "json_schema" || format.type === "json_object");
}

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

/** The instruction for a model whose server does not hold it to the format. */
export function jsonInstruction(params: Json): string {
  const schema = schemaOf(params);
  const following = schema === undefined ? "" : `, following this JSON schema:\n${JSON.stringify(schema)}`;
  return `Answer with one JSON object only, without any text or fence around it${following}`;
}

function schemaOf({ response_format: format }: Json): Json | undefined {
  const inner = isObject(format) ? format.json_schema : undefined;
  return isObject(inner) && isObject(inner.schema) ? inner.schema : undefined;
}
