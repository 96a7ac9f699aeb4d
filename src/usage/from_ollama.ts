import type { UsageMetadata } from "@langchain/core/messages";
import type { Json } from "../json.js";
import { tokenCount, toUsage } from "./usage.js";

/** What the last object of an Ollama answer says of usage. */
export interface OllamaUsage {
  /** Both counts are there. */
  usage?: UsageMetadata;
  /** The prompt was counted and the answer was not: the output of this is a lower bound. */
  partial?: UsageMetadata;
}

/**
 * Usage of the last object of an answer. `prompt_eval_count` is the whole prompt, cached tokens included
 * (ollama/ollama#16428); servers from 0.33.3 on say how many of them were cached. Absent is not zero: answers without
 * generation have no counts at all.
 */
export function usageFromOllama(last: Json): OllamaUsage {
  const input = tokenCount(last.prompt_eval_count);
  const output = tokenCount(last.eval_count);
  if (input === undefined) return {};
  const cached = tokenCount(last.prompt_eval_cached_count);
  // More cached tokens than there were tokens is no count that anyone could charge by.
  const cacheRead = cached !== undefined && cached <= input ? cached : undefined;
  return output === undefined
    ? { partial: toUsage(input, 0, { cacheRead }) }
    : { usage: toUsage(input, output, { cacheRead }) };
}
