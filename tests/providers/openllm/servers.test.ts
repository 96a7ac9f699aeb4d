import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { ChatOpenLLM, type ServerModel } from "../../../src/openllm.js";
import { ask, completion, failure, modelOf, modes, saying } from "../../support/completions.js";
import { overrideEnvironment } from "../../support/environment.js";
import { json } from "../../support/wire_script.js";
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

describe("credentials", () => {
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

describe("what a LiteLLM proxy says that a call cost", () => {
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

describe("models", () => {
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

  it.each([
    ["LiteLLM", "/chat/completions: Invalid model name passed in model=m. Call `/v1/models` to view available models."],
    [
      "transformers serve",
      "m is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'",
    ],
    ["another", "The model `m` was not found"],
  ])("an unknown one is the same by 400 (%s)", async (_server, message) => {
    server.always(({ method }) => (method === "GET" ? list("a", "b") : json(400, { error: { message } })));
    await expect(ask(modelOf(server), "whole")).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("The server has `a`, `b`."),
    });
  });

  it("no names are listed for a model that is one of them, nor where another thing was refused", async () => {
    server.always(({ method }) =>
      method === "GET" ? list("m") : json(400, { error: { message: "model m not found" } }),
    );
    await expect(ask(modelOf(server), "whole")).rejects.toMatchObject({
      message: expect.not.stringContaining("has `m`"),
    });
    const before = server.requests.length;
    server.always(json(400, { error: { message: "temperature is out of range for this model" } }));
    await failure(ask(modelOf(server), "whole"));
    expect(server.requests.length - before).toBe(1);
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

// The last one: on a busy machine it takes so long that the server gives up its idle connections.
describe("counting text", () => {
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
