import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readArguments } from "../../src/answer/read_arguments.js";

const rome = { city: "Rome" };
const one = '{"city":"Rome"}';

describe("the arguments of a call", () => {
  it("may have millions of escapes, and tags before them", () => {
    const many = 5_000_000; // a pattern that repeats a group gives up before
    const text = `{"n":12345678901234567,"a":"${'\\"'.repeat(many)}"}`;
    expect(readArguments(`{}${text}`).args).toEqual({ n: "12345678901234567", a: '"'.repeat(many) });
    expect(readArguments(`${"<a>".repeat(many)}{}`)).toEqual({ args: {} });
  });

  it.each<[string, string, object]>([
    ["as they should be", one, rome],
    ["nothing", "", {}],
    ["blanks", " \n", {}],
    ["null", "null", {}],
    ["an empty text", '""', {}],
    ["null in a text", '"null"', {}],
    ["an empty object", "{}", {}],
    ["an empty object before the real one", `{}${one}`, rome],
    ["the same after a line break", `{}\n${one}`, rome],
    ["an empty object after it", `${one}{}`, rome],
    ["null before it", `null${one}`, rome],
    ["an empty text before it", `""${one}`, rome],
    ["the same twice", one + one, rome],
    ["three times, with blanks", `${one} ${one}\n{ "city": "Rome" }`, rome],
    ["with its keys in another order", '{"a":1,"b":[{}]}{"b":[{}],"a":1}', { a: 1, b: [{}] }],
    ["JSON in a JSON text", JSON.stringify(one), rome],
    ["the same once more", JSON.stringify(JSON.stringify(one)), rome],
    ["the same object in a JSON text, twice", JSON.stringify(one) + JSON.stringify(one), rome],
    ["line breaks and tabs in a string", '{"text":"a\nb\r\tc"}', { text: "a\nb\r\tc" }],
    ["other control characters", '{"text":"a\u0001\u001fb"}', { text: "a\u0001\u001fb" }],
    ["line breaks in the text in a text", '"{\\"text\\":\\"a\\nb\\"}"', { text: "a\nb" }],
    ["a tag after it", `${one}</tool_call>`, rome],
    ["tags on both sides", `<tool_call>\n${one}\n</tool_call><|im_end|>`, rome],
    ["other tags", `${one}<|call|></s><｜tool▁call▁end｜>[/TOOL_CALLS]`, rome],
    ["a fence", `\`\`\`json\n${one}\n\`\`\``, rome],
    ["tags inside a string", '{"a":"</tool_call>\n<|im_end|>"}', { a: "</tool_call>\n<|im_end|>" }],
    ["brackets and quotes inside a string", '{}{"a":"}{\\"}"}', { a: '}{"}' }],
    ["an id of 18 digits", '{"id":123456789012345678}', { id: "123456789012345678" }],
    ["a negative one, deep inside", '{"a":[{"id":-9007199254740993}]}', { a: [{ id: "-9007199254740993" }] }],
    ["one in a text", '{"id":"123456789012345678"}', { id: "123456789012345678" }],
    [
      "an integer that a number can hold",
      '{"id":9007199254740991,"n":1000000000000000000}',
      { id: 9007199254740991, n: 1e18 },
    ],
    ["a fraction of many digits", '{"x":0.12345678901234567890,"y":1.5e300}', { x: 0.12345678901234568, y: 1.5e300 }],
  ])("%s", (_, text, args) => {
    expect(readArguments(text)).toEqual({ args });
  });

  it.each([
    ["half an object", '{"city":"Ro', "they end in the middle"],
    ["half an object after an empty one", '{}{"city":"Ro', "they end in the middle"],
    ["half of it once more", `${one}{"city":`, "they end in the middle"],
    ["one without its last bracket", '{"city":"Rome"', "they end in the middle"],
    ["one that ends in a tag", '{"city":"Rome"</tool_call>', "they end in the middle"],
    ["half a JSON text in a JSON text", '"{\\"city\\":\\"Ro"', "they end in the middle"],
    ["two objects", '{"city":"Rome"}{"city":"Oslo"}', "they are several different objects"],
    ["a list", "[1]", "they are a list"],
    ["a list of one object", `[${one}]`, "they are a list"],
    ["a number", "7", "they are a number"],
    ["words", "city=Rome", "they are no valid JSON"],
    ["words after it", `${one} and go`, "they are no valid JSON"],
    ["a value that is missing", '{"city":}', "they are no valid JSON"],
    ["one bracket too many", `${one}}`, "they are no valid JSON"],
    ["texts in texts without end", JSON.stringify(JSON.stringify(JSON.stringify(one))), "they are a string"],
  ])("cannot be read: %s", (_, text, why) => {
    expect(readArguments(text)).toEqual({ error: `The arguments are not a JSON object: ${why}.` });
  });

  const objects = fc.dictionary(
    fc.string(),
    fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.object({ maxDepth: 2 })),
    {
      minKeys: 1,
    },
  );

  it("are never read as more than was sent", () => {
    fc.assert(
      fc.property(objects, fc.nat(), fc.constantFrom("", "{}", "null", "<tool_call>"), (args, place, before) => {
        const text = JSON.stringify(args);
        const cut = text.slice(0, place % text.length);
        expect(readArguments(before + cut).args ?? {}).toEqual({});
        expect(readArguments(before + text)).toEqual({ args: JSON.parse(text) as unknown });
      }),
    );
  });

  it.each([
    ["quotes", '"'.repeat(200_000)],
    ["brackets", "{".repeat(200_000)],
    ["empty objects", "{}".repeat(100_000)],
    ["digits", `{"a":${"1".repeat(200_000)}.5}${"1".repeat(200_000)}`],
    ["escaped quotes in a text that does not end", `{"a":"${'\\"'.repeat(100_000)}`],
    ["backslashes", `{}{"a":"${"\\".repeat(200_001)}`],
    ["tags that do not end", `{}${"<a".repeat(100_000)}`],
    ["blanks", `{}${" ".repeat(200_000)}x`],
    ["a long text with line breaks", `{"a":"${"b\n".repeat(1_000_000)}"}`],
  ])("take time linear in their length: %s", (_, text) => {
    const { args, error } = readArguments(text);
    expect(args === undefined).toBe(error !== undefined);
  });
});
