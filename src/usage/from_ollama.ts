import type { UsageMetadata } from "@langchain/core/messages";
import type { Json } from "../base/json.js";
import { tokenCount } from "../base/counts.js";
import { toUsage } from "../base/usage.js";
import type { PartialUsage } from "./usage.js";

/** What the last object of an Ollama answer says of usage. */
export interface OllamaUsage {
  /** Both counts are there. */
  usage?: UsageMetadata;
  /** Only one is: better than our own count, but not a bill. */
  partial?: PartialUsage;
}

/**
 * Usage of the last object of an answer. `prompt_eval_count` is the whole prompt, cached tokens included
 * (ollama/ollama#16428); servers from 0.33.3 on say how many of them were cached. Absent is not zero: answers without
 * generation have no counts at all.
 * @param hasOutput whether anything was generated: no prompt has 0 tokens and no output has 0, so a 0 is no count
 */
export function usageFromOllama(last: Json, hasOutput: boolean): OllamaUsage {
  const input = countAbove(0, last.prompt_eval_count);
  const output = countAbove(hasOutput ? 0 : -1, last.eval_count);
  // Beside a prompt that was not counted, a 0 is no count either.
  if (input === undefined) return output === undefined || output === 0 ? {} : { partial: { output_tokens: output } };
  if (output === undefined) return { partial: { input_tokens: input } };
  const cached = tokenCount(last.prompt_eval_cached_count);
  // More cached tokens than there were tokens is no count that anyone could charge by.
  return { usage: toUsage(input, output, { cacheRead: cached !== undefined && cached <= input ? cached : undefined }) };
}

function countAbove(least: number, value: unknown): number | undefined {
  const count = tokenCount(value);
  return count !== undefined && count > least ? count : undefined;
}
