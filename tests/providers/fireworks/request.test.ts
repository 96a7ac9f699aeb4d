import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ChatFireworksInput, FireworksOptions } from "../../../src/providers/fireworks/options.js";
import type { SamplingOptions } from "../../../src/models/options.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { thrownBy } from "../../contract/helpful.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, fireworks, hello, KEY, lastBody, MODEL, WAYS } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(hello);
});

afterEach(() => server.close());

type Option = keyof FireworksOptions | keyof SamplingOptions;

/** Every parameter of the API with a name of its own: option, value, field, and the value there where it is another. */
const PARAMETERS: [option: Option, value: unknown, field: string][] = [
  ["temperature", 0.7, "temperature"],
  ["topP", 0.9, "top_p"],
  ["topK", 40, "top_k"],
  ["minP", 0.05, "min_p"],
  ["typicalP", 0.95, "typical_p"],
  ["frequencyPenalty", -1.5, "frequency_penalty"],
  ["presencePenalty", 2, "presence_penalty"],
  ["repetitionPenalty", 1.1, "repetition_penalty"],
  ["mirostatTarget", 1.5, "mirostat_target"],
  ["mirostatLr", 0.1, "mirostat_lr"],
  ["seed", 42, "seed"],
  ["maxTokens", 256, "max_tokens"],
  ["maxCompletionTokens", 256, "max_completion_tokens"],
  ["contextLengthExceededBehavior", "error", "context_length_exceeded_behavior"],
  ["promptTruncateLen", 1500, "prompt_truncate_len"],
  ["logitBias", { "1639": 6 }, "logit_bias"],
  ["logprobs", true, "logprobs"],
  ["logprobs", false, "logprobs"],
  ["logprobs", 3, "logprobs"],
  ["logprobs", 0, "logprobs"],
  ["echo", true, "echo"],
  ["echoLast", 5, "echo_last"],
  ["ignoreEos", true, "ignore_eos"],
  ["rawOutput", true, "raw_output"],
  ["returnTokenIds", true, "return_token_ids"],
  ["safeTokenization", true, "safe_tokenization"],
  ["perfMetricsInResponse", true, "perf_metrics_in_response"],
  ["speculation", "def main():", "speculation"],
  ["speculation", [1, 2, 3], "speculation"],
  ["prediction", { type: "content", content: "def main():" }, "prediction"],
  ["requestMetadata", { team: "tides" }, "metadata"],
  ["user", "user-1", "user"],
  ["promptCacheKey", "thread-1", "prompt_cache_key"],
  ["promptCacheIsolationKey", "tenant-1", "prompt_cache_isolation_key"],
  ["reasoningEffort", "high", "reasoning_effort"],
  ["reasoningEffort", "none", "reasoning_effort"],
  ["reasoningEffort", "xhigh", "reasoning_effort"],
  ["reasoningEffort", 2048, "reasoning_effort"],
  ["reasoningEffort", false, "reasoning_effort"],
  ["reasoningHistory", "preserved", "reasoning_history"],
  ["thinking", { type: "enabled", budget_tokens: 2048 }, "thinking"],
  ["thinking", { type: "adaptive" }, "thinking"],
  ["serviceTier", "priority", "service_tier"],
  ["samplingMask", { top: 1 }, "sampling_mask"],
  ["responseFormat", { type: "json_object" }, "response_format"],
  ["responseFormat", { type: "json_object", schema: { type: "object" } }, "response_format"],
  [
    "responseFormat",
    { type: "json_schema", json_schema: { name: "city", schema: { type: "object" } } },
    "response_format",
  ],
  ["responseFormat", { type: "grammar", grammar: 'root ::= "yes" | "no"' }, "response_format"],
];

/** What every request has beside its parameters. */
const rest = (isStreamed: boolean) => ({
  model: MODEL,
  messages: [{ role: "user", content: "Say hello." }],
  stream: isStreamed,
  ...(isStreamed ? { stream_options: { include_usage: true } } : {}),
});

describe.each(WAYS)("a request, $way", ({ isStreamed }) => {
  it("has only what the user set: no default temperature, limit, n or stop", async () => {
    await ask(fireworks(server), isStreamed);
    expect(lastBody(server)).toEqual(rest(isStreamed));
  });

  it.each(PARAMETERS)("carries the constructor's `%s` %j as `%s`", async (option, value, field) => {
    await ask(fireworks(server, { [option]: value }), isStreamed);
    expect(lastBody(server)).toEqual({ ...rest(isStreamed), [field]: value });
  });

  it.each(PARAMETERS)("carries the call's `%s` %j as `%s`", async (option, value, field) => {
    await ask(fireworks(server), isStreamed, undefined, { [option]: value });
    expect(lastBody(server)).toEqual({ ...rest(isStreamed), [field]: value });
  });

  it("sends a temperature of 0 and a seed of 0: values, not gaps", async () => {
    await ask(fireworks(server, { temperature: 0, seed: 0 }), isStreamed);
    expect(lastBody(server)).toMatchObject({ temperature: 0, seed: 0 });
  });

  it("lets the call's option win over the constructor's, and `null` take it back", async () => {
    const model = fireworks(server, { temperature: 0.5, topP: 0.5, responseFormat: { type: "json_object" } });
    await ask(model, isStreamed, undefined, { temperature: 1, topP: null, response_format: { type: "text" } });
    expect(lastBody(server)).toEqual({ ...rest(isStreamed), temperature: 1, response_format: { type: "text" } });
  });

  it.each([
    [{ stop: ["END", "\n\n"] }, {}, ["END", "\n\n"]],
    [{ stopSequences: ["END"] }, {}, ["END"]],
    [{}, { stop: ["a", "b", "c", "d"] }, ["a", "b", "c", "d"]],
    [{ stop: ["END"] }, { stop: ["OTHER"] }, ["OTHER"]],
    [{}, { stop: "one text" as never }, "one text"],
    [{ stop: ["END"] }, { stop: null as never }, undefined],
    [{ stopSequences: ["END"] }, { stop: [] }, undefined],
  ])("carries stop texts: constructor %j, call %j", async (fields, options, stop) => {
    await ask(fireworks(server, fields), isStreamed, undefined, options);
    expect(lastBody(server)).toEqual({ ...rest(isStreamed), stop });
  });

  it("asks for log probabilities when it is told how many alternatives", async () => {
    await ask(fireworks(server, { topLogprobs: 5 }), isStreamed);
    expect(lastBody(server)).toEqual({ ...rest(isStreamed), logprobs: true, top_logprobs: 5 });
  });

  it.each([{ best_of: 2 }, { frequency: 1 }, { useResponsesApi: true }, { min_tokens: 3 }])(
    "refuses %j by name: an option of another library that the API would refuse",
    async (foreign) => {
      const refused = { name: "ConfigurationError", option: Object.keys(foreign)[0] };
      expect(thrownBy(() => fireworks(server, foreign as object))).toMatchObject(refused);
      await expect(ask(fireworks(server), isStreamed, undefined, foreign as object)).rejects.toMatchObject(refused);
      expect(server.requests).toEqual([]);
    },
  );

  it("sends nothing of what LangChain and LangGraph put into a call's config", async () => {
    const config = { configurable: { thread_id: "1" }, store: {}, streamMode: ["values"], writer: () => undefined };
    await ask(fireworks(server), isStreamed, undefined, config);
    expect(lastBody(server)).toEqual(rest(isStreamed));
  });

  it("sends fields of `modelKwargs`, for what has no option here; an option of the same field wins", async () => {
    const model = fireworks(server, { modelKwargs: { top_k: 10, brand_new: 1, older: true } });
    await ask(model, isStreamed, undefined, { topK: 20, modelKwargs: { brand_new: 2 } });
    expect(lastBody(server)).toEqual({ ...rest(isStreamed), top_k: 20, brand_new: 2, older: true });
  });

  it("goes to `/chat/completions` under the base URL with the key as a bearer token and no other credential", async () => {
    await ask(fireworks(server), isStreamed);
    const [request] = server.requests;
    expect(request?.method).toBe("POST");
    expect(request?.path).toBe("/inference/v1/chat/completions");
    const { host: _, "content-length": __, ...headers } = request?.headers ?? {};
    expect(headers).toEqual({
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
      accept: isStreamed ? "text/event-stream" : "application/json",
      connection: "keep-alive",
      "accept-encoding": "gzip, deflate",
      "accept-language": "*",
      "sec-fetch-mode": "cors",
      "user-agent": "node",
    });
  });

  it.each([
    ["sessionAffinity", "x-session-affinity"],
    ["multiTurnSessionId", "x-multi-turn-session-id"],
    ["promptCacheIsolationKey", "x-prompt-cache-isolation-key"],
  ] as const)("carries `%s` as the header `%s`, per model and per call", async (option, header) => {
    const model = fireworks(server, { [option]: "of-the-model" });
    await ask(model, isStreamed);
    await ask(model, isStreamed, undefined, { [option]: "of-the-call" });
    await ask(model, isStreamed, undefined, { headers: { [header]: "by-hand" } });
    expect(server.requests.map(({ headers }) => headers[header])).toEqual(["of-the-model", "of-the-call", "by-hand"]);
  });
});

it("asks for no usage in streams when it is told so, by the constructor or the call", async () => {
  await ask(fireworks(server, { streamUsage: false }), true);
  expect(lastBody(server)).toEqual({ model: MODEL, messages: [{ role: "user", content: "Say hello." }], stream: true });
  await ask(fireworks(server), true, undefined, { streamUsage: false });
  expect(lastBody(server)).not.toHaveProperty("stream_options");
  await ask(fireworks(server, { streamUsage: false }), true, undefined, { streamUsage: true });
  expect(lastBody(server).stream_options).toEqual({ include_usage: true });
});

it("asks for several answers at once, but for one when it streams", async () => {
  const model = fireworks(server, { n: 3 });
  await ask(model, false);
  expect(lastBody(server).n).toBe(3);
  await ask(model, true);
  expect(lastBody(server).n ?? 1).toBe(1);
});

it.each<[ChatFireworksInput, object, number]>([
  [{ n: 3 }, {}, 3],
  [{ modelKwargs: { n: 3 } }, {}, 3],
  [{ modelKwargs: { n: 3 } }, { n: 2 }, 2],
  [{ n: 3 }, { n: null }, 1],
])("counts on as many answers as it asks for: constructor %j, call %j", async (fields, options, n) => {
  const asked: number[] = [];
  const gate = new RecordingHandler();
  const admit = (call: { n: number }) => {
    asked.push(call.n);
    return Promise.resolve({});
  };
  const model = fireworks(server, { ...fields, callbacks: [Object.assign(gate, { admit })] });
  await model.invoke("Hi.", options);
  expect(lastBody(server).n ?? 1).toBe(n);
  expect(asked).toEqual([n]);
});

it("lets a header of the user's take the place of one of ours, whatever its capitals", async () => {
  await fireworks(server, { headers: { Authorization: "Bearer gateway" } }).invoke("Hi.", {
    headers: { ACCEPT: "*/*" },
  });
  expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer gateway", accept: "*/*" });
});

it("sends nothing with a header that HTTP cannot carry, and books nothing", async () => {
  const model = fireworks(server, { headers: { "x-team": "tides\n" } });
  await expect(model.invoke("Hi.")).rejects.toThrow("`x-team`");
  expect(server.requests).toHaveLength(0);
  expect(model.costs.totals).toMatchObject({ inputTokens: 0, estimatedCalls: 0 });
});
