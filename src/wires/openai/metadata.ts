import { nonEmpty, type Json } from "../../base/json.js";

/** Collects what `response_metadata` should say of a chunk or an answer. What came first stays. */
export function readMetadata(
  json: Json,
  keep: readonly string[] = [],
  into: Record<string, unknown> = {},
): Record<string, unknown> {
  if (nonEmpty(json.model) && into.model_name === undefined) {
    into.model_name = json.model;
    into.model = json.model;
  }
  if (nonEmpty(json.id)) into.id ??= json.id;
  if (nonEmpty(json.system_fingerprint)) into.system_fingerprint ??= json.system_fingerprint;
  if (nonEmpty(json.service_tier)) into.service_tier = json.service_tier;
  keepFields(json, keep, into);
  return into;
}

/** Copies the named fields that have a value. */
function keepFields(json: Json, names: readonly string[] = [], into: Record<string, unknown>): void {
  for (const name of names) if (json[name] !== undefined && json[name] !== null) into[name] = json[name];
}

/** The same for fields of a stream: lists come in slices, of which the sum is kept. */
export function keepSlices(json: Json, names: readonly string[] = [], into: Record<string, unknown>): void {
  for (const name of names) {
    const value = json[name];
    const known = into[name];
    if (Array.isArray(value) && Array.isArray(known)) for (const item of value) known.push(item);
    else if (value !== undefined && value !== null)
      into[name] = Array.isArray(value) ? [...(value as unknown[])] : value;
  }
}
