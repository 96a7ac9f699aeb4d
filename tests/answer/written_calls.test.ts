import { describe, expect, it } from "@jest/globals";
import { readWrittenCalls } from "../../src/answer/written_calls.js";

const tool = (name: string, names: string[], required: string[] = names) => ({
  name,
  parameters: { type: "object", properties: Object.fromEntries(names.map((each) => [each, {}])), required },
});
const add = tool("add", ["a"]);
const now = tool("now", ["zone"], []);
const call = { name: "add", args: '{"a":1}' };

describe("readWrittenCalls", () => {
  it.each<[string, string]>([
    ["a call", '{"name": "add", "arguments": {"a": 1}}'],
    ["a call between blanks", '\n {"name":"add","arguments":{"a":1}}\n\n'],
    ["a call in a fence", '```json\n{"name": "add", "arguments": {"a": 1}}\n```'],
    ["a call in a fence, behind words", 'Here it is:\n```json\n{"name":"add","arguments":{"a":1}}\n```\nDone.'],
    ["a call after a thought", 'Hm.</think>{"name":"add","arguments":{"a":1}}'],
    ["a call in tags", '<tool_call>\n{"name":"add","arguments":{"a":1}}\n</tool_call>'],
    ["a call in a tag that was never closed", 'Well: <tool_call>{"name":"add","arguments":{"a":1}}'],
    ["parameters", '{"name": "add", "parameters": {"a": 1}}'],
    ["arguments in a text", '{"name": "add", "arguments": "{\\"a\\": 1}"}'],
    ["OpenAI's form", '{"type":"function","function":{"name":"add","arguments":{"a":1}}}'],
    ["a function by name", '{"function":"add","arguments":{"a":1}}'],
    ["a tool with its input", '{"tool":"add","input":{"a":1}}'],
    ["an action with its input", '{"action":"add","action_input":{"a":1}}'],
    ["a list of one", '[{"name":"add","arguments":{"a":1}}]'],
    ["a call with the marks of a template", '{"name":"functions.add<|channel|>commentary","arguments":{"a":1}}'],
    ["one call, written twice", '{"name":"add","arguments":{"a":1}}\n{"name":"add","arguments":{"a":1}}'],
    ["a list under a name", '{"tool_calls":[{"function":{"name":"add","arguments":{"a":1}}}]}'],
  ])("reads %s", (_, text) => {
    expect(readWrittenCalls(text, [add])).toEqual([call]);
    expect(readWrittenCalls(text, [now, add])).toEqual([call]);
  });

  it.each<[string, string]>([
    ["its arguments alone", '{"a": 1}'],
    ["its arguments in a fence", '```\n{"a": 1}\n```'],
    ["another name with its arguments", '{"name":"plus","arguments":{"a":1}}'],
  ])("takes %s for a call of the only tool, and not of one of several", (_, text) => {
    expect(readWrittenCalls(text, [add])).toEqual([call]);
    expect(readWrittenCalls(text, [add, now])).toEqual([]);
  });

  it.each<[string, string]>([
    ["prose", "I would add them."],
    ["nothing", ""],
    ["JSON that is no object", "[1, 2]"],
    ["an empty list", "[]"],
    ["other JSON", '{"b": 1}'],
    ["a call of another tool", '{"name":"search","arguments":{"query":"a"}}'],
    ["arguments that are no object", '{"name":"add","arguments":3}'],
    ["a list with something else in it", '[{"name":"add","arguments":{"a":1}},"and"]'],
    ["half a call", '{"name":"add","arguments":{"a"'],
    ["names that every object has", '{"toString": 1}'],
  ])("finds none in %s", (_, text) => {
    expect(readWrittenCalls(text, [add])).toEqual([]);
  });

  it("reads several calls, and one without arguments", () => {
    const text = '[{"name":"add","arguments":{"a":1}},{"name":"now"}]';
    expect(readWrittenCalls(text, [add, now])).toEqual([call, { name: "now", args: "{}" }]);
  });

  it("takes a tool's own argument called `name` for what it is", () => {
    const ocean = tool("ocean", ["name", "depth"]);
    const text = '{"name":"Atlantic","depth":3646}';
    expect(readWrittenCalls(text, [ocean])).toEqual([{ name: "ocean", args: text }]);
  });

  it("takes any object where a tool does not say what it wants", () => {
    expect(readWrittenCalls('{"x":1}', [{ name: "any", parameters: {} }])).toEqual([{ name: "any", args: '{"x":1}' }]);
  });

  it("reads calls that follow each other, and the digits of their numbers", () => {
    const text = '{"name":"add","arguments":{"a":1}}\n{"name":"add","arguments":{"a":12345678901234567890}}';
    expect(readWrittenCalls(text, [add, now])).toEqual([call, { name: "add", args: '{"a":"12345678901234567890"}' }]);
  });

  it("is linear in the text", () => {
    expect(readWrittenCalls("<tool_call>".repeat(100_000), [add])).toEqual([]);
  });
});
