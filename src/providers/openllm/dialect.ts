import type { UsageMetadata } from "@langchain/core/messages";
import { inTags, type ThinkTags } from "../../answer/think_tags.js";
import { isObject } from "../../base/json.js";
import { tokenCount } from "../../base/counts.js";
import type { Dialect } from "../../wires/openai/dialect.js";

/** Under which name reasoning is sent back with the message that it led to: `"auto"` is the one under which it came. */
export type ReplayReasoning = "auto" | "reasoning_content" | "reasoning" | "both" | false;

/** What a user can say of how their server reads and writes messages. */
export interface DialectOptions {
  /**
   * Reasoning sent back. `"auto"`: with tool calls only, under the name, or in the tags, under which it came.
   * @default "auto"
   */
  replayReasoning?: ReplayReasoning | undefined;
  /**
   * The content of an assistant message that has only tool calls: some servers refuse `null`, TGI loses the calls beside
   * a text, others want the field left out.
   * @default "empty"
   */
  toolCallContent?: "empty" | "null" | "omit" | undefined;
  /** Send several system messages as one, for chat templates that take no other. @default false */
  mergeSystemMessages?: boolean | undefined;
  /** Send developer messages under their own role: strict templates refuse it, others drop such messages. @default false: as system messages */
  developerRole?: boolean | undefined;
  /** A stream that ends with neither a finish reason nor an end marker was cut off; `"accept"` is for servers that send none. @default "error" */
  unmarkedEnd?: "error" | "accept" | undefined;
  /** Turns an image's address into a data URL before it is sent, for servers that fetch nothing. @default addresses are sent as they are */
  loadImage?: ((url: string) => Promise<string>) | undefined;
}

const EMPTY = { empty: "", null: null, omit: undefined } as const;

/** How a self-hosted server's API is spoken, as far as nothing is known of it but what the user says. */
export function openLLMDialect(options: DialectOptions & { thinkTags?: ThinkTags }): Dialect {
  return {
    provider: "openllm",
    parts: ["text", "image_url", "input_audio", "video_url", "file"],
    replayReasoning: (cameAs, hasToolCalls) => replayNames(options.replayReasoning ?? "auto", cameAs, hasToolCalls),
    emptyContent: EMPTY[options.toolCallContent ?? "empty"],
    // Many servers refuse a name or drop it; templates use that of a tool's result.
    sendName: "tool",
    mergeSystem: options.mergeSystemMessages ?? false,
    keepsDeveloper: options.developerRole ?? false,
    thinkTags: options.thinkTags ?? "auto",
    hasUnmarkedEnd: options.unmarkedEnd === "accept",
    ...(options.loadImage ? { loadImage: options.loadImage } : {}),
    keep: ["timings", "metrics"],
    keepOfChoice: ["stop_reason", "matched_stop"],
    completeUsage: withCacheOfTimings,
  };
}

/** What came from the cache, where only llama.cpp's timings say so. */
function withCacheOfTimings(usage: UsageMetadata, { timings }: Readonly<Record<string, unknown>>): UsageMetadata {
  const cached = isObject(timings) ? tokenCount(timings.cache_n) : undefined;
  if (cached === undefined || cached > usage.input_tokens || usage.input_token_details?.cache_read !== undefined)
    return usage;
  return { ...usage, input_token_details: { ...usage.input_token_details, cache_read: cached } };
}

function replayNames(replay: ReplayReasoning, cameAs: string | undefined, hasToolCalls: boolean): string[] {
  if (replay === false) return [];
  if (replay === "both") return ["reasoning_content", "reasoning"];
  if (replay !== "auto") return [replay];
  if (!hasToolCalls) return [];
  // Lists of details have no field in which they can go back.
  const isField = cameAs === "reasoning_content" || cameAs === "reasoning" || cameAs === "thinking";
  return isField ? [cameAs] : inTags("", cameAs) === undefined ? [] : ["content"];
}
