import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { z as z3 } from "zod/v3";
import { ConfigurationError } from "../../../src/base/errors.js";
import { ChatOllamaLite, type ChatOllamaLiteCallOptions, type ChatOllamaLiteInput } from "../../../src/ollama.js";
import { overrideEnvironment } from "../../support/environment.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { expectOneRun } from "../../support/runs.js";
import { refusedUrl } from "../../support/wire_server.js";
import { json } from "../../support/wire_script.js";
import { Bench, last, rejection } from "../../wires/ollama/support.js";

const bench = new Bench();

describe("making one", () => {
  it("takes a name and options, or options alone", () => {
    for (const model of [
      new ChatOllamaLite("llama3.2", { seed: 7 }),
      new ChatOllamaLite({ model: "llama3.2", seed: 7 }),
    ]) {
      expect(model.model).toBe("llama3.2");
      expect(model.invocationParams()).toEqual({ model: "llama3.2", options: { temperature: 0.3, seed: 7 } });
    }
  });

  it.each<[string, () => unknown, string]>([
    ["no model", () => new ChatOllamaLite(), "`model` is `undefined`. Name one, such as `llama3.2`."],
    ["an empty one", () => new ChatOllamaLite(" "), "`model` is ` `."],
    [
      "several answers",
      () => new ChatOllamaLite("m", { n: 2 }),
      "`n` is `2`, but Ollama gives one answer to a request. Use `batch`",
    ],
    ["a temperature that is none", () => new ChatOllamaLite("m", { temperature: 3 }), "`temperature` is `3`."],
    [
      "an address that is none",
      () => new ChatOllamaLite("m", { baseURL: "ftp://h" }),
      "`baseURL` (`ftp://h`) is not an http or https URL.",
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(ConfigurationError);
  });

  it("reads where the server is", () => {
    const restore = overrideEnvironment(/^OLLAMA_/, { OLLAMA_HOST: "0.0.0.0:1234" });
    expect(new ChatOllamaLite("m").baseURL).toBe("http://127.0.0.1:1234");
    expect(new ChatOllamaLite("m", { baseUrl: "http://h:1/api/" }).baseURL).toBe("http://h:1");
    restore();
    expect(new ChatOllamaLite("m").baseURL).toBe("http://127.0.0.1:11434");
  });
});

describe("temperature", () => {
  it.each<[ChatOllamaLiteInput["temperature"], ChatOllamaLiteInput["temperature"], object]>([
    [undefined, undefined, { temperature: 0.3 }],
    [0, undefined, { temperature: 0 }],
    [null, undefined, {}],
    [undefined, 0, { temperature: 0 }],
    [1, null, {}],
    [null, 1, { temperature: 1 }],
  ])("of the model %p and of the call %p", async (own, call, options) => {
    bench.server.reply(json(200, last()));
    const model = bench.model({ temperature: own });
    // `null` is one of this class's values; the options that all three models share do not know it.
    const callOptions = { temperature: call } as ChatOllamaLiteCallOptions;
    await model.invoke("Hi", callOptions);
    expect(bench.body().options).toEqual(options);
    expect(model.getLsParams(callOptions as never).ls_temperature).toBe(
      (options as { temperature?: number }).temperature,
    );
  });
});

describe("options of a call", () => {
  it("go before the model's, and null takes one out", async () => {
    bench.server.reply(json(200, last()));
    await bench
      .model({ topK: 5, seed: 1, keepAlive: "1m" })
      .invoke("Hi", { seed: 2, topK: null as never, keepAlive: 0 });
    expect(bench.body()).toMatchObject({ options: { temperature: 0.3, seed: 2 }, keep_alive: 0 });
    expect(bench.body().options).not.toHaveProperty("top_k");
  });

  it.each<[ChatOllamaLiteInput, ChatOllamaLiteCallOptions, number | undefined]>([
    [{ maxTokens: 9 }, {}, 9],
    [{ numPredict: 9 }, {}, 9],
    [{ numPredict: -1 }, {}, -1],
    [{ maxTokens: 9 }, { numPredict: 5 }, 5],
    [{ numPredict: 9 }, { maxTokens: 5 }, 5],
    [{ maxTokens: 9 }, { numPredict: -1 }, -1],
    [{}, {}, undefined],
  ])("%p and %p are a limit of %p", async (fields, options, limit) => {
    bench.server.reply(json(200, last()));
    await bench.model(fields).invoke("Hi", options);
    expect((bench.body().options as { num_predict?: number }).num_predict).toBe(limit);
  });

  it("are checked before anything is sent", async () => {
    expect(ConfigurationError.isInstance(await rejection(bench.model().invoke("Hi", { numCtx: "big" as never })))).toBe(
      true,
    );
    expect(bench.server.requests).toEqual([]);
  });

  it.each<[string, ChatOllamaLiteInput["format"]]>([
    ["zod 4", z.object({ a: z.string() })],
    ["zod 3", z3.object({ a: z3.string() })],
    ["JSON", { type: "object", properties: { a: { type: "string" } } }],
  ])("or the model's may be a format as a schema of %s", async (_, format) => {
    bench.server.always(json(200, last({}, { content: '{"a":"b"}' })));
    await bench.model().invoke("Hi", { format });
    await bench.model({ format }).invoke("Hi");
    for (const position of [0, 1])
      expect(bench.body(position).format).toMatchObject({ type: "object", properties: { a: { type: "string" } } });
  });

  it("may be OpenAI's response_format", async () => {
    bench.server.always(json(200, last({}, { content: "{}" })));
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const formats: [Record<string, unknown>, unknown][] = [
      [{ type: "json_object" }, "json"],
      [{ type: "json_schema", json_schema: { name: "x", schema } }, schema],
      [{ type: "text" }, undefined],
    ];
    for (const [response_format, format] of formats) {
      await bench.model().invoke("Hi", { response_format });
      expect(bench.body().format).toEqual(format);
    }
    await expect(bench.model().invoke("Hi", { response_format: { type: "yaml" } })).rejects.toThrow(
      '`response_format` is `{"type":"yaml"}`.',
    );
  });
});

describe("a gate", () => {
  class Gatekeeper extends RecordingHandler {
    readonly asked: (number | undefined)[] = [];

    async admit({ maxOutputTokens }: { maxOutputTokens?: number }): Promise<{ maxOutputTokens?: number }> {
      this.asked.push(maxOutputTokens);
      return { maxOutputTokens: 5 };
    }
  }

  it.each<[ChatOllamaLiteInput, ChatOllamaLiteCallOptions, number | undefined]>([
    [{}, {}, undefined],
    [{ numPredict: 9 }, {}, 9],
    [{ maxTokens: 9 }, { numPredict: 7 }, 7],
    [{ maxTokens: 9 }, { numPredict: -1 }, undefined],
  ])("sees the limit of %p and %p as %p, and lowers it", async (fields, options, asked) => {
    bench.server.reply(json(200, last()));
    const gatekeeper = new Gatekeeper();
    await bench.model(fields).invoke("Hi", { ...options, callbacks: [gatekeeper] });
    expect(gatekeeper.asked).toEqual([asked]);
    expect(bench.body().options).toMatchObject({ num_predict: 5 });
  });
});

describe("secrets", () => {
  const model = (url = "http://127.0.0.1:1234") =>
    new ChatOllamaLite("m", {
      baseURL: url.replace("//", "//me:pass-secret@"),
      apiKey: "key-secret",
      headers: { "x-token": "header-secret" },
      maxRetries: 0,
      numCtx: 64,
      think: false,
    });

  it("are in no serialised form, log, trace or cache key", async () => {
    const handler = new RecordingHandler();
    const error = await rejection(
      model(await refusedUrl()).invoke("Hi", { callbacks: [handler], headers: { "x-call": "call-secret" } }),
    );
    const { start } = expectOneRun(handler);
    const everything = [
      JSON.stringify(model()),
      inspect(model(), { depth: 9 }),
      inspect(start, { depth: 9 }),
      JSON.stringify(model()._identifyingParams()),
      inspect(error, { depth: 9 }),
    ].join("\n");
    expect(everything).not.toMatch(/-secret/);
    expect(everything).not.toContain(Buffer.from("me:pass-secret").toString("base64"));
  });

  it("leave the options in the serialised form", () => {
    expect(model().toJSON()).toMatchObject({
      id: expect.arrayContaining(["ChatOllamaLite"]),
      kwargs: { model: "m", num_ctx: 64, think: false, base_url: "http://127.0.0.1:1234" },
    });
  });

  it("go to the server that they are for", async () => {
    bench.server.always(json(200, last()));
    const at = bench.server.url.replace("http://", "http://me:p%40ss@");
    await new ChatOllamaLite("m", { baseURL: at, headers: { "X-Token": "t" } }).invoke("Hi", {
      headers: { "x-token": "u" },
    });
    await new ChatOllamaLite("m", { baseURL: at, apiKey: "k" }).invoke("Hi");
    await new ChatOllamaLite("m", { baseURL: at, apiKey: "k", headers: { Authorization: "Custom z" } }).invoke("Hi");
    expect(bench.server.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
      "Bearer k",
      "Custom z",
    ]);
    expect(bench.server.requests[0]?.headers["x-token"]).toBe("u");
  });

  it("of the environment are for ollama.com alone", async () => {
    const restore = overrideEnvironment(/^OLLAMA_/, { OLLAMA_API_KEY: "cloud-key" });
    const seen: [string, string | null][] = [];
    const fetch = async (url: string, init: RequestInit) => {
      seen.push([url, new Headers(init.headers).get("authorization")]);
      return new Response(JSON.stringify(last({}, { content: "x" })), {
        headers: { "content-type": "application/json" },
      });
    };
    for (const baseURL of ["https://ollama.com", "http://localhost:11434", "https://example.com"])
      await new ChatOllamaLite("m", { baseURL, fetch }).invoke("Hi");
    restore();
    expect(seen).toEqual([
      ["https://ollama.com/api/chat", "Bearer cloud-key"],
      ["http://localhost:11434/api/chat", null],
      ["https://example.com/api/chat", null],
    ]);
  });
});

describe("what it says of itself", () => {
  it("to LangSmith", () => {
    const { ls_provider, ls_model_name, ls_model_type, ls_temperature, ls_max_tokens, ls_stop } = bench
      .model({ maxTokens: 5, stop: ["END"] })
      .getLsParams({});
    expect([ls_provider, ls_model_name, ls_model_type, ls_temperature, ls_max_tokens, ls_stop]).toEqual([
      "ollama",
      "tiny",
      "chat",
      0.3,
      5,
      ["END"],
    ]);
    expect(Object.keys(bench.model().getLsParams({})).toSorted()).toEqual([
      "ls_max_tokens",
      "ls_model_name",
      "ls_model_type",
      "ls_provider",
      "ls_stop",
      "ls_temperature",
    ]);
  });

  it("by its type and name", () => {
    expect([bench.model()._llmType(), ChatOllamaLite.lc_name(), bench.model().lc_secrets]).toEqual([
      "ollama",
      "ChatOllamaLite",
      { apiKey: "OLLAMA_API_KEY" },
    ]);
  });
});
