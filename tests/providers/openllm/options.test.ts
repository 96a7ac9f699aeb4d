import { describe, expect, it } from "@jest/globals";
import { ChatOpenLLM, ConfigurationError } from "../../../src/openllm.js";

const make = (fields: object) => new ChatOpenLLM({ baseURL: "http://localhost:8000", ...fields });

describe("options that are one of a few values", () => {
  it.each<[option: string, value: unknown, message: string]>([
    ["thinkTags", "always", '`thinkTags` is `"always"`. It must be one of `auto`, `implicit`, `off`.'],
    ["forcedTools", "schmea", "It must be one of `schema`, `error`, `off`."],
    ["forcedTools", false, "`forcedTools` is `false`."],
    ["replayReasoning", true, "It must be one of `auto`, `reasoning_content`, `reasoning`, `both`, `false`."],
    ["toolCallContent", null, "`toolCallContent` is `null`."],
    ["unmarkedEnd", "ignore", "It must be one of `error`, `accept`."],
    ["namedToolChoice", "function", "It must be one of `required`, `object`."],
    ["maxTokensField", "max_new_tokens", "It must be one of `max_tokens`, `max_completion_tokens`."],
  ])("%s: %p is refused", (option, value, message) => {
    expect(() => make({ [option]: value })).toThrow(message);
    expect(() => make({ [option]: value })).toThrow(ConfigurationError);
  });

  it.each([{ thinkTags: "off" }, { replayReasoning: false }, { forcedTools: undefined }])("%p is taken", (fields) => {
    expect(() => make(fields)).not.toThrow();
  });
});
