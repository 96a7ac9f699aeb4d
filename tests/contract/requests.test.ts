import { describe, expect, it } from "@jest/globals";
import {
  AIMessage,
  ChatMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessageLike,
} from "@langchain/core/messages";
import type { MeteredCallOptions, MeteredChatModelInput } from "../../src/models/options.js";
import { json } from "../support/wire_script.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const dataUrl = `data:image/png;base64,${pixel}`;
const call = { id: "call_a", name: "weather", args: { city: "Łódź" }, type: "tool_call" as const };
const other = { id: "call_b", name: "time", args: {}, type: "tool_call" as const };

const openaiCall = { id: "call_a", type: "function", function: { name: "weather", arguments: '{"city":"Łódź"}' } };
const openaiOther = { id: "call_b", type: "function", function: { name: "time", arguments: "{}" } };
const ollamaCall = { id: "call_a", function: { name: "weather", arguments: { city: "Łódź" } } };
const ollamaOther = { id: "call_b", function: { name: "time", arguments: {} } };

interface Case {
  name: string;
  messages: BaseMessageLike[];
  /** What leaves on OpenAI's wire, and on Ollama's where that differs. */
  openai: unknown[];
  ollama?: unknown[];
}

const question = new HumanMessage("What is the weather?");

const cases: Case[] = [
  {
    name: "system, user and assistant",
    messages: [
      new SystemMessage("Be kind."),
      new HumanMessage("Hi."),
      new AIMessage("Hello."),
      new HumanMessage("Bye."),
    ],
    openai: [
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi." },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "Bye." },
    ],
  },
  {
    name: "pairs, objects and roles",
    messages: [
      ["system", "Be kind."],
      { role: "user", content: "Hi." },
      new ChatMessage("Hello.", "assistant"),
      ["human", "Bye."],
    ],
    openai: [
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi." },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "Bye." },
    ],
  },
  {
    name: "parallel calls and their results",
    messages: [
      question,
      new AIMessage({ content: "I look.", tool_calls: [call, other] }),
      new ToolMessage({ content: "Rain.", tool_call_id: "call_a", name: "weather" }),
      new ToolMessage({
        content: [
          { type: "text", text: "No" },
          { type: "text", text: "on." },
        ],
        tool_call_id: "call_b",
        name: "time",
      }),
    ],
    openai: [
      { role: "user", content: "What is the weather?" },
      { role: "assistant", content: "I look.", tool_calls: [openaiCall, openaiOther] },
      { role: "tool", content: "Rain.", tool_call_id: "call_a" },
      { role: "tool", content: "Noon.", tool_call_id: "call_b" },
    ],
    ollama: [
      { role: "user", content: "What is the weather?" },
      { role: "assistant", content: "I look.", tool_calls: [ollamaCall, ollamaOther] },
      { role: "tool", content: "Rain.", tool_call_id: "call_a", tool_name: "weather" },
      // A prompt there is one text, and its parts are lines of it.
      { role: "tool", content: "No\non.", tool_call_id: "call_b", tool_name: "time" },
    ],
  },
  {
    name: "an image in each of LangChain's forms",
    messages: [
      new HumanMessage({
        content: [
          { type: "text", text: "These?" },
          { type: "image_url", image_url: { url: dataUrl } },
          { type: "image", source_type: "base64", mime_type: "image/png", data: pixel },
          { type: "image", mimeType: "image/png", data: pixel },
        ],
      }),
    ],
    openai: [
      {
        role: "user",
        content: [
          { type: "text", text: "These?" },
          { type: "image_url", image_url: { url: dataUrl } },
          { type: "image_url", image_url: { url: dataUrl } },
          { type: "image_url", image_url: { url: dataUrl } },
        ],
      },
    ],
    ollama: [{ role: "user", content: "These?", images: [pixel, pixel, pixel] }],
  },
  {
    name: "text in blocks as one text",
    messages: [
      new HumanMessage({
        content: [
          { type: "text", text: "Hi " },
          { type: "text", text: "there." },
        ],
      }),
    ],
    openai: [{ role: "user", content: "Hi there." }],
    ollama: [{ role: "user", content: "Hi \nthere." }],
  },
  {
    name: "a history in the v1 form",
    messages: [
      question,
      new AIMessage({
        content: [
          { type: "text", text: "I look." },
          { type: "tool_call", id: "call_a", name: "weather", args: { city: "Łódź" } },
        ],
        tool_calls: [call],
        response_metadata: { output_version: "v1" },
      }),
      new ToolMessage({ content: "Rain.", tool_call_id: "call_a", name: "weather" }),
    ],
    openai: [
      { role: "user", content: "What is the weather?" },
      { role: "assistant", content: "I look.", tool_calls: [openaiCall] },
      { role: "tool", content: "Rain.", tool_call_id: "call_a" },
    ],
    ollama: [
      { role: "user", content: "What is the weather?" },
      { role: "assistant", content: "I look.", tool_calls: [ollamaCall] },
      { role: "tool", content: "Rain.", tool_call_id: "call_a", tool_name: "weather" },
    ],
  },
];

const tool = {
  type: "function",
  function: {
    name: "weather",
    description: "Says it.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

describe.each(subjects)("$name: what is sent", (subject) => {
  const isOllama = subject.provider === "ollama";
  const sent = async (
    messages: BaseMessageLike[],
    fields: MeteredChatModelInput = {},
    options: Partial<MeteredCallOptions> = {},
  ) => {
    wire.server.on(`POST ${subject.path}`, subject.scripts.whole()).always(json(404, { error: "not found" }));
    await subject.create(wire.server.url, fields).generate([messages], options);
    const chat = wire.server.requests.find(({ path }) => path === subject.path);
    return chat?.json as Record<string, unknown>;
  };

  it.each(cases)("messages: $name", async ({ messages, openai, ollama }) => {
    // What a wire says beyond the table (a `name` where an API has one) is in the tests of that wire.
    expect((await sent(messages)).messages).toMatchObject(isOllama ? (ollama ?? openai) : openai);
  });

  it("leaves the caller's messages, options and tools as they were", async () => {
    const messages = [
      question,
      new AIMessage({ content: "", tool_calls: [call] }),
      new ToolMessage({ content: "Rain.", tool_call_id: "call_a" }),
    ];
    const options = { tools: [structuredClone(tool)], stop: ["x"], strict: true };
    const before = JSON.stringify([messages, options]);
    await sent(messages, {}, options);
    expect(JSON.stringify([messages, options])).toBe(before);
  });

  it("sampling options, from the constructor and per call", async () => {
    const fields = {
      temperature: 0,
      topP: 0.9,
      topK: 40,
      minP: 0.1,
      maxTokens: 5,
      seed: 0,
      frequencyPenalty: 0.5,
      presencePenalty: -0.5,
      stopSequences: ["END"],
    };
    const expected = {
      temperature: 0,
      top_p: 0.9,
      top_k: 40,
      min_p: 0.1,
      seed: 0,
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
      stop: ["END"],
    };
    const limit = isOllama ? { num_predict: 5 } : { max_tokens: 5 };
    const optionsIn = (json: Record<string, unknown>) => (isOllama ? json.options : json);
    expect(optionsIn(await sent([question], fields))).toMatchObject({ ...expected, ...limit });
    wire.server.requests.length = 0;
    expect(optionsIn(await sent([question], { temperature: 1, seed: 7 }, { ...fields, stop: ["STOP"] }))).toMatchObject(
      { ...expected, ...limit, stop: ["STOP"] },
    );
  });

  it("nothing for options that nobody set", async () => {
    const { options = {}, ...json } = await sent([question]);
    expect(Object.keys(json).sort()).toEqual(["messages", "model", "stream"]);
    // The one default that a class documents.
    expect(options).toEqual(isOllama ? { temperature: 0.3 } : {});
    expect(json).toMatchObject({ model: expect.stringContaining("test-model"), stream: false });
  });

  it("nothing of what a call takes back from the constructor", async () => {
    const fields = { temperature: 0, topP: 0.9, topK: 40, minP: 0.1, maxTokens: 5, seed: 0, stop: ["END"] };
    const taken = Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
    const { options = {}, ...json } = await sent([question], fields, taken);
    expect(Object.keys(json).sort()).toEqual(["messages", "model", "stream"]);
    expect(options).toEqual({});
  });

  it("tools, as the model was bound or per call", async () => {
    for (const json of [await sent([question], {}, { tools: [tool] })]) expect(json.tools).toMatchObject([tool]);
    wire.server.requests.length = 0;
    wire.server.reply(subject.scripts.whole());
    await subject.create(wire.server.url).bindTools([tool]).invoke("Hi.");
    expect(wire.server.requests[0]?.json).toMatchObject({ tools: [tool] });
  });

  it("no empty list of tools", async () => {
    expect(await sent([question], {}, { tools: [] })).not.toHaveProperty("tools");
  });

  it("a request for usage in a stream, unless it is switched off", async () => {
    if (isOllama) return;
    for (const [streamUsage, expected] of [
      [undefined, { include_usage: true }],
      [true, { include_usage: true }],
      [false, undefined],
    ] as const) {
      wire.server.requests.length = 0;
      wire.server.reply(subject.scripts.streamed());
      await subject.create(wire.server.url, { streaming: true, streamUsage }).invoke("Hi.");
      const { stream, stream_options } = (await wire.server.received()).json as {
        stream: boolean;
        stream_options?: unknown;
      };
      expect([stream, stream_options]).toEqual([true, expected]);
    }
  });
});
