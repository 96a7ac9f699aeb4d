import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { AIMessage, AIMessageChunk, ChatMessage, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../../src/errors.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { ask, fireworks, hello, lastBody, streamed, WAYS, whole } from "./fireworks_setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(hello);
});

afterEach(() => server.close());

async function sent(...messages: BaseMessage[]): Promise<unknown> {
  await fireworks(server).invoke(messages);
  return lastBody(server).messages;
}

const PNG = "iVBORw0KGgo=";
const weatherCall = { id: "call_1", name: "weather", args: { city: "Paris" } };
const wireCall = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } };
const question = new HumanMessage("And in Paris?");
const result = new ToolMessage({ content: "21 C", tool_call_id: "call_1" });

describe("messages as they leave", () => {
  it.each<[string, BaseMessage, unknown]>([
    ["a system message", new SystemMessage("Be brief."), { role: "system", content: "Be brief." }],
    ["an empty system message, which switches the model's default one off", new SystemMessage(""), { role: "system", content: "" }],
    ["a developer message, whose role the API does not know", new ChatMessage({ role: "developer", content: "Be brief." }), { role: "system", content: "Be brief." }],
    ["a system message in blocks", new SystemMessage({ content: [{ type: "text", text: "Be " }, { type: "text", text: "brief." }] }), { role: "system", content: "Be brief." }],
    ["a message of a named user", new HumanMessage({ content: "Hi.", name: "alice" }), { role: "user", content: "Hi.", name: "alice" }],
    ["an answer of a named agent", new AIMessage({ content: "Hi.", name: "expert" }), { role: "assistant", content: "Hi.", name: "expert" }],
    ["an answer without text", new AIMessage(""), { role: "assistant", content: "" }],
    ["an answer from a stream", new AIMessageChunk("Hi."), { role: "assistant", content: "Hi." }],
  ])("%s", async (_, message, wire) => {
    expect(await sent(question, message)).toEqual([{ role: "user", content: "And in Paris?" }, wire]);
  });

  it("calls of tools leave without content, and results with the id of their call and no name", async () => {
    const named = new ToolMessage({ content: "21 C", tool_call_id: "call_1", name: "weather", status: "success", artifact: { raw: 1 } });
    expect(await sent(question, new AIMessage({ content: "", tool_calls: [weatherCall] }), named)).toEqual([
      { role: "user", content: "And in Paris?" },
      { role: "assistant", content: null, tool_calls: [wireCall] },
      { role: "tool", content: "21 C", tool_call_id: "call_1" },
    ]);
  });

  it.each<[string, ToolMessage, unknown]>([
    ["blocks of text", new ToolMessage({ content: [{ type: "text", text: "21" }, { type: "text", text: " C" }], tool_call_id: "call_1" }), "21 C"],
    ["no text at all", new ToolMessage({ content: "", tool_call_id: "call_1" }), ""],
    ["objects", new ToolMessage({ content: [{ type: "json", value: { degrees: 21 } }] as never, tool_call_id: "call_1" }), '[{"type":"json","value":{"degrees":21}}]'],
    ["a number that a tool gave back untyped", new ToolMessage({ content: 21 as never, tool_call_id: "call_1" }), "21"],
    [
      "text and an image",
      new ToolMessage({ content: [{ type: "text", text: "The map:" }, { type: "image", data: PNG, mimeType: "image/png" }] as never, tool_call_id: "call_1" }),
      [{ type: "text", text: "The map:" }, { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } }],
    ],
  ])("a tool's result of %s", async (_, message, content) => {
    const messages = (await sent(question, new AIMessage({ content: "", tool_calls: [weatherCall] }), message)) as object[];
    expect(messages.at(-1)).toEqual({ role: "tool", content, tool_call_id: "call_1" });
  });
});

describe("reasoning goes back to the model", () => {
  const calling = { content: "", tool_calls: [weatherCall] };
  it.each<[string, AIMessage]>([
    ["with the tool call that it led to, as interleaved thinking needs it", new AIMessage({ ...calling, additional_kwargs: { reasoning_content: "I need a tool." } })],
    ["from blocks of the v1 form", new AIMessage({ content: [{ type: "reasoning", reasoning: "I need " }, { type: "reasoning", reasoning: "a tool." }] as never, tool_calls: [weatherCall] })],
  ])("%s", async (_, message) => {
    const messages = (await sent(question, message, result)) as object[];
    expect(messages[1]).toEqual({ role: "assistant", content: null, reasoning_content: "I need a tool.", tool_calls: [wireCall] });
  });

  it("without a tool call too, as Kimi K3 wants it", async () => {
    const messages = (await sent(question, new AIMessage({ content: "Warm.", additional_kwargs: { reasoning_content: "It is May." } }), question)) as object[];
    expect(messages[1]).toEqual({ role: "assistant", content: "Warm.", reasoning_content: "It is May." });
  });

  it.each(WAYS)("of our own answers, $way, whatever their form", async ({ isStreamed }) => {
    const message = { reasoning_content: "I need a tool.", tool_calls: [{ ...wireCall, index: 0 }] };
    for (const outputVersion of ["v0", "v1"] as const) {
      server.reply(isStreamed ? streamed([message]) : whole({ content: null, ...message }));
      const answer = await ask(fireworks(server, { outputVersion }), isStreamed);
      expect(answer.contentBlocks.map(({ type }) => type)).toEqual(["reasoning", expect.stringContaining("tool_call")]);
      const messages = (await sent(question, answer, result)) as object[];
      expect(messages[1]).toEqual({ role: "assistant", content: null, reasoning_content: "I need a tool.", tool_calls: [wireCall] });
    }
  });
});

describe("a history of other providers leaves without anything that the API refuses", () => {
  it.each<[string, AIMessage, object]>([
    [
      "OpenAI's and OpenRouter's reasoning fields",
      new AIMessage({ content: "Hi.", additional_kwargs: { reasoning: { id: "rs_1", summary: [] }, reasoning_details: [{ type: "reasoning.text", text: "x" }], refusal: null, audio: { id: "a" }, function_call: undefined } }),
      { role: "assistant", content: "Hi." },
    ],
    [
      "OpenAI's response items",
      new AIMessage({ content: [{ type: "reasoning", id: "rs_1", summary: [] }, { type: "text", text: "Hi.", annotations: [], id: "msg_1" }] as never, response_metadata: { output: [{ type: "reasoning", id: "rs_1" }] } }),
      { role: "assistant", content: "Hi." },
    ],
    [
      "Gemini's signatures in tool calls",
      new AIMessage({ content: "", tool_calls: [{ ...weatherCall, extra_content: { google: { thought_signature: "s" } } } as never], additional_kwargs: { tool_calls: [{ ...wireCall, extra_content: { google: {} } }] as never } }),
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
          { type: "executableCode", executableCode: { code: "1" } },
          { type: "non_standard", value: { a: 1 } },
          { type: "text", text: "Found." },
        ] as never,
      }),
      { role: "assistant", content: "Found." },
    ],
    ["a refusal in a block of its own", new AIMessage({ content: [{ type: "refusal", refusal: "I cannot." }] as never }), { role: "assistant", content: "I cannot." }],
    [
      "standard blocks with all of their fields",
      new AIMessage({ content: [{ type: "text", text: "Hi.", index: 0, extras: { a: 1 }, annotations: [{ type: "citation", url: "https://example.com" }] }, { type: "tool_call", ...weatherCall }] as never, tool_calls: [weatherCall] }),
      { role: "assistant", content: "Hi.", tool_calls: [wireCall] },
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
        { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low", cache_control: { type: "ephemeral" } }, cache_control: { type: "ephemeral" } },
      ] as never,
      additional_kwargs: { cache_control: { type: "ephemeral" }, tool_name: "x" },
    });
    const tool = { name: "weather", description: "Tells the weather.", input_schema: { type: "object", properties: {} }, cache_control: { type: "ephemeral" } };
    await fireworks(server).bindTools([tool]).invoke([marked]);
    expect(lastBody(server)).toMatchObject({
      messages: [{ role: "user", content: [{ type: "text", text: "What is this?" }, { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } }] }],
      tools: [{ type: "function", function: { name: "weather", description: "Tells the weather.", parameters: { type: "object", properties: {} } } }],
    });
    expect(JSON.stringify(lastBody(server))).not.toMatch(/cache_control|tool_name/);
  });

  it("a call whose arguments were no JSON leaves without them, and only where a result answers it", async () => {
    const broken = (id: string) => new AIMessage({ content: "", invalid_tool_calls: [{ id, name: "weather", args: '{"ci', error: "cut" }] });
    const messages = (await sent(question, broken("call_1"), result, broken("call_2"), question)) as { tool_calls?: unknown; content: unknown }[];
    expect(messages[1]).toEqual({ role: "assistant", content: null, tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: "{}" } }] });
    expect(messages[3]).toEqual({ role: "assistant", content: "" });
  });
});

it("refuses a list without messages, and a role that the API does not know, before anything is sent", async () => {
  await expect(fireworks(server).invoke([])).rejects.toBeInstanceOf(ConfigurationError);
  await expect(fireworks(server).invoke([new ChatMessage({ role: "critic", content: "?" })])).rejects.toThrow("`critic`");
  expect(server.requests).toHaveLength(0);
});
