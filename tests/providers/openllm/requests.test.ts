import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  AIMessage,
  ChatMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessage,
} from "@langchain/core/messages";
import { type ChatOpenLLMInput } from "../../../src/openllm.js";
import { clock, failure, modelOf, saying, weather } from "../../support/completions.js";

import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { sentBodies } from "../../support/sent_bodies.js";

type Json = Record<string, unknown>;

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer(saying("Hello"));
});

beforeEach(() => {
  server.always(saying("Hello"));
});

afterAll(() => server.close());

const bodyFor = sentBodies(() => server);

async function messagesFor(input: BaseMessage[], fields: ChatOpenLLMInput = {}): Promise<Json[]> {
  return (await bodyFor(fields, {}, input)).messages as Json[];
}

describe("what is sent", () => {
  it("is what the user set, and nothing else", async () => {
    expect(await bodyFor()).toEqual({ model: "m", messages: [{ role: "user", content: "Hi" }], stream: false });
  });

  it.each(["gpt-5-oss", "o3-mini-gguf"])("`max_tokens` whatever the model's name (%s)", async (model) => {
    const body = await bodyFor({ model, maxTokens: 9, temperature: 0 });
    expect(body).toEqual({
      model,
      messages: [{ role: "user", content: "Hi" }],
      stream: false,
      max_tokens: 9,
      temperature: 0,
    });
  });

  it("or the newer name, where the user chooses it", async () => {
    const body = await bodyFor({ maxTokens: 9, maxTokensField: "max_completion_tokens" });
    expect(body).toMatchObject({ max_completion_tokens: 9 });
    expect(body).not.toHaveProperty("max_tokens");
  });

  it("`system` and never `developer`, whatever the model's name", async () => {
    const messages = await messagesFor([new SystemMessage("Be terse."), new HumanMessage("Hi")], {
      model: "gpt-5-oss",
    });
    expect(messages.map(({ role }) => role)).toEqual(["system", "user"]);
  });

  it("`developer` where the user wrote it and asks for it", async () => {
    const history = [
      new SystemMessage("Be terse."),
      new SystemMessage({ content: "In French.", additional_kwargs: { __openai_role__: "developer" } }),
      new ChatMessage("No jokes.", "developer"),
      new HumanMessage("Hi"),
    ];
    const roles = async (fields: ChatOpenLLMInput) => (await messagesFor(history, fields)).map(({ role }) => role);
    expect(await roles({})).toEqual(["system", "system", "system", "user"]);
    expect(await roles({ developerRole: true })).toEqual(["system", "developer", "developer", "user"]);
  });

  it("several system messages as one, when asked", async () => {
    const history = [new SystemMessage("A"), new HumanMessage("Hi"), new SystemMessage([{ type: "text", text: "B" }])];
    expect(await messagesFor(history, { mergeSystemMessages: true })).toEqual([
      { role: "system", content: "A\n\nB" },
      { role: "user", content: "Hi" },
    ]);
    expect((await messagesFor(history)).map(({ role }) => role)).toEqual(["system", "user", "system"]);
  });

  it("text parts as one string, for all roles and always for tools", async () => {
    const parts = [
      { type: "text" as const, text: "Na" },
      { type: "text" as const, text: "me" },
    ];
    const call = new AIMessage({ content: parts, tool_calls: [{ id: "a", name: "f", args: {} }] });
    const messages = await messagesFor([
      new SystemMessage(parts),
      new HumanMessage(parts),
      call,
      new ToolMessage({ content: parts, tool_call_id: "a" }),
    ]);
    expect(messages.map(({ content }) => content)).toEqual(["Name", "Name", "Name", "Name"]);
  });

  it("parts only where there is more than text", async () => {
    const image = { type: "image_url" as const, image_url: { url: "data:image/png;base64,AAAA" } };
    const [message] = await messagesFor([new HumanMessage([{ type: "text", text: "What?" }, image])]);
    expect(message?.content).toEqual([{ type: "text", text: "What?" }, image]);
  });

  it.each([
    [undefined, { content: "" }],
    ["null" as const, { content: null }],
    ["omit" as const, {}],
  ])("the content beside tool calls: %p", async (toolCallContent, expected) => {
    const [, assistant] = await messagesFor(
      [
        new HumanMessage("?"),
        new AIMessage({ content: "", tool_calls: [{ id: "a", name: "f", args: {} }] }),
        new ToolMessage({ content: "1", tool_call_id: "a" }),
      ],
      { toolCallContent },
    );
    const { role: _role, tool_calls: _calls, ...rest } = assistant ?? {};
    expect(rest).toEqual(expected);
  });

  it("no `name` of users and assistants; that of a tool's result", async () => {
    const history = [
      new HumanMessage({ content: "?", name: "ann" }),
      new AIMessage({ content: "", name: "bot", tool_calls: [{ id: "a", name: "f", args: {} }] }),
      new ToolMessage({ content: "1", tool_call_id: "a", name: "f" }),
    ];
    expect((await messagesFor(history)).map(({ name }) => name)).toEqual([undefined, undefined, "f"]);
  });

  it('no tools with `tool_choice: "none"`', async () => {
    const body = await bodyFor({}, { tools: [weather], tool_choice: "none" });
    expect(body).not.toHaveProperty("tools");
    expect(body).not.toHaveProperty("tool_choice");
  });

  it("no empty list of tools, and no choice without tools", async () => {
    expect(Object.keys(await bodyFor({}, { tools: [], parallel_tool_calls: false }))).toEqual([
      "model",
      "messages",
      "stream",
    ]);
    expect(await failure(bodyFor({}, { tool_choice: "required" }))).toMatchObject({
      name: "ConfigurationError",
      option: "tool_choice",
    });
  });

  it("a named tool is the only one offered, and required", async () => {
    const body = await bodyFor({ forcedTools: "off" }, { tools: [weather, clock], tool_choice: "get_time" });
    expect(body).toMatchObject({ tools: [{ function: { name: "get_time" } }], tool_choice: "required" });
    expect(body.tools).toHaveLength(1);
  });

  it("or named by the standard's object, where the user knows that the server takes it", async () => {
    const body = await bodyFor(
      { forcedTools: "off", namedToolChoice: "object" },
      { tools: [weather, clock], tool_choice: "get_time" },
    );
    expect(body.tool_choice).toEqual({ type: "function", function: { name: "get_time" } });
    expect(body.tools).toHaveLength(2);
  });

  it("no `strict` unless it is asked for", async () => {
    expect(JSON.stringify(await bodyFor({}, { tools: [weather] }))).not.toContain("strict");
    expect((await bodyFor({}, { tools: [weather], strict: true })).tools).toMatchObject([
      { function: { strict: true } },
    ]);
  });

  it("an image's address is inlined by the user's own loader only", async () => {
    const image = (url: string) => new HumanMessage([{ type: "image_url", image_url: { url, detail: "low" } }]);
    const loaded: string[] = [];
    const loadImage = async (url: string) => {
      loaded.push(url);
      return "data:image/png;base64,AAAA";
    };
    const [message] = await messagesFor([image("http://127.0.0.1:1/cat.png")], { loadImage });
    expect(message?.content).toEqual([
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } },
    ]);
    expect(loaded).toEqual(["http://127.0.0.1:1/cat.png"]);
    await expect(
      messagesFor([image("http://127.0.0.1:1/cat.png")], { loadImage: async () => "" }),
    ).rejects.toMatchObject({ name: "ConfigurationError", option: "loadImage" });
    const [plain] = await messagesFor([image("http://127.0.0.1:1/cat.png")]);
    expect(plain?.content).toMatchObject([{ image_url: { url: "http://127.0.0.1:1/cat.png" } }]);
  });

  it.each(["my-codex", "gpt-5.6", "gpt-5.2-pro"])(
    "the path is the chat's, whatever the model's name (%s)",
    async (model) => {
      await bodyFor({ model }, { tools: [weather] });
      expect(server.requests.at(-1)?.path).toBe("/v1/chat/completions");
    },
  );
});

describe("schemas as grammar engines take them", () => {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "City",
    type: "object",
    properties: { home: { $ref: "#/$defs/place", description: "Where" }, code: { type: "string", pattern: "^[A-Z]$" } },
    $defs: { place: { type: "object", properties: { name: { type: "string" } } } },
  };
  const written = { type: "object", properties: { name: { type: "string" } }, description: "Where" };

  it("in `response_format`: no `$schema`, references written out", async () => {
    const model = modelOf(server);
    server.always(saying("{}"));
    await model.withStructuredOutput(schema, { method: "jsonSchema" }).invoke("Hi");
    expect(server.requests.at(-1)?.json).toMatchObject({
      response_format: {
        type: "json_schema",
        json_schema: {
          schema: {
            title: "City",
            type: "object",
            properties: { home: written, code: { type: "string", pattern: "^[A-Z]$" } },
          },
        },
      },
    });
    expect(JSON.stringify(server.requests.at(-1)?.json)).not.toMatch(/\$schema|\$defs|\$ref|strict/);
  });

  it("in tools, and without the keywords that the user drops", async () => {
    const tool = { type: "function", function: { name: "f", parameters: schema } };
    const body = await bodyFor({ dropSchemaKeywords: ["pattern", "title"] }, { tools: [tool] });
    expect(body.tools).toEqual([
      {
        type: "function",
        function: {
          name: "f",
          parameters: { type: "object", properties: { home: written, code: { type: "string" } } },
        },
      },
    ]);
  });
});
