import { tokenCount } from "../../base/counts.js";
import { fieldsOf } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import { usageOfLangChain } from "./langchain.js";
import { costIn } from "./openai_cost.js";
import { toolsOf } from "./openai_tools.js";
import { withDeepResearch } from "./perplexity.js";
import { isInTwoSpellings, spellingsDiffer } from "./two_spellings.js";
import { inputWith } from "./sum_of_counts.js";
import { first, known, spelled, type Fields, type Reading, type SpelledUsage } from "./spelled.js";

/** Where the input is counted without what a cache read and wrote, those have names of their own beside these. */
const INPUT = ["input_tokens", "inputTokens"];
const WHOLE_INPUT = ["prompt_tokens", "promptTokens", "prompt_eval_count"];
const ALL_INPUT = [...WHOLE_INPUT, ...INPUT];
const OUTPUT = ["completion_tokens", "output_tokens", "completionTokens", "outputTokens", "eval_count"];
const TOTAL = ["total_tokens", "totalTokens"];

/** Usage in OpenAI's words, which most servers speak, in either of its APIs and either case. */
export function usageOfOpenAI(usage: Fields): SpelledUsage | undefined {
  const input = fieldsOf(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const output = fieldsOf(usage.completion_tokens_details ?? usage.output_tokens_details);
  const cached = fieldsOf(input.cached_tokens_details);
  const ofLangChain = fieldsOf(usage.input_token_details);
  const read = first(usage, ["cache_read_input_tokens", "cacheReadInputTokens"]);
  const written = first(usage, ["cache_creation_input_tokens", "cacheWriteInputTokens"]);
  return spelled({
    input_tokens: count(usage, WHOLE_INPUT) ?? inputWith(count(usage, INPUT), read, written) ?? first(usage, ALL_INPUT),
    output_tokens: count(usage, OUTPUT) ?? first(usage, OUTPUT),
    total_tokens: isInTwoSpellings(usage) ? undefined : first(usage, TOTAL),
    input_token_details: known({
      cache_read: read ?? ofLangChain.cache_read ?? input.cached_tokens ?? first(usage, CACHED),
      cache_creation: written ?? ofLangChain.cache_creation ?? first(input, WRITTEN),
      audio: input.audio_tokens,
      image: input.image_tokens,
      video: input.video_tokens,
    }),
    output_token_details: known({
      reasoning: fieldsOf(usage.output_token_details).reasoning ?? output.reasoning_tokens,
      audio: output.audio_tokens,
      image: output.image_tokens,
    }),
    units: known({ cachedAudio: cached.audio_tokens, cachedImage: cached.image_tokens }),
  });
}

/** The first count that is not 0: gateways write zeros for what they say in other words. */
function count(usage: Fields, names: readonly string[]): unknown {
  return first(
    usage,
    names.filter((name) => usage[name] !== 0),
  );
}

/** DeepSeek's name for it, and that of servers that have it beside the other counts. */
const CACHED = ["prompt_cache_hit_tokens", "cached_tokens"];
/** OpenAI's name for it, LiteLLM's and Qwen's. */
const WRITTEN = ["cache_write_tokens", "cache_creation_tokens", "cache_creation_input_tokens"];

/** What a server that speaks OpenAI's language says beside `usage_metadata`. */
export function readOpenAI(evidence: Evidence): Reading | undefined {
  const raw = rawUsage(evidence);
  const tools = toolsOf(evidence, raw);
  const reading = withDeepResearch(withOutput(usageOfOpenAI(raw)), raw, evidence);
  const notes = tierNotes(evidence);
  if (reading.usage === undefined && tools === undefined && notes.length === 0) return undefined;
  const made = fieldsOf(evidence.message.usage_metadata);
  const counted = reading.usage ?? usageOfLangChain(made);
  const units = known({ ...counted?.units, ...tools?.units });
  const usage = counted && (units === undefined ? counted : { ...counted, units });
  const assumptions = [...(reading.assumptions ?? []), ...notes];
  const warnings = spellingsDiffer(raw);
  return { ...reading, ...isHalf(made), usage, assumptions, warnings, atLeast: tools?.atLeast, ...costIn(raw) };
}

/** LangChain's classes write no output at all where it is 0. */
function isHalf({ input_tokens, output_tokens }: Fields): Pick<Reading, "isBetter"> {
  return input_tokens !== undefined && output_tokens === undefined ? { isBetter: true } : {};
}

/** OpenAI may serve a call on a cheaper tier than was asked for, and its package drops the tier of what is not streamed. */
function tierNotes({ params, metadata, info }: Evidence): string[] {
  const served = metadata.service_tier ?? info.service_tier;
  const note = "the tier is `priority`, as was asked for: which one served is not handed on";
  return params.service_tier === "priority" && served === undefined ? [note] : [];
}

/**
 * The server's own report: Groq's where it is whole, then the last chunk's, since merging chunks adds numbers up. What was
 * merged of two spellings has more than each.
 */
function rawUsage({ metadata, heard }: Evidence): Fields {
  const merged = fieldsOf(metadata.usage);
  const last = isInTwoSpellings(merged) ? merged : heard?.lastRaw;
  return fieldsOf(fieldsOf(metadata.x_groq).usage ?? last ?? merged);
}

/** Output that is counted in the total alone is what the total has beyond the input. Packages write 0 for it, or nothing. */
function withOutput(usage: SpelledUsage | undefined): Reading {
  const input = tokenCount(usage?.input_tokens);
  const total = tokenCount(usage?.total_tokens);
  if (usage?.output_tokens !== undefined || input === undefined || total === undefined || total <= input)
    return { usage };
  return {
    usage: { ...usage, output_tokens: total - input },
    isBetter: true,
    assumptions: ["the output is counted in `total_tokens` alone: what it has beyond the input is billed as output"],
  };
}
