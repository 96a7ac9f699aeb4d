import { describe, expect, it } from "@jest/globals";
import { usageFromOllama } from "../../src/usage/from_ollama.js";

const usage = (input: number, output: number, cacheRead?: number) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  ...(cacheRead === undefined ? {} : { input_token_details: { cache_read: cacheRead } }),
});

describe("usageFromOllama", () => {
  it.each([
    ["both counts", { prompt_eval_count: 7, eval_count: 3 }, { usage: usage(7, 3) }],
    [
      "cached tokens, which are a part of the prompt",
      { prompt_eval_count: 7, prompt_eval_cached_count: 5, eval_count: 3 },
      { usage: usage(7, 3, 5) },
    ],
    [
      "none of them cached",
      { prompt_eval_count: 7, prompt_eval_cached_count: 0, eval_count: 3 },
      { usage: usage(7, 3, 0) },
    ],
    [
      "more cached tokens than tokens",
      { prompt_eval_count: 7, prompt_eval_cached_count: 9, eval_count: 3 },
      { usage: usage(7, 3) },
    ],
    ["no counts", { done: true, done_reason: "load" }, {}],
    ["no count of the answer", { prompt_eval_count: 7 }, { partial: { input_tokens: 7 } }],
    ["no count of the prompt", { eval_count: 3 }, { partial: { output_tokens: 3 } }],
    ["zeros, which are no counts", { prompt_eval_count: 0, eval_count: 0 }, {}],
    ["a null", { prompt_eval_count: 7, eval_count: null }, { partial: { input_tokens: 7 } }],
    ["a count that is none", { prompt_eval_count: -1, eval_count: 3 }, { partial: { output_tokens: 3 } }],
    ["a count as text", { prompt_eval_count: "7", eval_count: 3 }, { partial: { output_tokens: 3 } }],
  ])("reads %s", (_, line, expected) => {
    expect(usageFromOllama(line, true)).toEqual(expected);
  });

  it("believes a zero where nothing was generated", () => {
    expect(usageFromOllama({ prompt_eval_count: 7, eval_count: 0 }, false)).toEqual({ usage: usage(7, 0) });
  });
});
