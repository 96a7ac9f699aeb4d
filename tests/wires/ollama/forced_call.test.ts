import { describe, expect, it } from "@jest/globals";
import { forcedCallFormat, readCutCall } from "../../../src/wires/ollama/forced_call.js";

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
    expect(readCutCall(text, [add])).toEqual(expected);
  });

  it("does not guess which of several tools was meant", () => {
    expect(readCutCall('{"na', [add, tool("sub").function])).toEqual({ name: undefined, args: "" });
  });
});
