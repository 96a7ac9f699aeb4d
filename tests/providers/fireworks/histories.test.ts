import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { fireworks, hello, lastBody } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(hello);
});

afterEach(() => server.close());

async function sent(...messages: BaseMessage[]): Promise<unknown> {
  await fireworks(server).invoke(messages);
  return lastBody(server).messages;
}

const weatherCall = { id: "call_1", name: "weather", args: { city: "Paris" } };
const wireCall = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } };
const question = new HumanMessage("And in Paris?");
const result = new ToolMessage({ content: "21 C", tool_call_id: "call_1" });

describe("a history of other providers leaves without anything that the API refuses", () => {
  it.each<[string, AIMessage, object]>([
    [
      "OpenAI's and OpenRouter's reasoning fields",
      new AIMessage({
        content: "Hi.",
        additional_kwargs: {
          reasoning: { id: "rs_1", summary: [] },
          reasoning_details: [{ type: "reasoning.text", text: "x" }],
          refusal: null,
          audio: { id: "a" },
          function_call: undefined,
        },
      }),
      { role: "assistant", content: "Hi." },
    ],
    [
      "OpenAI's response items",
      new AIMessage({
        content: [
          { type: "reasoning", id: "rs_1", summary: [] },
          { type: "text", text: "Hi.", annotations: [], id: "msg_1" },
        ] as never,
        response_metadata: { output: [{ type: "reasoning", id: "rs_1" }] },
      }),
      { role: "assistant", content: "Hi." },
    ],
    [
      "Gemini's signatures in tool calls",
      new AIMessage({
        content: "",
        tool_calls: [{ ...weatherCall, extra_content: { google: { thought_signature: "s" } } } as never],
        additional_kwargs: { tool_calls: [{ ...wireCall, extra_content: { google: {} } }] as never },
      }),
      { role: "assistant", content: null, tool_calls: [wireCall] },
    ],
    [
      "Anthropic's thinking, tool use and cache marks",
      new AIMessage({
        content: [
          { type: "thinking", thinking: "Hm.", signature: "sig" },
          { type: "redacted_thinking", data: "xyz" },
          { type: "text", text: "Let me look.", cache_control: { type: "ephemeral" } },
          { type: "tool_use", id: "call_1", name: "weather", input: { city: "Paris" } },
        ] as never,
        tool_calls: [weatherCall],
      }),
      { role: "assistant", content: "Let me look.", tool_calls: [wireCall] },
    ],
    [
      "tools that a provider ran itself",
      new AIMessage({
        content: [
          { type: "server_tool_use", id: "s1", name: "web_search", input: {} },
          { type: "web_search_tool_result", tool_use_id: "s1", content: [] },
          { type: "server_tool_call", id: "s2", name: "code", args: {} },
          { type: "server_tool_call_result", toolCallId: "s2", status: "success", output: 1 },
          { type: "non_standard", value: { a: 1 } },
          { type: "text", text: "Found." },
        ] as never,
      }),
      { role: "assistant", content: "Found." },
    ],
    [
      "a refusal in a block of its own",
      new AIMessage({ content: [{ type: "refusal", refusal: "I cannot." }] as never }),
      { role: "assistant", content: "I cannot." },
    ],
    [
      "standard blocks with all of their fields",
      new AIMessage({
        content: [
          {
            type: "text",
            text: "Hi.",
            index: 0,
            extras: { a: 1 },
            annotations: [{ type: "citation", url: "https://example.com" }],
          },
          { type: "tool_call", ...weatherCall },
        ] as never,
        tool_calls: [weatherCall],
      }),
      { role: "assistant", content: "Hi.", tool_calls: [wireCall] },
    ],
    [
      "reasoning that is no text, and fields of its name in other blocks",
      new AIMessage({
        content: [
          { type: "reasoning", reasoning: { text: "Hm." } },
          { type: "reasoning", reasoning: null },
          { type: "reasoning", reasoning: undefined },
          { type: "non_standard", reasoning: "Hm.", value: {} },
          { type: "text", text: "Hi." },
        ] as never,
        additional_kwargs: { reasoning_content: { text: "Hm." } },
      }),
      { role: "assistant", content: "Hi." },
    ],
    [
      "Bedrock's and Gemini's thoughts, calls and data",
      new AIMessage({
        content: [
          { type: "reasoning_content", reasoningText: { text: "Hm.", signature: "s" } },
          { type: "text", text: "Hi.", thoughtSignature: "s" },
          { type: "functionCall", functionCall: { name: "weather", args: {} } },
          { type: "inlineData", inlineData: { mimeType: "image/png", data: "AA==" } },
        ] as never,
      }),
      { role: "assistant", content: "Hi." },
    ],
  ])("%s", async (_, message, wire) => {
    const calls = message.tool_calls?.length ? [result] : [];
    const messages = (await sent(question, message, ...calls, question)) as object[];
    expect(messages[1]).toEqual(wire);
  });

  it("marks on a user's blocks, on tools and on messages", async () => {
    const marked = new HumanMessage({
      content: [
        { type: "text", text: "What is this?", cache_control: { type: "ephemeral" } },
        {
          type: "image_url",
          image_url: { url: "https://example.com/a.png", detail: "low", cache_control: { type: "ephemeral" } },
          cache_control: { type: "ephemeral" },
        },
      ] as never,
      additional_kwargs: { cache_control: { type: "ephemeral" }, tool_name: "x" },
    });
    const tool = {
      name: "weather",
      description: "Tells the weather.",
      input_schema: { type: "object", properties: {} },
      cache_control: { type: "ephemeral" },
    };
    await fireworks(server).bindTools([tool]).invoke([marked]);
    expect(lastBody(server)).toMatchObject({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
          ],
        },
      ],
      tools: [
        {
          type: "function",
          function: {
            name: "weather",
            description: "Tells the weather.",
            parameters: { type: "object", properties: {} },
          },
        },
      ],
    });
    expect(JSON.stringify(lastBody(server))).not.toMatch(/cache_control|tool_name/);
  });

  it("a call whose arguments were no JSON leaves without them, and only where a result answers it", async () => {
    const broken = (id: string) =>
      new AIMessage({ content: "", invalid_tool_calls: [{ id, name: "weather", args: '{"ci', error: "cut" }] });
    const messages = (await sent(question, broken("call_1"), result, broken("call_2"), question)) as {
      tool_calls?: unknown;
      content: unknown;
    }[];
    expect(messages[1]).toEqual({
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: "{}" } }],
    });
    expect(messages[3]).toEqual({ role: "assistant", content: "" });
  });
});
