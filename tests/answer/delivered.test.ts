import { describe, expect, it } from "@jest/globals";
import { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import fc from "fast-check";
import { assembleChunks } from "../../src/answer/assemble.js";
import { toChunk } from "../../src/answer/chunk.js";
import { Delivered } from "../../src/answer/delivered.js";
import type { AnswerDelta } from "../../src/answer/delta.js";
import { anyAnswer } from "../support/any_answer.js";

const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 };
const chunksOf = (deltas: AnswerDelta[]) => deltas.map((delta) => toChunk(delta, "fireworks", "run-1"));

/** How many objects and texts a value holds on to. */
function countKept(root: unknown): number {
  const seen = new Set<unknown>();
  const rest = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === "string") seen.add(value);
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Map) rest.push(...(value as Map<unknown, unknown>).keys(), ...value.values());
    for (const key of Reflect.ownKeys(value)) rest.push(Reflect.get(value, key));
  }
  return seen.size;
}

const ANSWERS: [string, AnswerDelta[]][] = [
  ["text", [{ text: "a" }, { text: "b" }, { text: "c" }]],
  ["reasoning, then text", [{ reasoning: "r" }, { reasoning: "s" }, { text: "a" }, { text: "b" }]],
  ["reasoning and text in one piece", [{ text: "a" }, { text: "b", reasoning: "r" }, { reasoning: "s" }]],
  [
    "calls between pieces of text",
    [
      { text: "a" },
      { text: "b" },
      { toolCalls: [{ index: 0, id: "1", name: "f", args: '{"x"' }] },
      { text: "c" },
      { toolCalls: [{ index: 0, args: ":1}" }] },
      { text: "d" },
      { finishReason: "tool_calls" },
    ],
  ],
  ["an end with facts", [{ text: "a" }, { text: "b" }, { finishReason: "stop", metadata: { model: "m" } }, { usage }]],
  ["logprobs", [{ text: "a" }, { text: "b", logprobs: { content: [1] } }, { text: "c", logprobs: { content: [2] } }]],
  ["extras", [{ text: "a" }, { text: "b" }, { extra: { refusal: "no" } }]],
];

describe("what was delivered", () => {
  it.each(ANSWERS)("is the sum of the chunks: %s", (_, deltas) => {
    const delivered = new Delivered();
    for (const chunk of chunksOf(deltas)) delivered.add(chunk);
    const sum = assembleChunks(chunksOf(deltas));
    expect(JSON.stringify(delivered.whole())).toBe(JSON.stringify(sum));
    expect(delivered.whole()?.message).toEqual(sum?.message);
  });

  it("is nothing before the first chunk, and the chunk itself after it", () => {
    const delivered = new Delivered();
    const [chunk] = chunksOf([{ text: "a" }]);
    expect([delivered.isEmpty, delivered.whole()]).toEqual([true, undefined]);
    if (chunk) delivered.add(chunk);
    expect(delivered.isEmpty).toBe(false);
    expect(delivered.whole()).toBe(chunk);
  });

  it("is closed by a chunk with usage, which another end replaces", () => {
    const delivered = new Delivered();
    const [end, ...chunks] = chunksOf([{ usage: { ...usage, input_tokens: 5 } }, { text: "a" }, { text: "b" }]);
    for (const chunk of chunks) delivered.add(chunk);
    expect(delivered.isClosed).toBe(false);
    for (const chunk of chunksOf([{ usage }])) delivered.add(chunk);
    expect(delivered.isClosed).toBe(true);
    const whole = end && delivered.wholeWith(end);
    expect(whole?.message).toMatchObject({ content: "ab", usage_metadata: { input_tokens: 5 } });
  });

  it.each<[string, (index: number) => AnswerDelta]>([
    ["text", (index) => ({ text: `word ${index} ` })],
    ["reasoning", (index) => ({ reasoning: `word ${index} ` })],
    ["both", (index) => ({ reasoning: `thought ${index} `, text: `word ${index} ` })],
    ["a call", (index) => ({ toolCalls: [{ index: 0, args: `word ${index} ` }] })],
    ["facts", (index) => ({ text: `word ${index} `, metadata: { n: index }, extra: { m: `word ${index}` } })],
  ])("keeps of a long answer hardly more than the letters: %s", (_, deltaAt) => {
    const delivered = new Delivered();
    for (let index = 0; index < 20_000; index++) for (const chunk of chunksOf([deltaAt(index)])) delivered.add(chunk);
    expect(countKept(delivered)).toBeLessThan(1000);
  });

  it("keeps of log probabilities what the server says of each token", () => {
    const delivered = new Delivered();
    const logprobs = (index: number) => ({ content: [{ token: `word ${index}` }] });
    for (let index = 0; index < 2000; index++)
      for (const chunk of chunksOf([{ text: "word ", logprobs: logprobs(index) }])) delivered.add(chunk);
    expect(countKept(delivered)).toBeLessThan(2 * 2000 + 1000);
  });

  it("can be asked for while it grows, and forgets nothing by that", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ANSWERS.flatMap(([, deltas]) => deltas)), { minLength: 1 }), (deltas) => {
        const asked = new Delivered();
        for (const [at, chunk] of chunksOf(deltas).entries()) {
          asked.add(chunk);
          const end = chunksOf([{ finishReason: "stop" }])[0];
          if (end) asked.wholeWith(end);
          const sum = assembleChunks(chunksOf(deltas.slice(0, at + 1)));
          expect(JSON.stringify(asked.whole())).toBe(JSON.stringify(sum));
        }
      }),
    );
  });

  it("is the same where no chunk is made of what is text alone", () => {
    fc.assert(
      fc.property(anyAnswer, (deltas) => {
        const delivered = new Delivered();
        for (const delta of deltas)
          if (!delivered.addText(delta)) for (const chunk of chunksOf([delta])) delivered.add(chunk);
        const sum = assembleChunks(chunksOf(deltas));
        expect(JSON.stringify(delivered.whole())).toBe(JSON.stringify(sum));
      }),
    );
  });

  it("takes the first delta, and what follows a figure, by their chunks alone", () => {
    const delivered = new Delivered();
    expect(delivered.addText({ text: "a" })).toBe(false);
    for (const chunk of chunksOf([{ text: "a" }])) delivered.add(chunk);
    expect(delivered.addText({ text: "b", finishReason: "stop" })).toBe(false);
    expect(delivered.addText({ text: "b" })).toBe(true);
    for (const chunk of chunksOf([{ usage }])) delivered.add(chunk);
    expect(delivered.addText({ text: "c" })).toBe(false);
    expect(delivered.whole()?.text).toBe("ab");
  });

  it("keeps chunks of a subclass as they are", () => {
    const delivered = new Delivered();
    const block = (text: string) => new AIMessageChunk({ content: [{ type: "text", text, index: 0 }] });
    for (const text of ["a", "b"]) delivered.add(new ChatGenerationChunk({ text, message: block(text) }));
    expect(delivered.whole()?.message.content).toEqual([{ type: "text", text: "ab", index: 0 }]);
  });
});
