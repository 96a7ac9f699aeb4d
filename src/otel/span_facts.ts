import { tokenCount } from "../base/counts.js";
import { fieldsOf, nonEmpty, type Json } from "../base/json.js";
import type { UsageLike } from "../pricing/usage_buckets.js";

/** A span's attributes. */
export type SpanAttributes = Readonly<Record<string, unknown>>;

/** What a span of a model's call says of its cost. */
export interface SpanFacts {
  /** Who bills, as the instrumentation has it; `undefined` where it does not know. */
  provider?: string;
  /** The model that was asked for, and the one that answered. */
  model?: string;
  served?: string;
  /** Where the call went. */
  host?: string;
  tier?: string;
  /** Of the LangChain run that the span shows. */
  metadata: Readonly<Json>;
  /** Absent where the counts are missing, or contradict each other. */
  usage?: UsageLike;
  /** Whether it would say so if tokens had been read from a cache, and if some had been written to one. */
  saysCacheRead: boolean;
  saysCacheWrite: boolean;
}

/** Counts as a span has them: the input with all that was cached, the output with all reasoning. */
export interface SpanCounts {
  input: unknown;
  output: unknown;
  cacheRead?: unknown;
  cacheWrite?: unknown;
  inputAudio?: unknown;
  reasoning?: unknown;
  outputAudio?: unknown;
}

/** Counts as usage; `undefined` where one of the two is missing, nothing was counted, or the parts are more than their whole. */
export function toSpanUsage(counts: SpanCounts): UsageLike | undefined {
  const input = tokenCount(counts.input);
  const output = tokenCount(counts.output);
  if (input === undefined || output === undefined || input + output === 0) return undefined;
  const cacheRead = tokenCount(counts.cacheRead) ?? 0;
  const cacheWrite = tokenCount(counts.cacheWrite) ?? 0;
  const reasoning = tokenCount(counts.reasoning) ?? 0;
  if (cacheRead + cacheWrite > input || reasoning > output) return undefined;
  return {
    input_tokens: input,
    output_tokens: output,
    input_token_details: {
      cache_read: cacheRead,
      cache_creation: cacheWrite,
      audio: tokenCount(counts.inputAudio) ?? 0,
    },
    output_token_details: { reasoning, audio: tokenCount(counts.outputAudio) ?? 0 },
  };
}

/** The first of the attributes that is there. */
export function firstOf(attributes: SpanAttributes, names: readonly string[]): unknown {
  return names.map((name) => attributes[name]).find((value) => value !== undefined && value !== null);
}

/** The fields of an attribute that holds JSON; none where it holds none. */
export function jsonOf(value: unknown): Readonly<Json> {
  const text = nonEmpty(value);
  if (text === undefined) return {};
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}
