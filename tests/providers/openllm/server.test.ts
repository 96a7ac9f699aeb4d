import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { ChatOpenLLM } from "../../../src/openllm.js";
import { completion, failure, modelOf, saying } from "../../support/completions.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { recording, replay } from "../../support/recordings.js";
import { expectOneRun } from "../../support/runs.js";
import { json, text, type Script } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";

let server: WireServer;
beforeEach(async () => {
  server = await startWireServer(json(404, { detail: "Not Found" }));
});
afterEach(() => server.close());

describe("the context window, by whoever says it", () => {
  const bare = json(200, { object: "list", data: [{ id: "m", object: "model" }] });
  const rows: [server: string, routes: Record<string, Script>, tokens: number | undefined][] = [
    [
      "vLLM, SGLang, NIM: max_model_len",
      { "/v1/models": json(200, { data: [{ id: "m", max_model_len: 1024 }] }) },
      1024,
    ],
    [
      "llama.cpp: n_ctx, and never n_ctx_train",
      { "/v1/models": json(200, { data: [{ id: "m", meta: { n_ctx_train: 8192, n_ctx: 2048 } }] }) },
      2048,
    ],
    [
      "llama.cpp before: only n_ctx_train in the list, n_ctx in the properties",
      {
        "/v1/models": json(200, { data: [{ id: "m", meta: { n_ctx_train: 8192 } }] }),
        "/props": replay(recording("llama.cpp-thinking", "props")),
      },
      2048,
    ],
    [
      "a llama.cpp router: 0 is unknown",
      { "/v1/models": bare, "/props": json(200, { default_generation_settings: { n_ctx: 0 } }) },
      undefined,
    ],
    [
      "llama.cpp while loading: meta is null",
      { "/v1/models": json(200, { data: [{ id: "m", meta: null }] }) },
      undefined,
    ],
    [
      "TGI: /info",
      { "/v1/models": bare, "/info": json(200, { max_input_tokens: 4000, max_total_tokens: 4096 }) },
      4096,
    ],
    [
      "LM Studio: what is loaded, not what is possible",
      {
        "/v1/models": bare,
        "/api/v0/models": json(200, { data: [{ id: "m", max_context_length: 32768, loaded_context_length: 8192 }] }),
      },
      8192,
    ],
    [
      "Ollama: what is loaded",
      { "/v1/models": bare, "/api/ps": json(200, { models: [{ name: "m", model: "m", context_length: 4096 }] }) },
      4096,
    ],
    [
      "LiteLLM",
      {
        "/v1/models": bare,
        "/v1/model/info": json(200, { data: [{ model_name: "m", model_info: { max_input_tokens: 128000 } }] }),
      },
      128000,
    ],
    ["nobody says it", { "/v1/models": bare }, undefined],
    [
      "a tokenizer's word for no limit is none",
      { "/v1/models": json(200, { data: [{ id: "m", max_model_len: 1e30 }] }) },
      undefined,
    ],
  ];

  it.each(rows)("%s", async (_server, routes, tokens) => {
    for (const [path, script] of Object.entries(routes)) server.on(`GET ${path}`, script);
    const model = modelOf(server);
    expect(model.profile).toEqual({});
    const profile = await model.loadProfile();
    expect(profile.maxInputTokens).toBe(tokens);
    expect(model.profile).toEqual(profile);
  });

  it("where LiteLLM's list says it, nobody is asked besides; llama.cpp is, whether its template knows tools", async () => {
    server.on("GET /v1/models", json(200, { data: [{ id: "m", owned_by: "openai", max_input_tokens: 128000 }] }));
    expect(await modelOf(server).loadProfile()).toEqual({ maxInputTokens: 128000 });
    expect(server.requests.map(({ path }) => path)).toEqual(["/v1/models"]);
    server.on("GET /v1/models", json(200, { data: [{ id: "l", meta: { n_ctx: 2048 } }] }));
    server.on("GET /props", json(200, { chat_template_caps: { supports_tools: true } }));
    expect(await modelOf(server, { model: "l" }).loadProfile()).toEqual({ maxInputTokens: 2048, toolCalling: true });
  });

  it("a list of models says it too", async () => {
    server.on("GET /v1/models", json(200, { data: [{ id: "m", max_model_len: 1024 }] }));
    const model = modelOf(server);
    await model.models();
    expect(model.profile).toEqual({ maxInputTokens: 1024 });
  });

  it("what the user says comes first", async () => {
    server.on("GET /v1/models", json(200, { data: [{ id: "m", max_model_len: 1024 }] }));
    expect(await modelOf(server, { profile: { maxInputTokens: 512, imageInputs: true } }).loadProfile()).toEqual({
      maxInputTokens: 512,
      imageInputs: true,
    });
  });

  it("nothing is asked unless the user asks", async () => {
    server.always(saying("Hello"));
    await modelOf(server).invoke("Hi");
    expect(server.requests.map(({ method }) => method)).toEqual(["POST"]);
  });
});

describe("the list of models", () => {
  it("of recorded servers", async () => {
    server.on("GET /v1/models", replay(recording("llama.cpp", "models")));
    expect(await modelOf(server).models()).toMatchObject([
      { id: "smollm2-135m", contextTokens: 2048, raw: { owned_by: "llamacpp" } },
    ]);
    server.on("GET /v1/models", replay(recording("vllm-0.11", "auth-none-models")));
    expect(await modelOf(server).models()).toMatchObject([{ id: "tiny", contextTokens: 1024 }]);
  });

  it.each([
    ["behind a key", json(401, { error: "Unauthorized" }), { status: 401 }],
    [
      "a page",
      text(200, "<html>"),
      { name: "ServerError", message: expect.stringContaining("something that is no JSON object: `<html>`") },
    ],
    ["no list", json(200, { models: "none" }), { name: "ConfigurationError", option: "baseURL" }],
  ])("a server that has none to give: %s", async (_name, script, error) => {
    server.always(script);
    expect(await failure(modelOf(server).models())).toMatchObject(error);
  });

  it("is found at the base URL's other forms, and the chat uses what was found", async () => {
    server
      .on("GET /openai/v1/models", json(200, { data: [{ id: "k" }] }))
      .on("POST /openai/v1/chat/completions", saying("Hello"));
    const model = new ChatOpenLLM({ baseURL: server.url });
    expect((await model.invoke("Hi")).text).toBe("Hello");
    expect(server.requests.map(({ path }) => path)).toEqual([
      "/v1/models",
      "/openai/v1/models",
      "/openai/v1/chat/completions",
    ]);
  });
});

describe("a model that the server names", () => {
  it("is the run's from its start, with what a cache and a trace need", async () => {
    server
      .on("GET /v1/models", json(200, { data: [{ id: "only" }] }))
      .on("POST /v1/chat/completions", json(200, completion({ content: "Hi" })));
    const handler = new RecordingHandler();
    const model = new ChatOpenLLM({ baseURL: `${server.url}/v1`, callbacks: [handler], cache: new InMemoryCache() });
    await model.invoke("Hi");
    await model.invoke("Hi");
    const [start] = handler.events;
    expect(start).toMatchObject({
      type: "start",
      metadata: { ls_model_name: "only", metered: { requested_model: "only" } },
      extraParams: { invocation_params: { model: "only" } },
    });
    expect(server.requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  it("cannot be found: the run fails with the reason, and a later call looks again", async () => {
    const handler = new RecordingHandler();
    const model = new ChatOpenLLM({ baseURL: `${server.url}/v1`, callbacks: [handler], maxRetries: 0 });
    expect(await failure(model.invoke("Hi"))).toMatchObject({ status: 404 });
    expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { status: 404 } });
    server.on("GET /v1/models", json(200, { data: [{ id: "only" }] })).on("POST /v1/chat/completions", saying("Hello"));
    expect((await model.invoke("Hi")).text).toBe("Hello");
  });

  it("is looked for once by calls at the same time", async () => {
    server.on("GET /v1/models", json(200, { data: [{ id: "only" }] })).on("POST /v1/chat/completions", saying("Hello"));
    await new ChatOpenLLM({ baseURL: `${server.url}/v1` }).batch(["a", "b", "c"]);
    expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(1);
  });
});
