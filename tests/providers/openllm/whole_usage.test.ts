import { describe, expect, it } from "@jest/globals";
import { charactersIn, withoutShortUsage } from "../../../src/providers/openllm/watch/whole_usage.js";
import { longestMatched } from "../../support/native_work.js";

describe("llama.cpp's figure for several answers", () => {
  const usage = { input_tokens: 34, output_tokens: 4, total_tokens: 38 };

  it.each([
    [
      "is short",
      [{ usage, metadata: { timings: {} } }, { choice: 1 }],
      [{ metadata: { timings: {} }, partialUsage: { input_tokens: 34 } }, { choice: 1 }],
    ],
    ["is right for one", [{ usage, metadata: { timings: {} } }], [{ usage, metadata: { timings: {} } }]],
    ["is another server's", [{ usage, metadata: {} }, { choice: 1 }], [{ usage, metadata: {} }, { choice: 1 }]],
  ])("%s", (_name, answers, expected) => {
    expect(withoutShortUsage(answers)).toEqual(expected);
  });
});

describe("the characters that make tokens", () => {
  it.each([
    ["words without their blanks", ["The tides  come\n", "twice"], 17],
    ["none where there is no text", [], 0],
    ["no base64, of which a token can have any number", [`See data:image/png;base64,${"A".repeat(4_000)} there`], 30],
    ["a long text's by a sample", ["tide ".repeat(2_000_000)], 8_000_000],
    ["those of many texts", Array.from({ length: 20_000 }, () => "twelve of it"), 200_000],
  ])("are %s", (_what, texts, expected) => {
    const count = charactersIn(texts);
    expect(count).toBeGreaterThanOrEqual(expected * 0.99);
    expect(count).toBeLessThanOrEqual(expected * 1.01);
  });

  it.each([1_000_000, 10_000_000])("are found without reading all of %d", (length) => {
    expect(longestMatched(() => charactersIn(["tide ".repeat(length / 5)]))).toBeLessThan(20_000);
  });
});
