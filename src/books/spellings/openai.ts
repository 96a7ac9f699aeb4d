import { fieldsOf } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import { first, known, plus, spelled, type Fields, type Reading, type SpelledUsage } from "./spelled.js";

const INPUT = ["input_tokens", "prompt_tokens", "inputTokens", "promptTokens", "prompt_eval_count"];
const OUTPUT = ["output_tokens", "completion_tokens", "outputTokens", "completionTokens", "eval_count"];
const TOTAL = ["total_tokens", "totalTokens"];

/** Usage in OpenAI's words, which most servers speak, in either of its APIs and either case. */
export function usageOfOpenAI(usage: Fields): SpelledUsage | undefined {
  const input = fieldsOf(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const output = fieldsOf(usage.completion_tokens_details ?? usage.output_tokens_details);
  const ofLangChain = fieldsOf(usage.input_token_details);
  // Anthropic and Bedrock count what their cache read and wrote apart from the rest of the input.
  const read = first(usage, ["cache_read_input_tokens", "cacheReadInputTokens"]);
  const written = first(usage, ["cache_creation_input_tokens", "cacheWriteInputTokens"]);
  return spelled({
    input_tokens: [read, written].reduce(plus, first(usage, INPUT)),
    output_tokens: first(usage, OUTPUT),
    total_tokens: first(usage, TOTAL),
    input_token_details: known({
      cache_read: read ?? ofLangChain.cache_read ?? input.cached_tokens ?? usage.prompt_cache_hit_tokens,
      cache_creation: written ?? ofLangChain.cache_creation ?? input.cache_write_tokens,
      audio: input.audio_tokens,
    }),
    output_token_details: known({
      reasoning: fieldsOf(usage.output_token_details).reasoning ?? output.reasoning_tokens,
      audio: output.audio_tokens,
    }),
  });
}

/** What a server that speaks OpenAI's language says beside `usage_metadata`. */
export function readOpenAI({ metadata }: Evidence): Reading | undefined {
  const raw = fieldsOf(metadata.usage ?? fieldsOf(metadata.x_groq).usage);
  const usage = usageOfOpenAI(raw);
  if (usage === undefined) return undefined;
  const cost = raw.cost;
  const upstreamCost = raw.is_byok === true ? fieldsOf(raw.cost_details).upstream_inference_cost : undefined;
  return { usage, cost, upstreamCost };
}
