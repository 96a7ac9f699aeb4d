import type { UsageMetadata } from "@langchain/core/messages";
import { inTags } from "../../answer/think_tags.js";
import { isObject } from "../../base/json.js";
import type { ErrorBody } from "../../transport/error_body.js";
import { tokenCount } from "../../base/counts.js";
import type { Dialect } from "../../wires/openai/dialect.js";

/** How messages name it. */
export const FIREWORKS_SERVER = "Fireworks";

/** Where its API is unless a user says otherwise. */
export const FIREWORKS_BASE_URL = "https://api.fireworks.ai/inference/v1";
/** The variables in which users give another address; the first that is set counts. */
export const FIREWORKS_ADDRESSES = ["FIREWORKS_API_BASE", "FIREWORKS_BASE_URL"] as const;

/** Fireworks' chat API. Source: its OpenAPI document, its guides on reasoning, vision and prompt caching. */
export const FIREWORKS_DIALECT: Omit<Dialect, "provider"> = {
  parts: ["text", "image_url", "video_url"],
  partFields: {
    image_url: ["url", "detail"],
    video_url: ["url", "detail", "max_frames", "sample_fps", "spatial_limit"],
  },
  hasToolImages: true,
  // Models that think between tool calls need it, and the API knows the field for all.
  replayReasoning: (cameAs, hasToolCalls) =>
    hasToolCalls && inTags("", cameAs) !== undefined ? ["content"] : ["reasoning_content"],
  emptyContent: null,
  sendName: true,
  thinkTags: "auto",
  server: { givesFinishReasons: true },
  keep: ["perf_metrics", "prompt_token_ids"],
  keepOfChoice: ["raw_output", "token_ids"],
  readHeaders,
  completeUsage,
};

/** `fireworks-*` headers without their prefix, and what is left of the rate limits. */
function readHeaders(headers: Headers): Record<string, unknown> {
  const fireworks: Record<string, string> = {};
  const rateLimit: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name.startsWith("fireworks-")) fireworks[name.slice("fireworks-".length)] = value;
    else if (name.startsWith("x-ratelimit-")) rateLimit[name.slice("x-ratelimit-".length)] = value;
  }
  return {
    ...(Object.keys(fireworks).length > 0 ? { fireworks_headers: fireworks } : {}),
    ...(Object.keys(rateLimit).length > 0 ? { rate_limit: rateLimit } : {}),
  };
}

/** Cached tokens that the body's usage leaves out are in the performance metrics and in the headers. */
function completeUsage(usage: UsageMetadata, metadata: Readonly<Record<string, unknown>>): UsageMetadata {
  if (usage.input_token_details?.cache_read !== undefined) return usage;
  const { perf_metrics: metrics, fireworks_headers: headers } = metadata;
  const inMetrics = isObject(metrics) ? metrics["cached-prompt-tokens"] : undefined;
  const inHeaders = isObject(headers) ? headers["cached-prompt-tokens"] : undefined;
  const cached = toCount(inMetrics) ?? toCount(inHeaders);
  if (cached === undefined || cached > usage.input_tokens) return usage;
  return { ...usage, input_token_details: { ...usage.input_token_details, cache_read: cached } };
}

function toCount(value: unknown): number | undefined {
  return typeof value === "string" && value.trim() !== "" ? tokenCount(Number(value)) : tokenCount(value);
}

/**
 * Whether an error says that the request must be streamed: Fireworks refuses some for many tokens otherwise. From how
 * many on depends on the model and the time.
 */
export function wantsStream(message: string): boolean {
  return /stream\W{1,3}true|(?:must|should) (?:be |use )?stream/i.test(message);
}

/** What to do about an error, beyond what Fireworks says itself. */
export function explainFireworks(status: number | undefined, { message = "" }: ErrorBody): string | undefined {
  if (wantsStream(message)) return 'Use `stream`, set `streaming: "auto"`, or ask for fewer tokens.';
  if (/extra inputs are not permitted/i.test(message)) return "Fireworks refuses fields that it does not know.";
  if (/system message must|system role not|roles must alternate/i.test(message))
    return "The model's chat template takes one system message, at the beginning, and roles in turn: put your messages in that order.";
  switch (status) {
    case 401:
    case 403:
      return "Check `FIREWORKS_API_KEY`, and that it may use this model.";
    case 402:
      return "Check the account's billing and spending limit.";
    case 404:
      return "Check the model's id (`accounts/fireworks/models/...`), and that it is served without a deployment or is deployed.";
    case 412:
      return "The account is suspended, or the model's add-on could not be loaded.";
    case 429:
      return "Fireworks' limits grow as they are used; try later or with fewer calls at once.";
    case 503:
      return "Fireworks sheds load, or a deployment is starting.";
    default:
      return undefined;
  }
}
