import fc from "fast-check";
import type { AnswerDelta } from "../../src/answer/delta.js";

const usage = {
  input_tokens: 5,
  output_tokens: 3,
  total_tokens: 8,
  input_token_details: { cache_read: 2 },
  output_token_details: { reasoning: 1 },
};
const args = fc.record({ a: fc.string({ unit: "grapheme" }), b: fc.nat() }).map((value) => JSON.stringify(value));

/** A call in pieces: its name first, then its arguments cut in two. */
const call = fc.tuple(args, fc.nat()).map(([text, cut]) => (index: number): AnswerDelta[] => {
  const at = cut % (text.length + 1);
  return [
    { toolCalls: [{ index, id: `call_${index}`, name: `tool_${index}`, args: "" }] },
    { toolCalls: [{ index, args: text.slice(0, at) }] },
    { toolCalls: [{ index, args: text.slice(at) }] },
  ];
});

const piece: fc.Arbitrary<AnswerDelta> = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1 }).map((text) => ({ text })),
  fc.string({ unit: "grapheme", minLength: 1 }).map((reasoning) => ({ reasoning })),
  fc.record({
    text: fc.string(),
    logprobs: fc.record({
      content: fc.array(
        fc.record({
          token: fc.string(),
          logprob: fc.double({ noNaN: true, noDefaultInfinity: true, min: -9, max: -0.001 }),
        }),
        { maxLength: 2 },
      ),
    }),
  }),
);

/** The deltas of any answer: pieces, calls, and an end with reason, usage and metadata. */
export const anyAnswer = fc
  .tuple(fc.array(piece, { maxLength: 10 }), fc.array(call, { maxLength: 3 }), fc.boolean())
  .map(([pieces, calls, isCut]): AnswerDelta[] => [
    ...pieces,
    ...calls.flatMap((make, index) => make(index)),
    { finishReason: isCut ? "length" : calls.length > 0 ? "tool_calls" : "stop" },
    { usage, metadata: { model_name: "m", timings: { x: 1 }, usage_source: "server" }, extra: { refusal: "no" } },
  ]);
