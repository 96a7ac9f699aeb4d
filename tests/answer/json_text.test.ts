import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { bareJson, JsonText, parseJson } from "../../src/answer/json_text.js";

it.each<[form: string, text: string, value: unknown]>([
  ["bare", ' {"a":1}\n', { a: 1 }],
  ["fenced", '```json\n{"a":1}\n```', { a: 1 }],
  ["fenced without a language, on one line", '``` {"a":1} ```', { a: 1 }],
  ["fenced amid words", 'Here:\n```JSON\n{"a":1}\n```\nFine?', { a: 1 }],
  ["in the first of two fences", '```json\n{"a":1}\n```\nor\n```json\n{"a":2}\n```', { a: 1 }],
  ["with a fence inside, fenced", '```json\n{"a":"```ts\\n```"}\n```', { a: "```ts\n```" }],
  ["with a tag inside", '{"a":"</think>"}', { a: "</think>" }],
  ["after thinking", 'It is 1.</think>\n\n{"a":1}', { a: 1 }],
  ["fenced after thinking that has a fence", '```json\n{"a":0}\n```?</think>```json\n{"a":1}\n```', { a: 1 }],
  ["after a sentence", 'It is {"a":1}', { a: 1 }],
  ["amid sentences, after thinking", '{?}</think>It is { "a":{}} so.', { a: {} }],
  ["amid words, if it is an object that has something", "It is {} or [].", undefined],
  ["twice amid words, of which it is neither", 'It is {"a":1} or {"a":2}.', undefined],
  ["null", "null", null],
  ["none", "The answer is 1.", undefined],
  ["cut off", '```json\n{"a":', undefined],
])("JSON %s", (_form, text, value) => {
  expect(parseJson(text)).toEqual(value);
});

it("is in no text that has only fences' beginnings", () => {
  expect(parseJson("```json ".repeat(1_000))).toBeUndefined();
});

/** The end of a text as its reader lets it go. */
function last(text: JsonText, piece?: string): string {
  const rest = text.cut(piece) ?? "";
  return text.isHeld ? bareJson(rest) : rest;
}

it("comes out the same however it is cut, and what begins as JSON comes out at once", () => {
  const part = fc.constantFrom("{", "[", "```json\n", "```", '{"a":1}', "\n", " ", "It is", "</think>", "}");
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const [text, cut] = [new JsonText(), new JsonText()];
      const out = parts.map((piece) => text.push(piece) ?? "");
      const all = parts.join("");
      const passes = /^\s*[{[]/.test(all);
      expect(out.join("") + last(text)).toBe(passes ? all : bareJson(all));
      if (passes) expect(out.join("")).toBe(all);
      expect(last(new JsonText(), all)).toBe(passes ? all : bareJson(all));
      const before = parts.map((piece) => cut.push(piece) ?? "").join("");
      expect(before + (cut.cut(undefined) ?? "")).toBe(all);
    }),
  );
});
