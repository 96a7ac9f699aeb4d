import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../../src/base/errors.js";
import { ChatOllamaLite } from "../../../src/providers/ollama/chat.js";
import type { ChatOllamaLiteInput } from "../../../src/providers/ollama/options.js";

const modelOf = (fields: ChatOllamaLiteInput) => new ChatOllamaLite({ model: "m", temperature: null, ...fields });
const params = (fields: ChatOllamaLiteInput) => modelOf(fields).invocationParams();
const tool = {
  type: "function" as const,
  function: { name: "f", parameters: { type: "object", properties: { a: { type: "number", minimum: 1 } } } },
};

describe("the fields of a request", () => {
  it("sends what is set and nothing else", () => {
    expect(params({})).toEqual({ model: "m", options: {} });
  });

  it.each<[ChatOllamaLiteInput, object]>([
    [{ think: true }, { think: true }],
    [{ think: false }, { think: false }],
    [{ think: "high" }, { think: "high" }],
    [{ format: "json" }, { format: "json" }],
    [{ format: { type: "object" } }, { format: { type: "object" } }],
    [
      { truncate: false, shift: false },
      { truncate: false, shift: false },
    ],
    [{ logprobs: true }, { logprobs: true }],
    [{ topLogprobs: 2 }, { logprobs: true, top_logprobs: 2 }],
    [
      { logprobs: false, topLogprobs: 0 },
      { logprobs: false, top_logprobs: 0 },
    ],
    [{ keepAlive: "10m" }, { keep_alive: "10m" }],
    [{ keepAlive: 0 }, { keep_alive: 0 }],
    [{ keepAlive: -1 }, { keep_alive: -1 }],
    [{ keepAlive: "300" }, { keep_alive: 300 }],
    [{ keepAlive: " -1 " }, { keep_alive: -1 }],
    [{ keepAlive: " 10m " }, { keep_alive: "10m" }],
    [{ keepAlive: "" }, {}],
    [{ keepAlive: Infinity }, { keep_alive: -1 }],
    [{ temperature: 0, seed: 7 }, { options: { temperature: 0, seed: 7 } }],
  ])("%p becomes %p", (settings, expected) => {
    expect(params(settings)).toEqual({ model: "m", options: {}, ...expected });
  });

  it.each<[keyof ChatOllamaLiteInput, unknown, string]>([
    ["truncate", "no", '`truncate` is `"no"`. It must be true or false.'],
    ["shift", 0, "`shift` is `0`. It must be true or false."],
    ["logprobs", 1, "`logprobs` is `1`. It must be true or false."],
    ["topLogprobs", 1.5, "`topLogprobs` is `1.5`. It must be a whole number from 0 to 20."],
    ["keepAlive", true, "`keepAlive` is `true`. It must be a number of seconds, or a duration such as `10m`."],
    ["keepAlive", NaN, "`keepAlive` is `NaN`."],
  ])("refuses a %s of %p", (option, value, message) => {
    expect(() => params({ [option]: value })).toThrow(message);
    expect(() => params({ [option]: value })).toThrow(ConfigurationError);
  });

  it("sends tools in the words that the server hands on", () => {
    expect(modelOf({}).invocationParams({ tools: [tool] })).toEqual({
      model: "m",
      options: {},
      tools: [
        {
          type: "function",
          function: {
            name: "f",
            parameters: { type: "object", properties: { a: { type: "number", description: "(at least 1)" } } },
          },
        },
      ],
    });
  });

  it("forces a call by a schema with its constraints, and thinking off unless it is wanted", () => {
    const forced = { tools: [tool], tool_choice: "f" };
    const format = {
      type: "object",
      properties: { name: { type: "string", enum: ["f"] }, arguments: tool.function.parameters },
      required: ["name", "arguments"],
    };
    expect(modelOf({ format: "json" }).invocationParams(forced)).toMatchObject({ think: false, format });
    expect(modelOf({ think: "low" }).invocationParams(forced)).toMatchObject({ think: "low", format });
  });
});
