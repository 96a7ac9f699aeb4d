import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ForcedCallDecoder, forcedCallFormat, readCutCall } from "../../../src/wires/ollama/forced_call.js";
import { decoderFor, last, line } from "./support.js";

const tool = (name: string, properties: Record<string, unknown> = {}) => ({
  type: "function" as const,
  function: { name, parameters: { type: "object", properties } },
});

const add = tool("add", { a: { type: "number" } }).function;

describe("forcedCallFormat", () => {
  const call = (name: string, properties: object) => ({
    type: "object",
    properties: { name: { type: "string", enum: [name] }, arguments: { type: "object", properties } },
    required: ["name", "arguments"],
  });

  it("asks for a call of the only tool", () => {
    expect(forcedCallFormat([tool("add", { a: { type: "number", minimum: 1 } })])).toEqual(
      call("add", { a: { type: "number", minimum: 1 } }),
    );
  });

  it("asks for a call of any of several", () => {
    expect(forcedCallFormat([tool("add"), tool("sub")])).toEqual({ anyOf: [call("add", {}), call("sub", {})] });
  });
});

describe("readCutCall", () => {
  it.each<[string, string, object | undefined]>([
    ["half a call", '{"name":"add","arguments":{"a"', { name: "add", args: '{"a"' }],
    ["a call that was cut before its arguments", '{"name":"add"', { name: "add", args: "" }],
    ["a call that was cut in its name, of the only tool", '{"na', { name: "add", args: "" }],
    ["prose", "I would", undefined],
  ])("reads %s", (_, text, expected) => {
    expect(readCutCall(text, ["add"])).toEqual(expected);
  });

  it("does not guess which of several tools was meant", () => {
    expect(readCutCall('{"na', ["add", "sub"])).toEqual({ name: undefined, args: "" });
  });
});

describe("ForcedCallDecoder", () => {
  const decode = (lines: readonly unknown[]) => {
    const decoder = new ForcedCallDecoder(decoderFor({ hasFormat: true, tools: ["add"] }), [add], () => "forced-1");
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
    const decoder = new ForcedCallDecoder(decoderFor(), [add], () => "forced-1");
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
    const decoder = new ForcedCallDecoder(decoderFor(), [add], () => "forced-1");
    decoder.push(line({ content: "<think>hm" }));
    decoder.push(line({ content: "</think>{" }));
    expect(decoder.cut()).toEqual([{ text: "{" }]);
    const inner = new ForcedCallDecoder(decoderFor(), [add], () => "forced-1");
    inner.push(line({ content: "<thi" }));
    expect(inner.cut()).toEqual([{ text: "<thi" }]);
    expect(inner.cut()).toEqual([]);
  });
});
