import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { AnswerDelta } from "../../src/answer/delta.js";
import { joinDeltas } from "../../src/answer/join.js";

describe("the sum of a stream's deltas", () => {
  it.each<[string, AnswerDelta[], AnswerDelta[]]>([
    ["of none is none", [], []],
    ["of one is that one", [{ text: "Hi.", finishReason: "stop" }], [{ text: "Hi.", finishReason: "stop" }]],
    [
      "has all text and all reasoning",
      [{ reasoning: "H" }, { reasoning: "m." }, { text: "Hi" }, { text: "." }],
      [{ text: "Hi.", reasoning: "Hm." }],
    ],
    [
      "has no text where there was none",
      [{ reasoning: "Hm." }, { finishReason: "stop" }],
      [{ reasoning: "Hm.", finishReason: "stop" }],
    ],
    ["keeps an empty text apart from none", [{ text: "" }], [{ text: "" }]],
    [
      "puts the pieces of calls together by their index",
      [
        { toolCalls: [{ index: 0, id: "a", name: "t", args: '{"x"' }] },
        {
          toolCalls: [
            { index: 1, id: "b", name: "u" },
            { index: 0, args: ":1}" },
          ],
        },
      ],
      [
        {
          toolCalls: [
            { index: 0, id: "a", name: "t", args: '{"x":1}' },
            { index: 1, id: "b", name: "u", args: "" },
          ],
        },
      ],
    ],
    [
      "takes usage, metadata and extra from whichever delta has them",
      [
        { text: "a", metadata: { id: "1" }, extra: { refusal: "no" } },
        { usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 }, metadata: { model: "m" } },
      ],
      [
        {
          text: "a",
          usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
          metadata: { id: "1", model: "m" },
          extra: { refusal: "no" },
        },
      ],
    ],
    [
      "joins log probabilities",
      [{ logprobs: { content: [1] } }, { logprobs: { content: [2] } }],
      [{ logprobs: { content: [1, 2] } }],
    ],
    [
      "tells answers apart, in their order",
      [{ choice: 2, text: "c" }, { text: "a" }, { choice: 1, text: "b" }, { text: "A" }],
      [{ text: "aA" }, { choice: 1, text: "b" }, { choice: 2, text: "c" }],
    ],
  ])("%s", (_, deltas, sum) => {
    expect(joinDeltas(deltas)).toEqual(sum);
  });

  it("loses no character, however an answer is cut and its choices are mixed", () => {
    const piece = fc.record({ choice: fc.constantFrom(0, 1, 2), text: fc.string() });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const sums = joinDeltas(pieces.map(({ choice, text }) => (choice === 0 ? { text } : { choice, text })));
        for (const choice of [0, 1, 2]) {
          const texts = pieces.filter((each) => each.choice === choice).map(({ text }) => text);
          const sum = sums.find((each) => (each.choice ?? 0) === choice);
          expect(sum?.text).toBe(texts.length === 0 ? undefined : texts.join(""));
        }
      }),
    );
  });

  it("leaves its deltas as they were", () => {
    const deltas: AnswerDelta[] = [
      { metadata: { a: 1 }, toolCalls: [{ index: 0, args: "{" }] },
      { metadata: { b: 2 }, toolCalls: [{ index: 0, args: "}" }] },
    ];
    const before = structuredClone(deltas);
    joinDeltas(deltas);
    expect(deltas).toEqual(before);
  });
});
