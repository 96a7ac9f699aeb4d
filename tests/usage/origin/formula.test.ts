import { describe, expect, it } from "@jest/globals";
import { originReplyTokenCount, originTokenCount } from "../../../src/usage/origin/formula.js";

describe("the origin's count of a prompt", () => {
  it.each<[string, object[], number]>([
    ["nothing", [], 3],
    ["one question", [{ role: "user", content: "who are you" }], 7],
    ["another question", [{ role: "user", content: "What is the capital of France?" }], 11],
    [
      "two messages",
      [
        { role: "system", content: "hello world" },
        { role: "user", content: "who are you" },
      ],
      10,
    ],
    ["a name", [{ role: "user", content: "who are you", name: "hello world" }], 9],
    ["any other text field", [{ role: "tool", content: "who are you", tool_call_id: "hello world" }], 9],
    ["the name of a special token", [{ role: "user", content: "<|endoftext|>" }], 11],
    ["null content", [{ role: "assistant", content: null }], 4],
    ["content that is not text", [{ role: "user", content: 42 }], 4],
    ["an object", [{ role: "user", content: { type: "text", text: "who are you" } }], 4],
    ["tool calls", [{ role: "assistant", content: "", tool_calls: [{ id: "hello world", type: "function" }] }], 4],
    [
      "every text part of a list and no other",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "who are you" },
            { type: "image_url", image_url: { url: "https://example.com/a.png" } },
            { type: "text", text: null },
            null,
            "hello",
            { type: "text", text: "hello world" },
          ],
        },
      ],
      9,
    ],
  ])("counts %s", async (_, messages, tokens) => {
    expect(await originTokenCount(messages)).toBe(tokens);
  });

  it("counts a declared interface, too", async () => {
    interface Message {
      role: string;
      content: string;
    }
    const messages: Message[] = [{ role: "user", content: "who are you" }];
    expect(await originTokenCount(messages)).toBe(7);
  });
});

describe("the origin's count of a reply", () => {
  it.each([
    ["", 0],
    ["I'm llama2", 4],
    ["<|endoftext|>", 7],
  ])("counts %j", async (reply, tokens) => {
    expect(await originReplyTokenCount(reply)).toBe(tokens);
  });
});
