import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "../../../src/base/json.js";
import { DueAnswerDecoder } from "../../../src/wires/ollama/due_answer.js";
import { decoderFor, last, line } from "./support.js";

const newDecoder = () => new DueAnswerDecoder(decoderFor({ hasFormat: true }), () => "forced-1");
const decode = (lines: readonly unknown[]) => {
  const decoder = newDecoder();
  return [...lines.flatMap((each) => decoder.push(each)), ...decoder.end()];
};
const textOf = (lines: readonly unknown[]) =>
  decode(lines)
    .map(({ text }) => text ?? "")
    .join("");
const object = '{"a": 1}';

describe("JSON that is due", () => {
  it.each<[string, string, string]>([
    ["JSON", object, object],
    ["JSON in a fence", `\`\`\`json\n${object}\n\`\`\``, object],
    ["JSON amid words", `Here you are: ${object} Enjoy!`, object],
    ["a fence that holds no JSON", "```js\nf()\n```", "```js\nf()\n```"],
    ["JSON with a fence in it", '{"a": "```json {} ```"}', '{"a": "```json {} ```"}'],
    ["prose", "An ocean, `{}`.", "An ocean, `{}`."],
  ])("reads %s, however it is cut into lines", (_, content, expected) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(content.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), content.length];
        const lines = at.slice(1).map((end, index) => line({ content: content.slice(at[index], end) }));
        expect(textOf([...lines, last()])).toBe(expected);
        expect(textOf([last({}, { content })])).toBe(expected);
      }),
    );
  });

  it("passes JSON as it comes", () => {
    expect(newDecoder().push(line({ content: "{" }))).toEqual([{ text: "{" }]);
  });

  it.each<[string, string, Json, string]>([
    ["JSON in the thinking of an answer without text", object, {}, object],
    ["a fence there", `So:\n\`\`\`json\n${object}\n\`\`\``, {}, `${object}\n`],
    ["thoughts that are none", "An ocean is", {}, ""],
    ["a bare number, which a thought may be", "42", {}, ""],
    ["the draft of an answer that was cut", object, { done_reason: "length" }, ""],
  ])("finds %s", (_, thinking, more, expected) => {
    const deltas = decode([
      line({ thinking: thinking.slice(0, 3) }),
      line({ thinking: thinking.slice(3) }),
      last(more),
    ]);
    expect(deltas.map(({ text }) => text ?? "").join("")).toBe(expected);
    expect(deltas.map(({ reasoning }) => reasoning ?? "").join("")).toBe(thinking);
  });

  it("keeps the thought before a closing tag that stands alone, and the JSON after it", () => {
    const deltas = decode([line({ content: "Hm.\n</th" }), line({ content: `ink>\n${object}` }), last()]);
    expect(deltas.map(({ reasoning, text }) => ({ reasoning, text }))).toEqual([
      { reasoning: "Hm.\n", text: undefined },
      { reasoning: undefined, text: `\n${object}` },
      { reasoning: undefined, text: undefined },
    ]);
    expect(deltas.at(-1)?.thoughtInText).toBeUndefined();
  });

  it("leaves thoughts where there is a text", () => {
    expect(textOf([line({ thinking: '{"draft": 1}' }), line({ content: object }), last()])).toBe(object);
  });

  it("hands out what it holds when the answer breaks off", () => {
    const decoder = newDecoder();
    decoder.push(line({ content: "```json" }));
    expect(decoder.cut()).toEqual([{ text: "```json" }]);
    expect(decoder.cut()).toEqual([]);
  });
});

const add = { name: "add", parameters: { type: "object", properties: { a: { type: "number" } } } };

describe("a call that is due", () => {
  const decode = (lines: readonly unknown[]) => {
    const decoder = new DueAnswerDecoder(decoderFor({ hasFormat: true, tools: ["add"] }), () => "forced-1", [add]);
    return [...lines.flatMap((each) => decoder.push(each)), ...decoder.end()];
  };

  it("makes a call of the JSON, however it is cut into lines", () => {
    const json = '{"name":"add","arguments":{"a":1}}';
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(json.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), json.length];
        const lines = at.slice(1).map((end, index) => line({ content: json.slice(at[index], end) }));
        const deltas = decode([...lines, last()]);
        expect(deltas.map(({ text }) => text)).not.toContain(json);
        expect(deltas.flatMap(({ toolCalls }) => toolCalls ?? [])).toEqual([
          { index: 0, id: "forced-1", name: "add", args: '{"a":1}' },
        ]);
        expect(deltas.at(-1)).toMatchObject({ finishReason: "tool_calls", metadata: { done_reason: "stop" } });
      }),
    );
  });

  it("passes thinking on as it comes", () => {
    const decoder = new DueAnswerDecoder(decoderFor(), () => "forced-1", [add]);
    expect(decoder.push(line({ thinking: "hm", content: "{" }))).toEqual([{ reasoning: "hm" }]);
  });

  it("leaves a call that the server made", () => {
    const deltas = decode([
      line({ tool_calls: [{ id: "call_1", function: { name: "add", arguments: { a: 2 } } }] }),
      last(),
    ]);
    expect(deltas.flatMap(({ toolCalls }) => toolCalls ?? [])).toEqual([
      { index: 0, id: "call_1", name: "add", args: '{"a":2}' },
    ]);
    expect(deltas.at(-1)?.finishReason).toBe("tool_calls");
  });

  it("hands out prose as it was", () => {
    const deltas = decode([line({ content: "No" }), line({ content: " way." }), last()]);
    expect(deltas.map(({ text }) => text ?? "").join("")).toBe("No way.");
    expect(deltas.at(-1)?.finishReason).toBe("stop");
  });

  it("keeps the reason of a call that was cut", () => {
    const deltas = decode([line({ content: '{"name":"add","arguments":{"a"' }), last({ done_reason: "length" })]);
    expect(deltas.flatMap(({ toolCalls }) => toolCalls ?? [])).toEqual([
      { index: 0, id: "forced-1", name: "add", args: '{"a"' },
    ]);
    expect(deltas.at(-1)?.finishReason).toBe("length");
  });

  it("hands out what it holds when the answer breaks off, the inner decoder's too", () => {
    const decoder = new DueAnswerDecoder(decoderFor(), () => "forced-1", [add]);
    decoder.push(line({ content: "<think>hm" }));
    decoder.push(line({ content: "</think>{" }));
    expect(decoder.cut()).toEqual([{ text: "{" }]);
    const inner = new DueAnswerDecoder(decoderFor(), () => "forced-1", [add]);
    inner.push(line({ content: "<thi" }));
    expect(inner.cut()).toEqual([{ text: "<thi" }]);
    expect(inner.cut()).toEqual([]);
  });
});
