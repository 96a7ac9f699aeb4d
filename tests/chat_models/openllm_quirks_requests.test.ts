import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import {
  ChatOpenLLM,
  type ChatOpenLLMCallOptions,
  type ChatOpenLLMInput,
  type ServerModel,
} from "../../src/openllm.js";
import { ask, clock, completion, failure, modelOf, modes, saying, weather } from "../support/completions.js";
import { overrideEnvironment } from "../support/environment.js";
import { hangUp, json, redirect, text } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

type Json = Record<string, unknown>;

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer(saying("Hello"));
});
beforeEach(() => {
  server.always(saying("Hello"));
});
afterAll(() => server.close());

async function bodyFor(
  fields: ChatOpenLLMInput = {},
  options: Partial<ChatOpenLLMCallOptions> = {},
  input: BaseMessage[] = [new HumanMessage("Hi")],
): Promise<Json> {
  await ask(modelOf(server, fields), "whole", options, input);
  return server.requests.at(-1)?.json as Json;
}

async function messagesFor(input: BaseMessage[], fields: ChatOpenLLMInput = {}): Promise<Json[]> {
  return (await bodyFor(fields, {}, input)).messages as Json[];
}

describe("what is sent", () => {
  it("is what the user set, and nothing else", async () => {
    expect(await bodyFor()).toEqual({ model: "m", messages: [{ role: "user", content: "Hi" }], stream: false });
  });

  it.each(["gpt-5-oss", "o3-mini-gguf"])("52 `max_tokens` whatever the model's name (%s)", async (model) => {
    const body = await bodyFor({ model, maxTokens: 9, temperature: 0 });
    expect(body).toEqual({
      model,
      messages: [{ role: "user", content: "Hi" }],
      stream: false,
      max_tokens: 9,
      temperature: 0,
    });
  });

  it("52 or the newer name, where the user chooses it", async () => {
    const body = await bodyFor({ maxTokens: 9, maxTokensField: "max_completion_tokens" });
    expect(body).toMatchObject({ max_completion_tokens: 9 });
    expect(body).not.toHaveProperty("max_tokens");
  });

  it("53 `system` and never `developer`, whatever the model's name", async () => {
    const messages = await messagesFor([new SystemMessage("Be terse."), new HumanMessage("Hi")], {
      model: "gpt-5-oss",
    });
    expect(messages.map(({ role }) => role)).toEqual(["system", "user"]);
  });

  it("53 several system messages as one, when asked", async () => {
    const history = [new SystemMessage("A"), new HumanMessage("Hi"), new SystemMessage([{ type: "text", text: "B" }])];
    expect(await messagesFor(history, { mergeSystemMessages: true })).toEqual([
      { role: "system", content: "A\n\nB" },
      { role: "user", content: "Hi" },
    ]);
    expect((await messagesFor(history)).map(({ role }) => role)).toEqual(["system", "user", "system"]);
  });

  it("54 text parts as one string, for all roles and always for tools", async () => {
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

  it("54 parts only where there is more than text", async () => {
    const image = { type: "image_url" as const, image_url: { url: "data:image/png;base64,AAAA" } };
    const [message] = await messagesFor([new HumanMessage([{ type: "text", text: "What?" }, image])]);
    expect(message?.content).toEqual([{ type: "text", text: "What?" }, image]);
  });

  it.each([
    [undefined, { content: "" }],
    ["null" as const, { content: null }],
    ["omit" as const, {}],
  ])("55 the content beside tool calls: %p", async (toolCallContent, expected) => {
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

  it("56 no `name` of users and assistants; that of a tool's result", async () => {
    const history = [
      new HumanMessage({ content: "?", name: "ann" }),
      new AIMessage({ content: "", name: "bot", tool_calls: [{ id: "a", name: "f", args: {} }] }),
      new ToolMessage({ content: "1", tool_call_id: "a", name: "f" }),
    ];
    expect((await messagesFor(history)).map(({ name }) => name)).toEqual([undefined, undefined, "f"]);
  });

  it('L17 no tools with `tool_choice: "none"`', async () => {
    const body = await bodyFor({}, { tools: [weather], tool_choice: "none" });
    expect(body).not.toHaveProperty("tools");
    expect(body).not.toHaveProperty("tool_choice");
  });

  it("V19 no empty list of tools, and no choice without tools", async () => {
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

  it("57 a named tool is the only one offered, and required", async () => {
    const body = await bodyFor({ forcedTools: "off" }, { tools: [weather, clock], tool_choice: "get_time" });
    expect(body).toMatchObject({ tools: [{ function: { name: "get_time" } }], tool_choice: "required" });
    expect(body.tools).toHaveLength(1);
  });

  it("57 or named by the standard's object, where the user knows that the server takes it", async () => {
    const body = await bodyFor(
      { forcedTools: "off", namedToolChoice: "object" },
      { tools: [weather, clock], tool_choice: "get_time" },
    );
    expect(body.tool_choice).toEqual({ type: "function", function: { name: "get_time" } });
    expect(body.tools).toHaveLength(2);
  });

  it("60 no `strict` unless it is asked for", async () => {
    expect(JSON.stringify(await bodyFor({}, { tools: [weather] }))).not.toContain("strict");
    expect((await bodyFor({}, { tools: [weather], strict: true })).tools).toMatchObject([
      { function: { strict: true } },
    ]);
  });

  it("65 an image's address is inlined by the user's own loader only", async () => {
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
    const [plain] = await messagesFor([image("http://127.0.0.1:1/cat.png")]);
    expect(plain?.content).toMatchObject([{ image_url: { url: "http://127.0.0.1:1/cat.png" } }]);
  });

  it.each(["my-codex", "gpt-5.6", "gpt-5.2-pro"])(
    "67 the path is the chat's, whatever the model's name (%s)",
    async (model) => {
      await bodyFor({ model }, { tools: [weather] });
      expect(server.requests.at(-1)?.path).toBe("/v1/chat/completions");
    },
  );
});

describe("extra fields", () => {
  it("have names of their own where many servers know them", async () => {
    const body = await bodyFor({
      topK: 20,
      minP: 0.1,
      typicalP: 0.9,
      repetitionPenalty: 1.1,
      minTokens: 2,
      stopTokenIds: [7],
      ignoreEos: false,
      logitBias: { "5": -1 },
      chatTemplateKwargs: { enable_thinking: false },
      reasoningEffort: "low",
      includeReasoning: true,
      thinkingTokenBudget: 10,
      structuredOutputs: { choice: ["a", "b"] },
      grammar: "root ::= [ab]",
      cachePrompt: true,
      priority: 1,
    });
    const { model: _model, messages: _messages, stream: _stream, ...fields } = body;
    expect(fields).toEqual({
      top_k: 20,
      min_p: 0.1,
      typical_p: 0.9,
      repetition_penalty: 1.1,
      repeat_penalty: 1.1,
      min_tokens: 2,
      stop_token_ids: [7],
      ignore_eos: false,
      logit_bias: { "5": -1 },
      chat_template_kwargs: { enable_thinking: false },
      reasoning_effort: "low",
      include_reasoning: true,
      thinking_token_budget: 10,
      structured_outputs: { choice: ["a", "b"] },
      grammar: "root ::= [ab]",
      cache_prompt: true,
      priority: 1,
    });
  });

  it("63 any other by `extraBody`, the call's on top of the constructor's", async () => {
    const body = await bodyFor(
      { extraBody: { guided_json: { type: "object" }, ttl: 60, cache_salt: "a" } },
      { topK: 5, extraBody: { ttl: 5, cache_salt: null } },
    );
    expect(body).toMatchObject({ guided_json: { type: "object" }, ttl: 5, top_k: 5 });
    expect(body).not.toHaveProperty("cache_salt");
  });

  it("wins over an option, field by field", async () => {
    expect(await bodyFor({ temperature: 0.5 }, { extraBody: { temperature: 0.9 } })).toMatchObject({
      temperature: 0.9,
    });
  });

  it("an output limit in it is the call's, so that a budget may lower it", async () => {
    const model = modelOf(server, { extraBody: { max_tokens: 7 } });
    expect(model.getLsParams({})).toMatchObject({ ls_max_tokens: 7 });
    expect(await bodyFor({}, { extraBody: { max_completion_tokens: 6 } })).toMatchObject({ max_tokens: 6 });
  });

  it.each([
    [{ messages: [] }, "`extraBody.messages` cannot be set. It is set by the input of the call."],
    [{ model: "x" }, "`extraBody.model` cannot be set. It is set by `model`."],
    [{ stream: true }, "`extraBody.stream` cannot be set. It is set by `stream()` or `invoke()`."],
    ["top_k=20", '`extraBody` is `"top_k=20"`. Pass an object of fields, such as `{ top_k: 20 }`.'],
  ])("what cannot be in it is refused: %p", async (extraBody, message) => {
    expect(() => modelOf(server, { extraBody: extraBody as never })).toThrow(message);
    expect(await failure(bodyFor({}, { extraBody: extraBody as never }))).toMatchObject({
      name: "ConfigurationError",
      option: "extraBody",
      message,
    });
  });

  it("is part of what a cache tells calls apart by, and of the serialised model", () => {
    const [a, b] = [{ seed: 1 }, { extraBody: { seed_b: 1 } }].map((fields) =>
      JSON.stringify(modelOf(server, fields)._identifyingParams()),
    );
    expect(a).not.toBe(b);
    expect(JSON.parse(JSON.stringify(modelOf(server, { extraBody: { ttl: 5 }, topK: 3 })))).toMatchObject({
      kwargs: { extra_body: { ttl: 5 }, top_k: 3 },
    });
  });

  it.each([{ maxTokens: 0 }, { temperature: -1 }, { extraBody: { max_tokens: 0 } }])(
    "L11 a call's %p is refused as the constructor's is",
    async (options) => {
      expect(await failure(bodyFor({}, options))).toMatchObject({ name: "ConfigurationError" });
    },
  );
});

describe("64 schemas as grammar engines take them", () => {
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

describe("68 credentials", () => {
  let restore: () => void;
  beforeEach(() => {
    restore = overrideEnvironment(/^(OPENAI|OPENLLM|OPEN_LLM)_/, {
      OPENAI_API_KEY: "sk-secret",
      OPENAI_ORG_ID: "org-secret",
      OPENAI_PROJECT_ID: "project-secret",
      OPENAI_BASE_URL: "http://127.0.0.1:1/v1",
      OPENAI_CUSTOM_HEADERS: "authorization: Bearer sk-secret",
    });
  });
  afterEach(() => restore());

  it("no key, no header; nothing of OPENAI_* leaves", async () => {
    await bodyFor();
    const { headers, text: body } = server.requests.at(-1) ?? {};
    expect(headers).not.toHaveProperty("authorization");
    expect(JSON.stringify([headers, body])).not.toMatch(/secret/);
    expect(Object.keys(headers ?? {}).filter((name) => /openai|stainless/.test(name))).toEqual([]);
  });

  it.each([["OPENLLM_BASE_URL"], ["OPEN_LLM_API_BASE"]])("names of its own: %s and OPENLLM_API_KEY", async (name) => {
    const undo = overrideEnvironment(/^$/, { [name]: `${server.url}/v1`, OPENLLM_API_KEY: "own" });
    await new ChatOpenLLM("m").invoke("Hi");
    undo();
    expect(server.requests.at(-1)?.headers.authorization).toBe("Bearer own");
  });

  it("no server named", () => {
    expect(() => new ChatOpenLLM("m")).toThrow("Set the environment variable `OPENLLM_BASE_URL`, or pass `baseURL`");
  });
});

describe("69 base URLs: what the user wrote is made to work, once", () => {
  const unknown = json(404, { detail: "Not Found" });
  const rows: [written: string, serves: string, tries: string[]][] = [
    ["", "/v1", ["/v1/chat/completions"]],
    ["/", "/v1", ["/v1/chat/completions"]],
    ["/v1", "/v1", ["/v1/chat/completions"]],
    ["/v1/", "/v1", ["/v1/chat/completions"]],
    ["/v1/chat/completions", "/v1", ["/v1/chat/completions"]],
    ["/openai/v1", "/openai/v1", ["/openai/v1/chat/completions"]],
    ["", "/openai/v1", ["/v1/chat/completions", "/openai/v1/chat/completions"]],
    ["/openai", "/openai/v1", ["/openai/chat/completions", "/v1/chat/completions", "/openai/v1/chat/completions"]],
    ["/gpu7", "/gpu7/v1", ["/gpu7/chat/completions", "/gpu7/v1/chat/completions"]],
    ["/v1", "", ["/v1/chat/completions", "/openai/v1/chat/completions", "/chat/completions"]],
  ];

  it.each(rows)("`%s` for a server at `%s`", async (written, serves, tries) => {
    server.always((request) => (request.path === `${serves}/chat/completions` ? saying("Hello")(request) : unknown));
    const before = server.requests.length;
    const fields = { model: `at ${written} ${serves}`, baseURL: server.url + written };
    for (let call = 0; call < 2; call++) expect((await ask(modelOf(server, fields), "whole")).text).toBe("Hello");
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual([...tries, `${serves}/chat/completions`]);
    const answer = await ask(modelOf(server, fields), "stream");
    expect(answer.response_metadata).toMatchObject({ usage_source: "server" });
  });

  it.each([
    ["Ollama's", text(404, "404 page not found\n")],
    ["llama.cpp's", json(404, { error: { code: 404, message: "File Not Found", type: "not_found_error" } })],
    ["FastAPI's for a method", json(405, { detail: "Method Not Allowed" })],
    ["LM Studio's, with 200", json(200, { error: "Unexpected endpoint or method. (POST /gpu7/chat/completions)" })],
    [
      "a web interface, with 200",
      text(200, "<!doctype html><html></html>", { headers: { "content-type": "text/html" } }),
    ],
  ])("in %s words", async (name, words) => {
    server.always((request) => (request.path.startsWith("/gpu7/v1/") ? saying("Hello")(request) : words));
    const message = await ask(modelOf(server, { model: name, baseURL: `${server.url}/gpu7` }), "whole");
    expect(message).toMatchObject({
      text: "Hello",
      usage_metadata: { total_tokens: 15 },
      response_metadata: { usage_source: "server" },
    });
  });

  it("none of them works: the error is that of the URL as it was written", async () => {
    server.always(json(404, { detail: "Not Found" }));
    expect(await failure(ask(modelOf(server, { model: "nowhere" }), "whole"))).toMatchObject({
      status: 404,
      url: `${server.url}/v1/chat/completions`,
      message: expect.stringContaining("Is the base URL that of the API (it often ends with `/v1`)?"),
    });
  });

  it.each([
    ["breaks", hangUp()],
    ["fails", json(500, { error: "oops" })],
  ])("what was said of the URL as it was written stays, when a guess %s", async (name, script) => {
    server.always(({ path }) => (path === "/v1/chat/completions" ? json(404, { detail: "Not Found" }) : script));
    expect(await failure(ask(modelOf(server, { model: `guess ${name}` }), "whole"))).toMatchObject({ status: 404 });
  });

  it("what the API itself says at a guessed URL is what counts", async () => {
    server.always(({ path }) =>
      path === "/openai/v1/chat/completions"
        ? json(401, { error: "Unauthorized" })
        : json(404, { detail: "Not Found" }),
    );
    expect(await failure(ask(modelOf(server, { model: "guarded" }), "whole"))).toMatchObject({ status: 401 });
  });

  it("V27 a redirect within the server is followed, to another it is not", async () => {
    server.reply(redirect(307, "/v1/other")).always(saying("Hello"));
    expect((await ask(modelOf(server, { model: "moved" }), "whole")).text).toBe("Hello");
    server.always(redirect(307, "http://127.0.0.2:1/v1/chat/completions"));
    await expect(ask(modelOf(server, { model: "moved" }), "whole")).rejects.toThrow(
      "redirects (307) to `http://127.0.0.2:1`",
    );
  });
});

describe("70 72 counting text", () => {
  it("fetches nothing, takes special tokens as text, and is quick on anything", async () => {
    const fetched: string[] = [];
    const { fetch } = globalThis;
    globalThis.fetch = async (input) => {
      fetched.push(String(input));
      throw new Error("offline");
    };
    try {
      const model = modelOf(server, { streaming: true });
      expect(await model.getNumTokens("<|endoftext|>")).toBe(7);
      for (const letter of ["a", " ", "好"])
        expect(await model.getNumTokens(letter.repeat(200_000))).toBeGreaterThan(1_000);
    } finally {
      globalThis.fetch = fetch;
    }
    expect(fetched).toEqual([]);
  });
});

describe("74 what a LiteLLM proxy says that a call cost", () => {
  it.each([
    ["1.5e-05", "0.000015"],
    ["0.00231", "0.00231"],
    ["12", "12"],
    ["1E+2", "100"],
    ["0", "0"],
  ])("`%s` is %s", async (header, cost) => {
    server.always(
      json(200, completion({ content: "Hi" }), {
        headers: { "x-litellm-response-cost": header, "x-litellm-call-id": "abc" },
      }),
    );
    const { response_metadata: metadata } = await ask(modelOf(server), "whole");
    expect(metadata).toMatchObject({ declared_cost_usd: cost, litellm_call_id: "abc" });
  });

  it.each(["", "None", "-1", "1,5"])("`%s` is no amount", async (header) => {
    server.always(json(200, completion({ content: "Hi" }), { headers: { "x-litellm-response-cost": header } }));
    expect((await ask(modelOf(server), "whole")).response_metadata).not.toHaveProperty("declared_cost_usd");
  });
});

describe("75 models", () => {
  const list = (...ids: string[]) =>
    json(200, { object: "list", data: ids.map((id) => ({ id, object: "model", max_model_len: 1024 })) });

  it.each(modes)("an unknown one: the error lists those that there are (%s)", async (mode) => {
    server.always(({ method }) =>
      method === "GET"
        ? list("a", "b")
        : json(404, { error: { message: "The model `m` does not exist.", type: "NotFoundError" } }),
    );
    await expect(ask(modelOf(server), mode)).rejects.toMatchObject({
      status: 404,
      lc_error_code: "MODEL_NOT_FOUND",
      message: expect.stringContaining("`models()` lists what the server has. The server has `a`, `b`."),
    });
  });

  it("are listed, with their windows", async () => {
    server.always(list("a", "b"));
    const models: ServerModel[] = await modelOf(server).models();
    expect(models).toEqual([
      expect.objectContaining({ id: "a", contextTokens: 1024 }),
      expect.objectContaining({ id: "b" }),
    ]);
    expect(await ChatOpenLLM.models({ baseURL: server.url })).toHaveLength(2);
  });

  it.each(modes)("none needs to be named where there is one (%s)", async (mode) => {
    server.always((request) => (request.method === "GET" ? list("only") : saying("Hello")(request)));
    const before = server.requests.length;
    const model = new ChatOpenLLM({ baseURL: `${server.url}/v1` });
    expect((await ask(model, mode)).text).toBe("Hello");
    expect((await ask(model, mode)).text).toBe("Hello");
    expect(
      server.requests.slice(before).map(({ method, json: body }) => [method, (body as Json | undefined)?.model]),
    ).toEqual([
      ["GET", undefined],
      ["POST", "only"],
      ["POST", "only"],
    ]);
    expect(model.model).toBe("only");
    expect(model.profile).toEqual({ maxInputTokens: 1024 });
    expect(model.costs.byModel).toMatchObject({ "openllm/only": { calls: 2, costUsd: "0" } });
  });

  it.each([
    ["several", ["a", "b"], "No `model` was named, and the server at `"],
    ["none", [], "has none. Load one."],
  ])("%s: the error says so, inside a run", async (_name, ids, words) => {
    server.always(list(...ids));
    const error = await failure(ask(new ChatOpenLLM({ baseURL: `${server.url}/v1` }), "whole"));
    expect(error).toMatchObject({
      name: "ConfigurationError",
      option: "model",
      message: expect.stringContaining(words),
    });
  });
});
