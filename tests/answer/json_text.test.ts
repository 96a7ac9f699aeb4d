import { expect, it } from "@jest/globals";
import { parseJson } from "../../src/answer/json_text.js";

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
  ["null", "null", null],
  ["none", "The answer is 1.", undefined],
  ["cut off", '```json\n{"a":', undefined],
])("JSON %s", (_form, text, value) => {
  expect(parseJson(text)).toEqual(value);
});

it("is in no text that has only fences' beginnings", () => {
  expect(parseJson("```json ".repeat(1_000))).toBeUndefined();
});
