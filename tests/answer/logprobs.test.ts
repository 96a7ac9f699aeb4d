import { describe, expect, it } from "@jest/globals";
import { joinLogprobs } from "../../src/answer/logprobs.js";

describe("slices of log probabilities", () => {
  it.each<[string, Record<string, unknown>[], Record<string, unknown>]>([
    [
      "of OpenAI's shape",
      [
        { content: [{ token: "a" }], refusal: null },
        { content: [{ token: "b" }], refusal: null },
      ],
      { content: [{ token: "a" }, { token: "b" }], refusal: null },
    ],
    [
      "of the older shape",
      [
        { tokens: ["a"], text_offset: [0] },
        { tokens: ["b"], text_offset: [1] },
      ],
      { tokens: ["a", "b"], text_offset: [0, 1] },
    ],
    ["with an empty one", [{ content: [] }, { content: [1] }], { content: [1] }],
    ["that are none", [], {}],
    [
      "under names that every object has",
      [
        { content: [1], toString: [1], constructor: [2] },
        { toString: [3], hasOwnProperty: null },
      ],
      { content: [1], toString: [1, 3], constructor: [2], hasOwnProperty: null },
    ],
    [
      "under the name of a prototype",
      [JSON.parse('{"__proto__": [1], "a": [2]}') as Record<string, unknown>],
      { a: [2] },
    ],
  ])("%s", (_, slices, joined) => {
    expect(joinLogprobs(slices)).toEqual(joined);
  });
});
