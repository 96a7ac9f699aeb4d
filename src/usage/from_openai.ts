import type { UsageMetadata } from "@langchain/core/messages";
import { tokenCount, toUsage } from "./usage.js";
import { isObject, type Json } from "../json.js";

/** What a chunk or an answer says of usage: whole figures, or the part of them that is there. */
export interface WireUsage {
  /** Both counts are there. */
  usage?: UsageMetadata;
  /** Only some are: better than our own count, but not a bill. */
  partial?: UsageMetadata;
}

/**
 * Usage of an OpenAI-compatible chunk or answer, wherever servers put it: `usage` at the top, in the last choice (`n`
 * answers of Moonshot's servers), under `x_groq`, or llama.cpp's `timings`.
 */
export function usageFromOpenAI(json: Json): WireUsage | undefined {
  const found = [json.usage, choiceUsage(json.choices), isObject(json.x_groq) ? json.x_groq.usage : undefined].find(isObject);
  return found ? readUsage(found, json.timings) : readTimings(json.timings);
}

function choiceUsage(choices: unknown): unknown {
  const last: unknown = Array.isArray(choices) ? choices.at(-1) : undefined;
  return isObject(last) ? last.usage : undefined;
}

function readUsage(wire: Json, timings: unknown): WireUsage | undefined {
  const input = tokenCount(wire.prompt_tokens) ?? tokenCount(wire.input_tokens);
  const output = tokenCount(wire.completion_tokens) ?? tokenCount(wire.output_tokens);
  if (input === undefined && output === undefined) return readTimings(timings);
  const ofPrompt = isObject(wire.prompt_tokens_details) ? wire.prompt_tokens_details : {};
  const ofOutput = isObject(wire.completion_tokens_details) ? wire.completion_tokens_details : {};
  const usage = toUsage(input ?? 0, output ?? 0, {
    cacheRead: tokenCount(ofPrompt.cached_tokens) ?? tokenCount(wire.prompt_cache_hit_tokens),
    cacheCreation: tokenCount(ofPrompt.created_cache_tokens) ?? tokenCount(ofPrompt.cache_write_tokens),
    reasoning: tokenCount(ofOutput.reasoning_tokens) ?? tokenCount(wire.reasoning_tokens),
  });
  return input === undefined || output === undefined ? { partial: usage } : { usage };
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
