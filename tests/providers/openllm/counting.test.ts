import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { CountTokensOptions } from "../../../src/openllm.js";
import { originReplyTokenCount, originTokenCount } from "../../../src/origin.js";
import { useClock } from "../../contract/clock.js";
import { lastBody, modelOf, weather } from "../../support/completions.js";
import { recording, replay } from "../../support/recordings.js";
import { toCall } from "../../support/recorded_calls.js";
import { hangUp, json, stall, text, type Script } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";

let server: WireServer;
beforeEach(async () => {
  // No endpoint but those that a test gives it.
  server = await startWireServer(json(404, { detail: "Not Found" }));
});
afterEach(() => server.close());

const clock = useClock();
const silent = json(200, {}, { before: [stall] });
const prompt = [new SystemMessage("You are terse."), new HumanMessage("Name one ocean.")];
const count = (options: CountTokensOptions = {}) => modelOf(server).countTokens(prompt, options);
const posts = () => server.requests.filter(({ method }) => method === "POST").map(({ path }) => path);

describe("the server counts, in whichever way it can", () => {
  const rows: [server: string, routes: Record<string, Script>, tokens: number, method: string][] = [
    [
      "llama.cpp",
      { "/v1/chat/completions/input_tokens": replay(recording("llama.cpp", "count-via-input-tokens")) },
      23,
      "llama.cpp /chat/completions/input_tokens",
    ],
    ["vLLM", { "/tokenize": replay(recording("vllm-0.32", "tokenize-messages-no-kwargs")) }, 26, "vLLM /tokenize"],
    [
      "SGLang",
      { "/v1/tokenize": json(200, { tokens: [1, 2, 3], count: 3, max_model_len: 1e30 }) },
      3,
      "SGLang /v1/tokenize",
    ],
    [
      "TGI",
      { "/chat_tokenize": json(200, { tokenize_response: [{ id: 1 }, { id: 2 }], templated_text: "" }) },
      2,
      "TGI /chat_tokenize",
    ],
    [
      "older llama.cpp",
      {
        "/apply-template": replay(recording("llama.cpp", "apply-template")),
        "/tokenize": json(200, { tokens: [1, 2, 3, 4, 5] }),
      },
      5,
      "llama.cpp /apply-template",
    ],
    [
      "text-generation-webui",
      {
        "/v1/internal/chat-prompt": json(200, { prompt: "..." }),
        "/v1/internal/token-count": json(200, { length: 12 }),
      },
      12,
      "text-generation-webui /internal/chat-prompt",
    ],
  ];

  it.each(rows)("%s", async (_server, routes, tokens, method) => {
    for (const [path, script] of Object.entries(routes)) server.on(`POST ${path}`, script);
    expect(await count()).toEqual({ tokens, source: "server", method });
    const [before, asked] = [server.requests.length, posts().length];
    expect(await count()).toEqual({ tokens, source: "server", method });
    // The way that worked is remembered, and nothing else asked.
    expect(posts().length - asked).toBe(Object.keys(routes).length);
    expect(server.requests.length - before).toBe(Object.keys(routes).length);
  });

  it("with the tools, and with what shapes the prompt", async () => {
    server.on("POST /tokenize", replay(recording("vllm-0.32", "tokenize-chat-body")));
    const { messages, options } = toCall(recording("vllm-0.32", "tokenize-chat-body"));
    const { tools, extraBody } = options;
    const counted = await modelOf(server).countTokens(messages, {
      tools,
      extraBody,
      chatTemplateKwargs: { enable_thinking: false },
    });
    expect(counted).toEqual({ tokens: 212, source: "server", method: "vLLM /tokenize" });
    const { messages: sent, tools: offered, chat_template_kwargs } = lastBody(server);
    expect(sent).toEqual([{ role: "user", content: "What is the weather in Paris in C?" }]);
    expect(offered).toMatchObject([{ function: { name: "get_weather" } }]);
    expect(chat_template_kwargs).toEqual({ enable_thinking: false });
  });

  it("without the tools when none may be called", async () => {
    server.on("POST /tokenize", json(200, { count: 5 }));
    await count({ tools: [weather], tool_choice: "none" });
    expect(server.requests.at(-1)?.json).not.toHaveProperty("tools");
  });

  it("at the address beside the API's path, whatever the base URL", async () => {
    server.on("GET /openai/v1/models", json(200, { data: [] })).on("POST /tokenize", json(200, { count: 5 }));
    expect(await modelOf(server, { baseURL: `${server.url}/openai/v1` }).countTokens(prompt)).toMatchObject({
      tokens: 5,
    });
  });

  it("with the key, since some guard it", async () => {
    server.on("POST /tokenize", json(200, { count: 5 }));
    await modelOf(server, { apiKey: "k", headers: { "x-team": "a" } }).countTokens(prompt);
    expect(server.requests.at(-1)?.headers).toMatchObject({ authorization: "Bearer k", "x-team": "a" });
  });
});

describe("where it cannot, the count is ours and says so", () => {
  it("is remembered too", async () => {
    expect(await count()).toMatchObject({
      source: "estimated",
      method: "o200k",
      tokens: 21,
      bounds: [expect.any(Number), expect.any(Number)],
    });
    const asked = posts().length;
    await count();
    expect([asked, posts().length]).toEqual([6, 6]);
  });

  it("has tools in it", async () => {
    const [without, withTool] = [
      await count({ method: "estimate" }),
      await count({ method: "estimate", tools: [weather] }),
    ];
    expect(withTool.tokens).toBeGreaterThan(without.tokens + 20);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ["is down", hangUp()],
    ["fails", json(500, { error: "x" })],
    ["is slow", silent],
  ])("a server that %s is asked again the next time", async (_name, script) => {
    server.on("POST /tokenize", script);
    const counting = modelOf(server, { probeTimeout: 50 }).countTokens(prompt);
    if (script === silent) {
      await server.when(({ requests }) => requests.some(({ path }) => path === "/tokenize"));
      clock.pass(50);
    }
    expect(await counting).toMatchObject({ source: "estimated" });
    server.on("POST /tokenize", json(200, { count: 7 }));
    // What is known of a server is shared.
    expect(await modelOf(server).countTokens(prompt)).toMatchObject({ tokens: 7, source: "server" });
  });

  it("a server that answers nothing is asked for its models and once more, and not six times", async () => {
    server.always(silent);
    const counting = modelOf(server, { probeTimeout: 50 }).countTokens(prompt);
    for (const asked of [1, 2]) {
      await server.received(asked);
      clock.pass(50);
    }
    expect(await counting).toMatchObject({ source: "estimated" });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ["an answer of another kind", json(200, { tokens: [] })],
    ["no number", json(200, { count: "many" })],
    ["a page", text(200, "<html></html>")],
    ["a list", json(200, [1, 2])],
  ])("%s is no count", async (_name, script) => {
    server.on("POST /tokenize", script);
    expect(await count()).toMatchObject({ source: "estimated" });
  });

  it("images are counted by those that can count them, and only by them", async () => {
    const image = [
      new HumanMessage([
        { type: "text", text: "What?" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      ]),
    ];
    server.on("POST /tokenize", json(200, { count: 5 }));
    expect(await modelOf(server).countTokens(image)).toMatchObject({ source: "estimated" });
    server.on("POST /v1/chat/completions/input_tokens", json(200, { input_tokens: 270 }));
    expect(await modelOf(server).countTokens(image)).toMatchObject({ tokens: 270, source: "server" });
  });

  it("an abort ends the asking", async () => {
    await expect(count({ signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    expect(server.requests).toEqual([]);
  });
});

describe("the origin's formula, handed over", () => {
  it("has its exact figures", async () => {
    expect(await modelOf(server).countTokens("who are you", { method: originTokenCount })).toEqual({
      tokens: 7,
      source: "estimated",
      method: "given",
    });
    expect(await originReplyTokenCount("I'm llama2")).toBe(4);
    expect(
      await modelOf(server).countTokens("What is the capital of France?", { method: originTokenCount }),
    ).toMatchObject({
      tokens: 11,
    });
    expect(server.requests).toEqual([]);
  });

  it("is refused by its name, and the message says where it is", async () => {
    const counting = modelOf(server).countTokens("who are you", { method: "origin" as never });
    await expect(counting).rejects.toThrow("`originTokenCount` of `langchain-metered/origin`");
    await expect(modelOf(server).countTokens("x", { method: "best" as never })).rejects.toThrow('"auto", "estimate"');
  });

  it("may be any function of the messages on the wire", async () => {
    const seen: object[] = [];
    const method = (messages: readonly object[]) => seen.push(...messages);
    expect(await modelOf(server).countTokens("who are you", { method })).toMatchObject({ tokens: 1, method: "given" });
    expect(seen).toEqual([{ role: "user", content: "who are you" }]);
  });
});
