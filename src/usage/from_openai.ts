import { isObject, type Json } from "../base/json.js";
import { tokenCount } from "../base/counts.js";
import { toUsage } from "../base/usage.js";
import { partialUsage, type WireUsage } from "./credible.js";

/**
 * Usage of an OpenAI-compatible chunk or answer, wherever servers put it: `usage` at the top, in the last choice (as
 * Moonshot's servers do), under `x_groq`, or llama.cpp's `timings`.
 */
export function usageFromOpenAI(json: Json): WireUsage | undefined {
  const { usage, choices, x_groq: groq, timings } = json;
  const found = isObject(usage) ? usage : (choiceUsage(choices) ?? (isObject(groq) ? groq.usage : undefined));
  return (isObject(found) ? readUsage(found, timings) : undefined) ?? readTimings(timings);
}

function choiceUsage(choices: unknown): Json | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (let position = choices.length - 1; position >= 0; position--) {
    const choice: unknown = choices[position];
    if (isObject(choice) && isObject(choice.usage)) return choice.usage;
  }
  return undefined;
}

function readUsage(wire: Json, timings: unknown): WireUsage | undefined {
  const input = tokenCount(wire.prompt_tokens) ?? tokenCount(wire.input_tokens);
  const output = tokenCount(wire.completion_tokens) ?? tokenCount(wire.output_tokens);
  // Zeros beside llama.cpp's own measure: the measure is the truth.
  if (input === 0 && output === 0 && readTimings(timings)) return undefined;
  if (input === undefined || output === undefined) return partialUsage(input, output);
  const ofPrompt = isObject(wire.prompt_tokens_details) ? wire.prompt_tokens_details : {};
  const ofOutput = isObject(wire.completion_tokens_details) ? wire.completion_tokens_details : {};
  const usage = toUsage(input, output, {
    cacheRead: tokenCount(ofPrompt.cached_tokens) ?? tokenCount(wire.prompt_cache_hit_tokens),
    cacheCreation: tokenCount(ofPrompt.created_cache_tokens) ?? tokenCount(ofPrompt.cache_write_tokens),
    reasoning: tokenCount(ofOutput.reasoning_tokens) ?? tokenCount(wire.reasoning_tokens),
  });
  return { usage };
}

/** llama.cpp's own measure: tokens read anew, taken from the cache, and generated. */
function readTimings(timings: unknown): WireUsage | undefined {
  if (!isObject(timings)) return undefined;
  const read = tokenCount(timings.prompt_n);
  const output = tokenCount(timings.predicted_n);
  if (read === undefined || output === undefined) return undefined;
  const cached = tokenCount(timings.cache_n);
  return { usage: toUsage(read + (cached ?? 0), output, { cacheRead: cached }) };
}
