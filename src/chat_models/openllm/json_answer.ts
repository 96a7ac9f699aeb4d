import { isObject, type Json } from "../../json.js";

/** True when the request asks for JSON by `response_format`. */
export function expectsJson({ response_format: format }: Json): boolean {
  return isObject(format) && (format.type === "json_schema" || format.type === "json_object");
}

/** What a model is told when its server does not hold it to the format. */
export function jsonInstruction({ response_format: format }: Json): string {
  const inner = isObject(format) ? format.json_schema : undefined;
  const schema = isObject(inner) ? inner.schema : undefined;
  const following = schema === undefined ? "" : `, following this JSON schema:\n${JSON.stringify(schema)}`;
  return `Answer with one JSON object only, without any text or fence around it${following}`;
}
