import { describe, expect, it } from "@jest/globals";
import { callFormat, readCall } from "../../../src/providers/openllm/repair/schema_call.js";

describe("calls by schema", () => {
  const [f, g] = [
    { name: "f", parameters: { properties: { a: { type: "string" } } } },
    { name: "g", parameters: {} },
  ];

  it.each([
    [[f], '{"a":"x"}', { name: "f", args: '{"a":"x"}' }],
    [[f], '```json\n{"a":"x"}\n```', { name: "f", args: '{"a":"x"}' }],
    [[f], '{"name":"f","arguments":{"a":"x"}}', { name: "f", args: '{"a":"x"}' }],
    [[f], '{"name":"f","parameters":{"a":"x"}}', { name: "f", args: '{"a":"x"}' }],
    [[f, g], '{"type":"function","function":{"name":"f","arguments":{"a":"x"}}}', { name: "f", args: '{"a":"x"}' }],
    [[f, g], '[{"name":"f","arguments":{"a":"x"}}]', { name: "f", args: '{"a":"x"}' }],
    [[f, g], '[{"name":"f","arguments":{}},{"name":"g","arguments":{}}]', undefined],
    [[f, g], '{"name":"g","arguments":{}}', { name: "g", args: "{}" }],
    [[f, g], '{"name":"h","arguments":{}}', undefined],
    [[f, g], '{"a":"x"}', undefined],
    [[f], "[1]", undefined],
    [[f], "sure", undefined],
  ])("%j reads %s", (tools, text, call) => {
    expect(readCall(text, tools)).toEqual(call);
  });

  it("ask for an object even where the tool does not say so", () => {
    expect(callFormat([f])).toEqual({
      type: "json_schema",
      json_schema: { name: "tool_call", schema: { type: "object", properties: { a: { type: "string" } } } },
    });
  });
});
