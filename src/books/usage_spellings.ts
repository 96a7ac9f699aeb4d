import { fieldsOf } from "../base/json.js";

/** Token counts as someone else's class wrote them: named, but not checked yet. */
export interface SpelledUsage {
  input_tokens?: unknown;
  output_tokens?: unknown;
  input_token_details?: { cache_read?: unknown; cache_creation?: unknown };
  output_token_details?: { reasoning?: unknown };
}

type Fields = Readonly<Record<string, unknown>>;

const PLACES = ["tokenUsage", "token_usage", "usage", "usage_metadata", "usageMetadata"];
const INPUT = ["input_tokens", "prompt_tokens", "inputTokens", "promptTokens", "prompt_eval_count"];
const OUTPUT = ["output_tokens", "completion_tokens", "outputTokens", "completionTokens", "eval_count"];

/**
 * Usage as classes of models report it beside `usage_metadata`, in `llmOutput`, `generationInfo` or `response_metadata`:
 * in LangChain's, OpenAI's, Anthropic's, Bedrock's or Ollama's words. `undefined` where there is none.
 */
export function spelledUsage(value: unknown): SpelledUsage | undefined {
  const holder = fieldsOf(value);
  for (const place of [...PLACES.map((name) => holder[name]), value]) {
    const usage = toSpelled(fieldsOf(place));
    if (usage !== undefined) return usage;
  }
  return undefined;
}

/** A count that someone else's class estimated, in the place that LangChain's own classes use for it. */
export function spelledEstimate(llmOutput: unknown): SpelledUsage | undefined {
  return toSpelled(fieldsOf(fieldsOf(llmOutput).estimatedTokenUsage));
}

function toSpelled(usage: Fields): SpelledUsage | undefined {
  const input = first(usage, INPUT);
  const output = first(usage, OUTPUT);
  if (input === undefined && output === undefined) return undefined;
  // Anthropic and Bedrock count what their cache read and wrote apart from the rest of the input.
  const read = first(usage, ["cache_read_input_tokens", "cacheReadInputTokens"]);
  const written = first(usage, ["cache_creation_input_tokens", "cacheWriteInputTokens"]);
  return {
    input_tokens: [read, written].reduce(plus, input),
    output_tokens: output,
    ...present("input_token_details", {
      cache_read: read ?? cachedOf(usage),
      cache_creation: written ?? fieldsOf(usage.input_token_details).cache_creation,
    }),
    ...present("output_token_details", { reasoning: reasoningOf(usage) }),
  };
}

function first(fields: Fields, names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);
}

function plus(sum: unknown, part: unknown): unknown {
  return typeof sum === "number" && typeof part === "number" ? sum + part : sum;
}

function cachedOf(usage: Fields): unknown {
  const ofOpenAI = fieldsOf(usage.prompt_tokens_details ?? usage.input_tokens_details);
  return fieldsOf(usage.input_token_details).cache_read ?? ofOpenAI.cached_tokens ?? usage.prompt_cache_hit_tokens;
}

function reasoningOf(usage: Fields): unknown {
  const ofOpenAI = fieldsOf(usage.completion_tokens_details ?? usage.output_tokens_details);
  return fieldsOf(usage.output_token_details).reasoning ?? ofOpenAI.reasoning_tokens;
}

function present(name: string, details: Fields): object {
  const known = Object.entries(details).filter(([, value]) => value !== undefined && value !== null);
  return known.length === 0 ? {} : { [name]: Object.fromEntries(known) };
}
