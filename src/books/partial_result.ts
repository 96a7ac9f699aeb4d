import { fieldsOf, isObject, itemsOf, type Json } from "../base/json.js";

/** The outputs of a run, in the form that tracers know from those which ended well. */
export interface PartialResult {
  generations: { text: string; message: object }[][];
  llmOutput?: { tokenUsage: Json };
}

/** What came of a call before its error, as the run's outputs. `undefined` where the error has no `partialOutput`. */
export function partialResult(error: unknown): PartialResult | undefined {
  const { partialOutput } = fieldsOf(error);
  // Clients put a server's own fields on their errors: a message has methods, which JSON has not.
  if (!isObject(partialOutput) || typeof partialOutput._getType !== "function") return undefined;
  const { text, usage_metadata } = partialOutput;
  const generation = { text: typeof text === "string" ? text : "", message: withoutWords(partialOutput) };
  const llmOutput = isObject(usage_metadata) ? { llmOutput: { tokenUsage: tokenUsageOf(usage_metadata) } } : {};
  return { generations: [[generation]], ...llmOutput };
}

function tokenUsageOf({ input_tokens, output_tokens, total_tokens }: Json): Json {
  return { promptTokens: input_tokens, completionTokens: output_tokens, totalTokens: total_tokens };
}

/** A copy that does not repeat what errors said: a trace that hides or masks the run's error has them nowhere else. */
function withoutWords(message: Json): object {
  const response_metadata = { value: silent(fieldsOf(message.response_metadata)), ...PLAIN };
  const lc_kwargs = { value: { ...fieldsOf(message.lc_kwargs), response_metadata: response_metadata.value }, ...PLAIN };
  const fields = { ...Object.getOwnPropertyDescriptors(message), response_metadata, lc_kwargs };
  // What a message is, its prototype and its class say.
  return Object.create(Object.getPrototypeOf(message) as object, fields) as object;
}

const PLAIN = { writable: true, configurable: true, enumerable: true };

function silent(metadata: Readonly<Json>): Json {
  const { usage_estimate, requests, ...others } = metadata;
  const { reason: _, ...estimate } = fieldsOf(usage_estimate);
  const quiet = itemsOf(requests).map((request) => {
    const { error: _words, ...rest } = fieldsOf(request);
    return rest;
  });
  return {
    ...others,
    ...(usage_estimate === undefined ? {} : { usage_estimate: estimate }),
    ...(requests === undefined ? {} : { requests: quiet }),
  };
}
