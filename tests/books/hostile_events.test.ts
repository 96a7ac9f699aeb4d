import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { CostCallbackHandler, MemoryLedger, addUsd, definePriceTable, type LedgerEntry } from "../../src/callbacks.js";
import { parseUsd } from "../../src/base/money.js";
import { COUNTED_UNITS, MORE_TOKEN_UNITS } from "../../src/pricing/units.js";

const CLASSES = [
  "ChatOpenAI",
  "AzureChatOpenAI",
  "ChatAnthropic",
  "ChatGoogle",
  "ChatGoogleGenerativeAI",
  "ChatVertexAI",
  "ChatBedrockConverse",
  "ChatMistralAI",
  "ChatGroq",
  "ChatDeepSeek",
  "ChatXAI",
  "ChatOpenRouter",
  "ChatOllama",
  "ChatFireworks",
  "ChatOfNobody",
];
const PROVIDERS = ["openai", "anthropic", "google", "google-genai", "bedrock-converse", "openrouter", "xai", "ollama"];

/** Rates in no order, so that a kind of tokens may be cheaper than what it is a part of. */
const table = definePriceTable([
  {
    model: "m",
    inputUsdPerMillion: "5",
    outputUsdPerMillion: "9",
    ...Object.fromEntries(MORE_TOKEN_UNITS.map((unit, at) => [`${unit}UsdPerMillion`, String(1 + ((at * 7) % 11))])),
    ...Object.fromEntries(COUNTED_UNITS.map((unit) => [`${unit}UsdPerThousand`, "3"])),
  },
]);

const RUNS = 300;

/** Every name that a reader of usage looks for, and those that objects have of themselves. */
const NAMES = [
  ..."__proto__ constructor toString valueOf hasOwnProperty toJSON length".split(" "),
  ..."usage usage_metadata usageMetadata tokenUsage token_usage metadata x_groq cost cost_details is_byok".split(" "),
  ..."input_tokens output_tokens total_tokens prompt_tokens completion_tokens inputTokens outputTokens".split(" "),
  ..."input_token_details output_token_details prompt_tokens_details completion_tokens_details units".split(" "),
  ..."cache_read cache_creation reasoning audio image video cached_tokens reasoning_tokens".split(" "),
  ..."cache_read_input_tokens cache_creation_input_tokens ephemeral_1h_input_tokens server_tool_use".split(" "),
  ..."web_search_requests iterations type promptTokenCount candidatesTokenCount totalTokenCount".split(" "),
  ..."promptTokensDetails cacheTokensDetails modality tokenCount cacheDetails ttl cacheReadInputTokens".split(" "),
  ..."prompt_eval_count eval_count model model_name service_tier serviceTier total_duration load_duration".split(" "),
  ..."cost_in_usd_ticks upstream_inference_cost num_sources_used output tool_usage requests proxy created".split(" "),
  ..."estimatedTokenUsage groundingMetadata webSearchQueries groundingChunks promptTokens".split(" "),
];

const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ maxLength: 4 }));
const leaf = fc.oneof(
  fc.integer({ min: 0, max: 2000 }),
  fc.integer({ min: 0, max: 2000 }),
  fc.constantFrom<unknown>(
    -5,
    0.5,
    1e21,
    2 ** 53,
    "12",
    "many",
    "",
    null,
    true,
    NaN,
    "TEXT",
    "AUDIO",
    "1h",
    "priority",
  ),
);
const { json } = fc.letrec<{ json: unknown; object: object }>((tie) => ({
  json: fc.oneof({ maxDepth: 4, depthSize: "small" }, leaf, tie("object"), fc.array(tie("json"), { maxLength: 3 })),
  // `JSON.parse` makes own properties of names such as `__proto__`.
  object: fc.array(fc.tuple(name, tie("json")), { maxLength: 8 }).map((fields) => Object.fromEntries(fields)),
}));

const usage = fc.oneof(
  json,
  fc.record({ input_tokens: leaf, output_tokens: leaf, total_tokens: leaf, input_token_details: json }),
  fc.record({ prompt_tokens: leaf, completion_tokens: leaf, total_tokens: leaf, cost: leaf }),
);
const metadata = fc.oneof(
  json,
  fc.record({ model_provider: fc.constantFrom(...PROVIDERS), usage }),
  fc.record({ usage, metadata: json, x_groq: json, usage_source: fc.constantFrom("server", "estimated", undefined) }),
);
const generation = fc.record({
  message: fc.oneof(json, fc.record({ usage_metadata: usage, response_metadata: metadata, content: json })),
  generationInfo: json,
});
const events = fc.record({
  className: fc.constantFrom(...CLASSES),
  params: json,
  started: json,
  chunks: fc.array(fc.record({ usage_metadata: usage, response_metadata: metadata }), { maxLength: 3 }),
  custom: fc.array(
    fc.record({
      kind: fc.constantFrom("request", "response", "chunk"),
      data: fc.oneof(json, fc.record({ chunk: json, data: json, headers: json })),
    }),
    { maxLength: 3 },
  ),
  stream: fc.array(fc.oneof(json, fc.record({ event: fc.constant("usage"), usage })), { maxLength: 2 }),
  output: fc.oneof(
    json,
    fc.record({ generations: fc.tuple(fc.array(generation, { minLength: 1, maxLength: 3 })), llmOutput: json }),
  ),
});

type Events = typeof events extends fc.Arbitrary<infer Value> ? Value : never;

/** Raises errors: what a handler throws then fails the call. */
function counted(play: (costs: CostCallbackHandler) => void): { costs: CostCallbackHandler; entry: LedgerEntry } {
  const ledger = new MemoryLedger();
  const costs = new CostCallbackHandler({ table, ledger, raiseError: true });
  play(costs);
  const [entry] = ledger.entries;
  if (entry === undefined) throw new Error(`nothing was counted: ${costs.totals.warnings.join("; ")}`);
  return { costs, entry };
}

function start(costs: CostCallbackHandler, { className, params, started }: Events): void {
  const model = { id: ["langchain", className], kwargs: params };
  costs.handleChatModelStart(model, [[]], "run", undefined, { invocation_params: params }, [], {
    ls_provider: started,
    ls_model_name: "m",
  });
}

function hear(costs: CostCallbackHandler, { className, chunks, custom, stream }: Events): void {
  for (const { kind, data } of custom) costs.handleCustomEvent(`google-${kind}-${className}`, data, "run");
  for (const message of chunks) costs.handleLLMNewToken("", {}, "run", undefined, [], { chunk: { message } });
  for (const event of stream) costs.handleChatModelStreamEvent(event, "run");
}

function expectSound({ costs, entry }: ReturnType<typeof counted>): void {
  const { totals } = costs;
  expect([totals.calls, totals.openCalls]).toEqual([1, 0]);
  const { costUsd, lowUsd, highUsd } = totals;
  if (costUsd === undefined) return;
  expect(parseUsd(lowUsd ?? "")).toBeLessThanOrEqual(parseUsd(costUsd));
  if (highUsd !== undefined) expect(parseUsd(highUsd)).toBeGreaterThanOrEqual(parseUsd(costUsd));
  expect(addUsd(...Object.values(entry.cost.components).map(({ usd }) => usd))).toBe(costUsd);
  expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
}

describe("whatever events say", () => {
  it.each(["handleLLMEnd", "handleLLMError"] as const)(
    "%s: a call is counted once, at a cost that lies within its bounds, and is the sum of its parts",
    (end) => {
      fc.assert(
        fc.property(events, (told) => {
          const ended = counted((costs) => {
            start(costs, told);
            hear(costs, told);
            // A handler writes on what it is given.
            costs[end](structuredClone(told.output), "run");
          });
          expectSound(ended);
        }),
        { numRuns: RUNS },
      );
    },
  );
});

/** Fails on whatever is read of it. */
const broken: object = new Proxy(
  {},
  {
    get() {
      throw new Error("broken");
    },
    has() {
      throw new Error("broken");
    },
    ownKeys() {
      throw new Error("broken");
    },
  },
);

const END = { usage_metadata: broken, response_metadata: { usage: broken } };

describe("what cannot be read", () => {
  it.each<[string, (costs: CostCallbackHandler) => void]>([
    [
      "a start",
      (costs) => costs.handleChatModelStart(broken, [[]], "run", undefined, broken as never, [], broken as never),
    ],
    ["an answer", (costs) => costs.handleLLMEnd(broken, "run")],
    ["a message", (costs) => costs.handleLLMEnd({ generations: [[{ message: END }]] }, "run")],
    ["an error", (costs) => costs.handleLLMError(broken, "run")],
    ["a chunk", (costs) => costs.handleLLMNewToken("", {}, "run", undefined, [], { chunk: { message: END } })],
    ["an event", (costs) => costs.handleCustomEvent("google-chunk-ChatGoogle", broken, "run")],
    ["a stream's event", (costs) => costs.handleChatModelStreamEvent(broken, "run")],
  ])("%s: is counted all the same, at no cost that anybody knows", (_, play) => {
    const { costs } = counted((handler) => {
      handler.handleChatModelStart({ id: ["ChatGoogle"] }, [[]], "run");
      play(handler);
      handler.handleLLMEnd({ generations: [[]] }, "run");
    });
    expect(costs.totals).toMatchObject({ calls: 1, openCalls: 0, unpricedCalls: 1, costUsd: undefined });
    expect(costs.totals.warnings.length).toBeGreaterThan(0);
  });
});
