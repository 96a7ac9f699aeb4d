import type { Json } from "../base/json.js";
import { tokenCount } from "../base/counts.js";
import { toUsage } from "../base/usage.js";
import { credibleUsage, partialUsage, type WireUsage } from "./credible.js";

/**
 * Usage of the last object of an answer. `prompt_eval_count` is the whole prompt, cached tokens included
 * (ollama/ollama#16428); servers from 0.33.3 on say how many of them were cached. Absent is not zero: answers without
 * generation have no counts at all.
 * @param hasOutput whether anything was generated
 */
export function usageFromOllama(last: Json, hasOutput: boolean): WireUsage {
  const input = tokenCount(last.prompt_eval_count);
  const output = tokenCount(last.eval_count);
  if (input === undefined || output === undefined) return credibleUsage(partialUsage(input, output), hasOutput) ?? {};
  const cached = tokenCount(last.prompt_eval_cached_count);
  // More cached tokens than there were tokens is no count that anyone could charge by.
  const cacheRead = cached !== undefined && cached <= input ? cached : undefined;
  return credibleUsage({ usage: toUsage(input, output, { cacheRead }) }, hasOutput) ?? {};
}
