import { describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { load } from "@langchain/core/load";
import { RunnableLambda } from "@langchain/core/runnables";
import { DynamicStructuredTool, tool } from "@langchain/core/tools";
import { z } from "zod";
import { z as z3 } from "zod/v3";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { ChatOllamaLite } from "../../src/providers/ollama/chat.js";
import { ChatOpenLLM } from "../../src/providers/openllm/chat.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const url = "http://127.0.0.1:1";
const settings = { temperature: 0.5, maxTokens: 9, apiKey: "k", baseURL: "http://127.0.0.1:1/v1" };

describe("both forms of the constructors", () => {
  const pairs: [string, () => MeteredChatModel, () => MeteredChatModel][] = [
    ["ChatFireworks", () => new ChatFireworks("m", settings), () => new ChatFireworks({ model: "m", ...settings })],
    ["ChatOpenLLM", () => new ChatOpenLLM("m", settings), () => new ChatOpenLLM({ model: "m", ...settings })],
    ["ChatOllamaLite", () => new ChatOllamaLite("m", settings), () => new ChatOllamaLite({ model: "m", ...settings })],
  ];

  it.each(pairs)("%s", (_, first, second) => {
    const [a, b] = [first(), second()];
    expect(a.model).toBe(b.model);
    expect(a._identifyingParams()).toEqual(b._identifyingParams());
    expect(a.toJSON()).toEqual(b.toJSON());
    expect(a.apiKey).toBe("k");
  });
});

describe.each(subjects)("$name: who a model is", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(url, fields);

  it("tells LangSmith the six things that its own models tell", () => {
    const params = create({ temperature: 0.5, maxTokens: 9, stopSequences: ["END"] }).getLsParams({});
    expect(params).toEqual({
      ls_provider: subject.provider,
      ls_model_name: "test-model",
      ls_model_type: "chat",
      ls_temperature: 0.5,
      ls_max_tokens: 9,
      ls_stop: ["END"],
    });
    expect(Object.keys(create().getLsParams({})).sort()).toEqual(Object.keys(params).sort());
    expect(
      create({ maxTokens: 9, temperature: 0 }).getLsParams({ maxTokens: 3, temperature: 1, stop: ["X"] }),
    ).toMatchObject({
      ls_max_tokens: 3,
      ls_temperature: 1,
      ls_stop: ["X"],
    });
  });

  it("is named alike everywhere", () => {
    const model = create();
    expect(model._llmType()).toBe(subject.provider);
    expect(model._modelType()).toBe("base_chat_model");
    expect(model.getName()).toBe(subject.name);
    expect(model.lc_id).toEqual(["langchain", "chat_models", subject.provider, subject.name]);
    expect(model.metadata).toMatchObject({ metered: { requested_model: "test-model", private_host: true } });
  });

  it("serialises an allow-list", () => {
    const fields = {
      temperature: 0.5,
      apiKey: "k",
      metadata: { a: 1 },
      tags: ["t"],
      headers: { "x-a": "b" },
      fetch: () => Promise.reject(new Error()),
    };
    const { kwargs, type } = JSON.parse(JSON.stringify(create(fields))) as {
      kwargs: Record<string, unknown>;
      type: string;
    };
    expect(type).toBe("constructor");
    expect(Object.keys(kwargs).sort()).toEqual(["api_key", "base_url", "max_retries", "model", "temperature"]);
    expect(kwargs.api_key).toEqual({ lc: 1, type: "secret", id: [subject.keyVariable] });
  });

  it("serialises an option that is undefined as one that was left out", () => {
    const undefinedOnes = { streaming: undefined, profile: undefined, outputVersion: undefined, stop: undefined };
    expect(create(undefinedOnes).toJSON()).toEqual(create().toJSON());
  });

  it("comes back from its serialised form", async () => {
    const text = JSON.stringify(create({ temperature: 0.5, maxTokens: 9, stop: ["END"], apiKey: "k" }));
    const importMap = { [`chat_models__${subject.provider}`]: { [subject.name]: create().constructor } };
    const model = await load<MeteredChatModel>(text, { secretsMap: { [subject.keyVariable]: "k2" }, importMap });
    expect(model).toBeInstanceOf(create().constructor);
    expect(model._identifyingParams()).toEqual(
      create({ temperature: 0.5, maxTokens: 9, stop: ["END"] })._identifyingParams(),
    );
    expect(model.apiKey).toBe("k2");
  });

  it("has a profile that a user can set", () => {
    const profile = { maxInputTokens: 8_192, toolCalling: true, structuredOutput: false };
    expect(create({ profile }).profile).toMatchObject(profile);
    expect(typeof create().profile).toBe("object");
  });

  it("lists the options that calls take", () => {
    expect(create().callKeys).toEqual(
      expect.arrayContaining([
        "stop",
        "signal",
        "timeout",
        "tool_choice",
        "outputVersion",
        "tools",
        "response_format",
        "headers",
      ]),
    );
    expect(new Set(create().callKeys).size).toBe(create().callKeys.length);
  });

  it.each<[string, MeteredChatModelInput, MeteredChatModelInput]>([
    ["models", { model: "a" }, { model: "b" }],
    ["servers", { baseURL: "http://127.0.0.1:1/v1" }, { baseURL: "http://127.0.0.1:2/v1" }],
    ["temperatures", { temperature: 0 }, { temperature: 1 }],
    ["limits", { maxTokens: 1 }, { maxTokens: 2 }],
    ["stops", { stop: ["a"] }, { stopSequences: ["b"] }],
    ["seeds", { seed: 1 }, {}],
  ])("keeps the cached answers of different %s apart", (_, one, two) => {
    const key = (fields: MeteredChatModelInput) => create(fields)._getSerializedCacheKeyParametersForCall({});
    expect(key(one)).not.toBe(key(two));
    expect(key(one)).toBe(key({ ...one, headers: { "x-a": "b" }, maxRetries: 5, timeout: 7 }));
  });

  it("asks again for another model or tool, and not for the same", async () => {
    wire.server.always(subject.scripts.whole());
    const cache = new InMemoryCache();
    const ask = (fields: MeteredChatModelInput, options = {}) =>
      subject.create(wire.server.url, { cache, ...fields }).invoke("Hi.", options);
    for (const [fields, requests] of [
      [{}, 1],
      [{}, 1],
      [{ model: "other" }, 2],
      [{ temperature: 0.1 }, 3],
      [{}, 3],
    ] as const) {
      await ask(fields);
      expect(wire.server.requests).toHaveLength(requests);
    }
    await ask(
      {},
      { tools: [{ type: "function", function: { name: "look", parameters: { type: "object", properties: {} } } }] },
    );
    expect(wire.server.requests).toHaveLength(4);
    await ask({}, { signal: new AbortController().signal, headers: { "x-a": "b" } });
    expect(wire.server.requests).toHaveLength(4);
  });
});

describe.each(subjects)("$name: tools in every form", (subject) => {
  const parameters = {
    type: "object",
    properties: { city: { type: "string", description: "Where." } },
    required: ["city"],
  };
  const described = (kind: { string(): { describe(text: string): never }; object(shape: object): never }) =>
    kind.object({ city: kind.string().describe("Where.") });
  const fields = { name: "weather", description: "Says it." };
  const run = () => "Rain.";

  it.each<[string, unknown]>([
    ["OpenAI's", { type: "function", function: { ...fields, parameters } }],
    ["Anthropic's", { ...fields, input_schema: parameters }],
    ["MCP's", { ...fields, inputSchema: parameters }],
    ["LangChain's, zod 4", tool(run, { ...fields, schema: described(z as never) })],
    ["LangChain's, zod 3", tool(run, { ...fields, schema: described(z3 as never) })],
    [
      "LangChain's, JSON schema",
      new DynamicStructuredTool({ ...fields, schema: parameters as never, func: () => Promise.resolve("Rain.") }),
    ],
    ["a plain object with a zod schema", { ...fields, schema: described(z as never) }],
    ["a runnable", RunnableLambda.from(run).asTool({ ...fields, schema: described(z as never) })],
  ])("%s", async (_, weather) => {
    wire.server.reply(subject.scripts.whole());
    await subject
      .create(wire.server.url)
      .bindTools([weather as never])
      .invoke("Hi.");
    expect(wire.server.requests[0]?.json).toMatchObject({
      tools: [{ type: "function", function: { ...fields, parameters } }],
    });
  });

  it.each<[unknown, unknown]>([
    ["auto", "auto"],
    ["any", "required"],
    ["required", "required"],
    ["none", "none"],
  ])("the choice `%s`", async (choice, expected) => {
    wire.server.reply(subject.scripts.whole({ calls: [{ id: "call_1", name: "weather", args: { city: "x" } }] }));
    const bound = subject
      .create(wire.server.url)
      .bindTools([{ ...fields, input_schema: parameters } as never], { tool_choice: choice as string });
    await bound.invoke("Hi.");
    const { tools, tool_choice } = (await wire.server.received()).json as { tools?: unknown[]; tool_choice?: unknown };
    // Ollama has no such field: what it can be told, it is told by the tools that it gets.
    if (subject.provider === "ollama")
      expect([tools?.length ?? 0, tool_choice]).toEqual([
        choice === "none" || expected === "required" ? expect.any(Number) : 1,
        undefined,
      ]);
    else if (choice !== "none" || tool_choice !== undefined)
      expect([tools?.length, tool_choice]).toEqual([1, expected]);
  });
});
