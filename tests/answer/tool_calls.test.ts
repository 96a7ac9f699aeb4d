import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { joinToolCallChunks, parseToolCalls, type RawToolCall } from "../../src/answer/tool_calls.js";

const raw = (args: string, more: Partial<RawToolCall> = {}): RawToolCall => ({
  index: 0,
  id: "a",
  name: "look",
  args,
  ...more,
});

describe("tool calls that came whole", () => {
  it.each<[string, RawToolCall[], string | undefined, object[]]>([
    [
      "an object",
      [raw('{"x":{"y":[1,null]}}')],
      "tool_calls",
      [{ type: "tool_call", id: "a", name: "look", args: { x: { y: [1, null] } } }],
    ],
    ["no arguments", [raw("")], "tool_calls", [{ type: "tool_call", id: "a", name: "look", args: {} }]],
    ["blank arguments", [raw(" \n")], undefined, [{ type: "tool_call", id: "a", name: "look", args: {} }]],
    [
      "several",
      [raw("{}"), raw("{}", { index: 1, id: "b" })],
      "tool_calls",
      [
        { type: "tool_call", id: "a", name: "look", args: {} },
        { type: "tool_call", id: "b", name: "look", args: {} },
      ],
    ],
    [
      "whole ones of an answer that was cut off",
      [raw('{"x":1}')],
      "length",
      [{ type: "tool_call", id: "a", name: "look", args: { x: 1 } }],
    ],
    [
      "an empty one before the one that was cut off",
      [raw(""), raw('{"x":1}', { id: "b" })],
      "length",
      [
        { type: "tool_call", id: "a", name: "look", args: {} },
        { type: "tool_call", id: "b", name: "look", args: { x: 1 } },
      ],
    ],
  ])("can be made: %s", (_, calls, finish, expected) => {
    expect(parseToolCalls(calls, finish)).toEqual({ tool_calls: expected, invalid_tool_calls: [] });
  });

  it.each<[string, RawToolCall, string | undefined, string]>([
    ["half an object", raw('{"x":'), "tool_calls", "not a JSON object"],
    ["half an object of an answer that was cut off", raw('{"x":'), "length", "cut off"],
    ["nothing yet, of an answer that was cut off", raw(""), "length", "cut off"],
    ["a list", raw("[1]"), "tool_calls", "not a JSON object"],
    ["a text", raw('"x"'), "tool_calls", "not a JSON object"],
    ["no name", raw("{}", { name: undefined }), "tool_calls", "names no tool"],
    ["an empty name", raw("{}", { name: "" }), "tool_calls", "names no tool"],
  ])("cannot be made: %s", (_, call, finish, why) => {
    expect(parseToolCalls([call], finish)).toEqual({
      tool_calls: [],
      invalid_tool_calls: [
        { type: "invalid_tool_call", id: "a", name: call.name, args: call.args, error: expect.stringContaining(why) },
      ],
    });
  });
});

describe("pieces of tool calls", () => {
  it("join by their index, in the order in which calls begin", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 3 }), fc.string({ maxLength: 4 })), { maxLength: 20 }), (pieces) => {
        const seen = new Set<number>();
        const chunks = pieces.map(([index, args]) => {
          const isFirst = !seen.has(index);
          seen.add(index);
          return isFirst ? { index, id: `id${index}`, name: `n${index}`, args } : { index, args };
        });
        const expected = [...seen].map((index) => ({
          index,
          id: `id${index}`,
          name: `n${index}`,
          args: pieces
            .filter(([each]) => each === index)
            .map(([, args]) => args)
            .join(""),
        }));
        expect(joinToolCallChunks(chunks)).toEqual(expected);
      }),
    );
  });

  it("are calls of their own where they have no index", () => {
    expect(
      joinToolCallChunks([
        { name: "a", args: "{}" },
        { name: "b", args: "{}" },
      ]),
    ).toEqual([
      { index: 0, id: undefined, name: "a", args: "{}" },
      { index: 1, id: undefined, name: "b", args: "{}" },
    ]);
  });
});
