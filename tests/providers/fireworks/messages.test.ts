import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessage,
} from "@langchain/core/messages";
import { ConfigurationError } from "../../../src/base/errors.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, fireworks, hello, lastBody, streamed, WAYS, whole } from "./setup.js";

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
    [
      "an empty system message, which switches the model's default one off",
      new SystemMessage(""),
      { role: "system", content: "" },
    ],
    [
      "a developer message, whose role the API does not know",
      new ChatMessage({ role: "developer", content: "Be brief." }),
      { role: "system", content: "Be brief." },
    ],
    [
      "a system message in blocks",
      new SystemMessage({
        content: [
          { type: "text", text: "Be " },
          { type: "text", text: "brief." },
        ],
      }),
      { role: "system", content: "Be brief." },
    ],
    [
      "a message of a named user",
      new HumanMessage({ content: "Hi.", name: "alice" }),
      { role: "user", content: "Hi.", name: "alice" },
    ],
    [
      "an answer of a named agent",
      new AIMessage({ content: "Hi.", name: "expert" }),
      { role: "assistant", content: "Hi.", name: "expert" },
    ],
    ["an answer without text", new AIMessage(""), { role: "assistant", content: "" }],
    ["an answer from a stream", new AIMessageChunk("Hi."), { role: "assistant", content: "Hi." }],
    [
      "content that an untyped caller left null",
      new AIMessage({ content: null as never }),
      { role: "assistant", content: "" },
    ],
  ])("%s", async (_, message, wire) => {
    expect(await sent(question, message)).toEqual([{ role: "user", content: "And in Paris?" }, wire]);
  });

  it("calls of tools leave without content, and results with the id of their call and no name", async () => {
    const named = new ToolMessage({
      content: "21 C",
      tool_call_id: "call_1",
      name: "weather",
      status: "success",
      artifact: { raw: 1 },
    });
    expect(await sent(question, new AIMessage({ content: "", tool_calls: [weatherCall] }), named)).toEqual([
      { role: "user", content: "And in Paris?" },
      { role: "assistant", content: null, tool_calls: [wireCall] },
      { role: "tool", content: "21 C", tool_call_id: "call_1" },
    ]);
  });

  it.each<[string, ToolMessage, unknown]>([
    [
      "blocks of text",
      new ToolMessage({
        content: [
          { type: "text", text: "21" },
          { type: "text", text: " C" },
        ],
        tool_call_id: "call_1",
      }),
      "21 C",
    ],
    ["no text at all", new ToolMessage({ content: "", tool_call_id: "call_1" }), ""],
    [
      "objects",
      new ToolMessage({ content: [{ type: "json", value: { degrees: 21 } }] as never, tool_call_id: "call_1" }),
      '[{"type":"json","value":{"degrees":21}}]',
    ],
    ["a number that a tool gave back untyped", new ToolMessage({ content: 21 as never, tool_call_id: "call_1" }), "21"],
    [
      "text and an image",
      new ToolMessage({
        content: [
          { type: "text", text: "The map:" },
          { type: "image", data: PNG, mimeType: "image/png" },
        ] as never,
        tool_call_id: "call_1",
      }),
      [
        { type: "text", text: "The map:" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
      ],
    ],
  ])("a tool's result of %s", async (_, message, content) => {
    const messages = (await sent(
      question,
      new AIMessage({ content: "", tool_calls: [weatherCall] }),
      message,
    )) as object[];
    expect(messages.at(-1)).toEqual({ role: "tool", content, tool_call_id: "call_1" });
  });
});

describe("reasoning goes back to the model", () => {
  const calling = { content: "", tool_calls: [weatherCall] };
  it.each<[string, AIMessage]>([
    [
      "with the tool call that it led to, as interleaved thinking needs it",
      new AIMessage({ ...calling, additional_kwargs: { reasoning_content: "I need a tool." } }),
    ],
    [
      "from blocks of the v1 form",
      new AIMessage({
        content: [
          { type: "reasoning", reasoning: "I need " },
          { type: "reasoning", reasoning: "a tool." },
        ] as never,
        tool_calls: [weatherCall],
      }),
    ],
  ])("%s", async (_, message) => {
    const messages = (await sent(question, message, result)) as object[];
    expect(messages[1]).toEqual({
      role: "assistant",
      content: null,
      reasoning_content: "I need a tool.",
      tool_calls: [wireCall],
    });
  });

  it("without a tool call too, as Kimi K3 wants it", async () => {
    const messages = (await sent(
      question,
      new AIMessage({ content: "Warm.", additional_kwargs: { reasoning_content: "It is May." } }),
      question,
    )) as object[];
    expect(messages[1]).toEqual({ role: "assistant", content: "Warm.", reasoning_content: "It is May." });
  });

  it.each(WAYS)("of our own answers, $way, whatever their form", async ({ isStreamed }) => {
    const message = { reasoning_content: "I need a tool.", tool_calls: [{ ...wireCall, index: 0 }] };
    for (const outputVersion of ["v0", "v1"] as const) {
      server.reply(isStreamed ? streamed([message]) : whole({ content: null, ...message }));
      const answer = await ask(fireworks(server, { outputVersion }), isStreamed);
      expect(answer.contentBlocks.map(({ type }) => type)).toEqual(["reasoning", expect.stringContaining("tool_call")]);
      const messages = (await sent(question, answer, result)) as object[];
      expect(messages[1]).toEqual({
        role: "assistant",
        content: null,
        reasoning_content: "I need a tool.",
        tool_calls: [wireCall],
      });
    }
  });
});

it("refuses a list without messages, and a role that the API does not know, before anything is sent", async () => {
  await expect(fireworks(server).invoke([])).rejects.toBeInstanceOf(ConfigurationError);
  await expect(fireworks(server).invoke([new ChatMessage({ role: "critic", content: "?" })])).rejects.toThrow(
    "`critic`",
  );
  expect(server.requests).toHaveLength(0);
});
