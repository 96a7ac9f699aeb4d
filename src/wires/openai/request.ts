import type { Json } from "../../base/json.js";

/** Option names as users write them, and as the wire has them. */
export type FieldMap = Readonly<Record<string, string>>;

/** What every OpenAI-compatible server takes. */
export const COMMON_FIELDS: FieldMap = {
  temperature: "temperature",
  topP: "top_p",
  maxTokens: "max_tokens",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  seed: "seed",
  n: "n",
  logprobs: "logprobs",
  topLogprobs: "top_logprobs",
  response_format: "response_format",
};

/**
 * The fields of a request that options ask for. Later sources win; 0, "" and false are values and are sent, `undefined`
 * and `null` are not: servers refuse null where they expect a number.
 */
export function toFields(map: FieldMap, ...sources: readonly object[]): Json {
  const fields: Json = {};
  for (const [option, field] of Object.entries(map)) {
    for (const source of sources) {
      const value: unknown = Reflect.get(source, option);
      if (value === null) delete fields[field];
      else if (value !== undefined) fields[field] = value;
    }
  }
  return fields;
}
