import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { failure, modelOf, saying } from "../../support/completions.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { sentBodies } from "../../support/sent_bodies.js";

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer(saying("Hello"));
});

beforeEach(() => {
  server.always(saying("Hello"));
});

afterAll(() => server.close());

const bodyFor = sentBodies(() => server);

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

  it("any other by `extraBody`, the call's on top of the constructor's", async () => {
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

  it("of the constructor is less than what a call says by an option's name", async () => {
    const extraBody = { top_k: 7, temperature: 0.1, repeat_penalty: 1, stop: ["x"], ttl: 5, seed: 3 };
    const options = { topK: 9, temperature: 0, repetitionPenalty: 1.2, stop: ["y"], extraBody: { seed: 4 }, seed: 5 };
    expect(await bodyFor({ extraBody }, options)).toMatchObject({
      top_k: 9,
      temperature: 0,
      repetition_penalty: 1.2,
      repeat_penalty: 1.2,
      stop: ["y"],
      ttl: 5,
      seed: 4,
    });
    expect(await bodyFor({ extraBody }, { topK: undefined })).toMatchObject({ top_k: 7, temperature: 0.1 });
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
    "a call's %p is refused as the constructor's is",
    async (options) => {
      expect(await failure(bodyFor({}, options))).toMatchObject({ name: "ConfigurationError" });
    },
  );
});
