import { describe, expect, it } from "@jest/globals";
import { withoutShortUsage } from "../../../src/providers/openllm/watch/whole_usage.js";

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
