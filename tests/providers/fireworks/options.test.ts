import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ChatFireworksInput } from "../../../src/providers/fireworks/options.js";
import { ConfigurationError } from "../../../src/base/errors.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, fireworks, hello, lastBody, WAYS } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(hello);
});

afterEach(() => server.close());

type Fields = Record<string, unknown>;

/** What the API refuses, and refuses before anything is sent: options, the one at fault, words of the message. */
const REFUSED: [options: Fields, option: string, words: string[]][] = [
  [
    { maxTokens: 10, maxCompletionTokens: 10 },
    "maxCompletionTokens",
    ["`maxTokens` and `maxCompletionTokens`", "only one"],
  ],
  [
    { thinking: { type: "disabled" }, reasoningEffort: "low" },
    "reasoningEffort",
    ["`thinking` and `reasoningEffort`", "only one"],
  ],
  [
    { thinking: { type: "disabled" }, modelKwargs: { reasoning_effort: "low" } },
    "reasoningEffort",
    ["`thinking` and `reasoningEffort`"],
  ],
  [{ maxTokens: 1, modelKwargs: { max_completion_tokens: 2 } }, "maxCompletionTokens", ["only one"]],
  [{ stop: ["1", "2", "3", "4", "5"] }, "stop", ["`stop` has 5 texts", "at most 4"]],
  [{ temperature: 2.1 }, "temperature", ["`temperature` is `2.1`", "from 0 to 2"]],
  [{ topP: 1.01 }, "topP", ["`1.01`", "from 0 to 1"]],
  [{ topK: 101 }, "topK", ["`101`", "whole number from 0 to 100"]],
  [{ topK: 1.5 }, "topK", ["`1.5`", "whole number"]],
  [{ minP: -0.1 }, "minP", ["`-0.1`", "from 0 to 1"]],
  [{ typicalP: 2 }, "typicalP", ["`2`", "from 0 to 1"]],
  [{ frequencyPenalty: 3 }, "frequencyPenalty", ["`3`", "from -2 to 2"]],
  [{ presencePenalty: -3 }, "presencePenalty", ["`-3`", "from -2 to 2"]],
  [{ repetitionPenalty: 2.5 }, "repetitionPenalty", ["`2.5`", "from 0 to 2"]],
  [{ maxTokens: 0 }, "maxTokens", ["`0`", "at least 1"]],
  [{ maxCompletionTokens: -5 }, "maxCompletionTokens", ["`-5`", "at least 1"]],
  [{ maxTokens: "100" }, "maxTokens", ['`"100"`', "whole number"]],
  [{ n: 129 }, "n", ["`129`", "from 1 to 128"]],
  [{ topLogprobs: 6 }, "topLogprobs", ["`6`", "from 0 to 5"]],
  [{ logprobs: 6 }, "logprobs", ["`6`", "from 0 to 5"]],
  [{ logprobs: 1.5 }, "logprobs", ["`1.5`", "from 0 to 5"]],
  [{ sessionAffinity: "two\r\nx-forged: 1" }, "sessionAffinity", ["header", "ASCII"]],
  [{ multiTurnSessionId: "Grüße" }, "multiTurnSessionId", ['`"Grüße"`', "ASCII"]],
  [{ promptCacheIsolationKey: "" }, "promptCacheIsolationKey", ['`""`', "header"]],
  [{ modelKwargs: { stream: true } }, "modelKwargs", ["`modelKwargs` sets `stream`", "stream()"]],
  [{ modelKwargs: { messages: [] } }, "modelKwargs", ["`messages`"]],
  [{ modelKwargs: { tools: [] } }, "modelKwargs", ["`tools`", "bindTools()"]],
  [{ modelKwargs: "top_k=1" }, "modelKwargs", ['`"top_k=1"`', "object"]],
];

/** The error with which something fails; throws when it does not. */
async function failure(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was refused.");
}

describe("options that the API refuses never leave", () => {
  it.each(REFUSED)("%j in the constructor", async (fields, option, words) => {
    const error = await failure(() => fireworks(server, fields));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).option).toBe(option);
    for (const word of words) expect((error as Error).message).toContain(word);
  });

  describe.each(WAYS)("$way", ({ isStreamed }) => {
    it.each(REFUSED)("%j in a call", async (options, option, words) => {
      const error = await failure(() => ask(fireworks(server), isStreamed, undefined, options));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as ConfigurationError).option).toBe(option);
      for (const word of words) expect((error as Error).message).toContain(word);
      expect(server.requests).toHaveLength(0);
    });
  });
});

describe("of two options that exclude each other, the call's wins over the constructor's", () => {
  it.each([
    [{ maxTokens: 10 }, { maxCompletionTokens: 20 }, { max_completion_tokens: 20 }],
    [{ maxCompletionTokens: 10 }, { maxTokens: 20 }, { max_tokens: 20 }],
    [{ thinking: { type: "enabled", budget_tokens: 2048 } }, { reasoningEffort: "none" }, { reasoning_effort: "none" }],
    [{ reasoningEffort: "high" }, { thinking: { type: "disabled" } }, { thinking: { type: "disabled" } }],
    [
      { modelKwargs: { reasoning_effort: "high" } },
      { thinking: { type: "disabled" } },
      { thinking: { type: "disabled" } },
    ],
  ])("%j, then %j", async (fields, options, sent) => {
    await ask(fireworks(server, fields as ChatFireworksInput), false, undefined, options as object);
    const { model: _, messages: __, stream: ___, ...params } = lastBody(server);
    expect(params).toEqual(sent);
  });

  it("keeps the constructor's when the call says `undefined` or `null` of the other", async () => {
    const model = fireworks(server, { maxTokens: 10 });
    await ask(model, false, undefined, { maxCompletionTokens: undefined, maxTokens: undefined });
    expect(lastBody(server).max_tokens).toBe(10);
    await ask(model, false, undefined, { maxCompletionTokens: null });
    expect(lastBody(server).max_tokens).toBe(10);
    expect(lastBody(server)).not.toHaveProperty("max_completion_tokens");
  });
});

describe("what a model says of itself", () => {
  it("tells tracers of the limit whichever name it has", () => {
    expect(fireworks(server, { maxTokens: 7 }).getLsParams({}).ls_max_tokens).toBe(7);
    expect(fireworks(server, { maxCompletionTokens: 8 }).getLsParams({}).ls_max_tokens).toBe(8);
    expect(fireworks(server, { maxTokens: 7 }).getLsParams({ maxCompletionTokens: 9 }).ls_max_tokens).toBe(9);
  });

  it.each([
    ["accounts/fireworks/models/kimi-k3", { maxInputTokens: 1_048_576, maxOutputTokens: 131_072, imageInputs: true }],
    ["kimi-k3", { maxInputTokens: 1_048_576 }],
    ["accounts/fireworks/routers/kimi-k3-fast", { maxInputTokens: 1_048_576, imageInputs: true }],
    ["accounts/fireworks/routers/glm-5p2-fast-us", { maxInputTokens: 1_048_576, imageInputs: false }],
  ])("knows the abilities of `%s`", (model, abilities) => {
    expect(fireworks(server, { model }).profile).toMatchObject({ toolCalling: true, ...abilities });
  });

  it.each<[string, readonly string[] | undefined, string | undefined]>([
    ["gpt-oss-20b", ["low", "medium", "high"], "medium"],
    ["deepseek-v4p1-flash", ["none", "low", "medium", "high", "max"], "high"],
    ["accounts/fireworks/routers/glm-5p2-fast-us", ["none", "high", "max"], "max"],
    ["kimi-k3p1-pro", ["low", "high", "max"], undefined],
    ["glm-5p3", undefined, undefined],
    ["somebody-s-own", undefined, undefined],
  ])("knows the levels of reasoning of %s", (model, levels, byDefault) => {
    const { reasoningEffortLevels, reasoningEffortDefault } = fireworks(server, { model }).profile;
    expect([reasoningEffortLevels, reasoningEffortDefault]).toEqual([levels, byDefault]);
  });

  it.each(["accounts/acme/models/kimi-k3", "accounts/fireworks/models/kimi-k3#accounts/acme/deployments/1", "auto"])(
    "claims no window for `%s`, which nobody knows, and believes the user's own",
    (model) => {
      expect(fireworks(server, { model }).profile).toEqual({ toolCalling: true, toolChoice: true });
      expect(fireworks(server, { model, profile: { maxInputTokens: 5 } }).profile.maxInputTokens).toBe(5);
    },
  );

  it("shows no key when it is serialised, and every option that the user set", () => {
    const model = fireworks(server, { reasoningEffort: "low", headers: { "x-secret": "s3cret" }, user: "u" });
    const text = JSON.stringify(model);
    expect(text).not.toContain("fw_not_a_key");
    expect(text).not.toContain("s3cret");
    expect(JSON.parse(text)).toMatchObject({
      id: expect.arrayContaining(["ChatFireworks"]),
      kwargs: { reasoning_effort: "low", user: "u" },
    });
  });
});
