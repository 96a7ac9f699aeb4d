import { describe, expect, it } from "@jest/globals";
import { explainFireworks, FIREWORKS_DIALECT, wantsStream } from "../../../src/providers/fireworks/dialect.js";

describe("what Fireworks says of a stream", () => {
  it.each([
    ["Requests with max_tokens > 4096 must have stream=true", true],
    ["requests with max_tokens > 16000 must have stream = true", true],
    ['Set "stream": true for this many tokens.', true],
    ["This request must be streamed.", true],
    ["Large requests must use streaming.", true],
    ["stream_options is not permitted", false],
    ["The stream was closed.", false],
    ["max_tokens must be at most 4096", false],
  ])("%s: %s", (message, isSo) => {
    expect(wantsStream(message)).toBe(isSo);
  });

  it("comes before whatever the status says", () => {
    expect(explainFireworks(400, { message: "must have stream=true" })).toContain("`stream`");
    expect(explainFireworks(400, { message: "Something else." })).toBeUndefined();
    expect(explainFireworks(undefined, {})).toBeUndefined();
  });
});

describe("cached tokens that the usage leaves out", () => {
  const usage = { input_tokens: 100, output_tokens: 5, total_tokens: 105 };
  const complete = (metadata: Record<string, unknown>, own?: object) =>
    FIREWORKS_DIALECT.completeUsage?.({ ...usage, ...own }, metadata).input_token_details;

  it.each<[string, Record<string, unknown>, number | undefined]>([
    ["metrics", { perf_metrics: { "cached-prompt-tokens": 64 } }, 64],
    [
      "metrics before headers",
      { perf_metrics: { "cached-prompt-tokens": 64 }, fireworks_headers: { "cached-prompt-tokens": "32" } },
      64,
    ],
    ["headers", { fireworks_headers: { "cached-prompt-tokens": "32" } }, 32],
    ["headers with none", { fireworks_headers: { "cached-prompt-tokens": "0" } }, 0],
    ["headers with all", { fireworks_headers: { "cached-prompt-tokens": "100" } }, 100],
    ["headers with more than all", { fireworks_headers: { "cached-prompt-tokens": "101" } }, undefined],
    ["empty headers", { fireworks_headers: { "cached-prompt-tokens": " " } }, undefined],
    ["metrics of another kind", { perf_metrics: "fast" }, undefined],
    ["nowhere", {}, undefined],
  ])("are read from %s", (_, metadata, cached) => {
    expect(complete(metadata)?.cache_read).toBe(cached);
  });

  it("are not touched where the usage has them", () => {
    expect(
      complete({ fireworks_headers: { "cached-prompt-tokens": "32" } }, { input_token_details: { cache_read: 1 } }),
    ).toEqual({ cache_read: 1 });
  });

  it("join other details", () => {
    expect(
      complete({ fireworks_headers: { "cached-prompt-tokens": "32" } }, { input_token_details: { audio: 2 } }),
    ).toEqual({ audio: 2, cache_read: 32 });
  });
});

describe("headers of an answer", () => {
  it("are kept where they are Fireworks' own or speak of limits", () => {
    const headers = new Headers({
      "Fireworks-Prompt-Tokens": "35",
      "x-ratelimit-limit-tokens-prompt": "1000",
      "x-request-id": "1",
      "set-cookie": "a=b",
    });
    expect(FIREWORKS_DIALECT.readHeaders?.(headers)).toEqual({
      fireworks_headers: { "prompt-tokens": "35" },
      rate_limit: { "limit-tokens-prompt": "1000" },
    });
  });

  it("leave no empty objects behind", () => {
    expect(FIREWORKS_DIALECT.readHeaders?.(new Headers({ date: "now" }))).toEqual({});
  });
});
