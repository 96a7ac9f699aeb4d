import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "../../../src/base/json.js";
import { JsonAnswerDecoder } from "../../../src/wires/ollama/json_answer.js";
import { decoderFor, last, line } from "./support.js";

const newDecoder = () => new JsonAnswerDecoder(decoderFor({ hasFormat: true }));
const decode = (lines: readonly unknown[]) => {
  const decoder = newDecoder();
  return [...lines.flatMap((each) => decoder.push(each)), ...decoder.end()];
};
const textOf = (lines: readonly unknown[]) =>
  decode(lines)
    .map(({ text }) => text ?? "")
    .join("");
const object = '{"a": 1}';

describe("JsonAnswerDecoder", () => {
  it.each<[string, string, string]>([
    ["JSON", object, object],
    ["JSON in a fence", `\`\`\`json\n${object}\n\`\`\``, `${object}\n`],
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
