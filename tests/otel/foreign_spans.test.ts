import { describe, expect, it } from "@jest/globals";
import { diag, DiagLogLevel } from "@opentelemetry/api";
import type { SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { CostSpanProcessor, type CostSpanProcessorInput } from "../../src/otel/cost_span_processor.js";
import { costsOf, traced } from "./traced.js";

/** A dollar for a million tokens in, ten cents for cached ones, two dollars for written ones, four dollars for tokens out. */
const table = definePriceTable([
  {
    provider: "openai",
    model: "gpt",
    inputUsdPerMillion: "1",
    cachedInputUsdPerMillion: "0.1",
    outputUsdPerMillion: "4",
  },
  { provider: "groq", model: "flat", inputUsdPerMillion: "1", outputUsdPerMillion: "4" },
  {
    provider: "anthropic",
    model: "claude",
    inputUsdPerMillion: "1",
    cachedInputUsdPerMillion: "0.1",
    cacheWriteUsdPerMillion: "2",
    outputUsdPerMillion: "4",
  },
]);

/** The costs on a span with these attributes. */
async function costsWith(attributes: object, input: CostSpanProcessorInput = { table }): Promise<object> {
  const { provider, spans } = traced(input);
  provider
    .getTracer("test")
    .startSpan("chat", { attributes: { ...attributes } })
    .end();
  return costsOf((await spans())[0]);
}

const total = (usd: number) => expect.objectContaining({ "llm.cost.total": usd });
const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt" };
const counts = { "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 500 };
const openai = { ...chat, "gen_ai.provider.name": "openai", ...counts };
const cached = { "gen_ai.usage.cache_read.input_tokens": 400 };
const llm = {
  "openinference.span.kind": "LLM",
  "llm.model_name": "gpt",
  "llm.token_count.prompt": 1000,
  "llm.token_count.completion": 500,
};
const ofLangChain = (ls_provider: string, more = {}) => ({ metadata: JSON.stringify({ ls_provider, ...more }) });
const generation = (usage: object) => ({
  "langfuse.observation.type": "generation",
  "langfuse.observation.model.name": "claude",
  "langfuse.observation.usage_details": JSON.stringify(usage),
  "langfuse.observation.metadata.ls_provider": "anthropic",
});

const PRICED: readonly [name: string, attributes: object, usd: number][] = [
  ["current names", { ...openai, ...cached }, 0.00264],
  ["no cached tokens, and says so", { ...openai, "gen_ai.usage.cache_read.input_tokens": 0 }, 0.003],
  [
    "the names of before",
    {
      "gen_ai.system": "openai",
      "gen_ai.response.model": "gpt",
      "gen_ai.usage.prompt_tokens": 1000,
      "gen_ai.usage.completion_tokens": 500,
      "gen_ai.usage.cache_read_input_tokens": 400,
    },
    0.00264,
  ],
  [
    "the name of an interface behind the provider's",
    { ...openai, ...cached, "gen_ai.provider.name": "openai.chat" },
    0.00264,
  ],
  [
    "the same price with a cache and without",
    { ...openai, "gen_ai.provider.name": "groq", "gen_ai.request.model": "flat" },
    0.003,
  ],
  ["a server of the user's own", { ...openai, "gen_ai.request.model": "llama", "server.address": "127.0.0.1" }, 0],
  ["a host of somebody else's", { ...openai, "gen_ai.request.model": "flat", "server.address": "api.groq.com" }, 0.003],
  [
    "OpenInference's names",
    { ...llm, "llm.provider": "openai", "llm.token_count.prompt_details.cache_read": 400 },
    0.00264,
  ],
  ["a run of LangChain, without cached tokens", { ...llm, ...ofLangChain("openai") }, 0.003],
  [
    "a generation of LangChain in Langfuse",
    generation({
      input: 300,
      input_cache_read: 400,
      input_cache_creation: 300,
      output: 300,
      output_reasoning: 200,
      total: 1500,
    }),
    0.00294,
  ],
];

const LEFT_ALONE: readonly [name: string, attributes: object][] = [
  ["of a provider that has a cache, which it does not speak of", openai],
  ["of nobody knows whom", { ...openai, ...cached, "gen_ai.provider.name": "langchain" }],
  ["without a provider", { ...chat, ...counts, ...cached }],
  ["without output", { ...openai, ...cached, "gen_ai.usage.output_tokens": undefined }],
  ["that counted nothing", { ...openai, "gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0 }],
  ["with more cached tokens than tokens", { ...openai, "gen_ai.usage.cache_read.input_tokens": 1001 }],
  [
    "of an agent, whose calls have spans of their own",
    { ...openai, ...cached, "gen_ai.operation.name": "invoke_agent" },
  ],
  ["of a chain", { ...llm, ...ofLangChain("openai"), "openinference.span.kind": "CHAIN" }],
  ["of an instrumentation that says nothing of caches", { ...llm, "llm.provider": "openai" }],
  [
    "of LangChain, where writing to the cache has a price",
    { ...llm, ...ofLangChain("anthropic"), "llm.model_name": "claude" },
  ],
  ["of this package, without an entry", { ...llm, ...ofLangChain("openai", { metered_run_id: "forgotten" }) }],
  ["whose metadata is no JSON", { ...llm, metadata: "{" }],
  [
    "of a generation of somebody's own",
    { ...generation({ input: 1, output: 1, total: 2 }), "langfuse.observation.metadata.ls_provider": undefined },
  ],
  [
    "of a generation whose parts are not of its whole",
    generation({ input: 0, input_cache_read: 400, output: 500, total: 510 }),
  ],
  ["of something else", { "http.request.method": "GET" }],
];

describe("a span of another instrumentation", () => {
  it.each(PRICED)("is priced: %s", async (_, attributes, usd) =>
    expect(await costsWith(attributes)).toEqual(total(usd)),
  );

  it.each(LEFT_ALONE)("is left alone: one %s", async (_, attributes) => {
    const { "llm.provider": _provider, ...found } = (await costsWith(attributes)) as Record<string, unknown>;
    expect(found).toEqual({});
  });

  it("keeps the provider that it names", async () => {
    const span = { ...llm, ...ofLangChain("openai"), "llm.provider": "azure" };
    expect(await costsWith(span)).toMatchObject({ "llm.provider": "azure", "llm.cost.total": 0.003 });
  });

  it("says why it has no price, and nothing of dollars", async () => {
    expect(await costsWith({ ...openai, ...cached, "gen_ai.request.model": "stranger" })).toEqual({
      "llm.provider": "openai",
      "langchain_metered.cost_status": "unpriced",
      "langchain_metered.unpriced_reason": expect.any(String),
    });
  });

  it.each([
    "llm.cost.total",
    "gen_ai.usage.cost",
    "mlflow.llm.cost",
    "langfuse.observation.cost_details",
    "gen_ai.cost.total_tokens",
  ])("keeps the cost that somebody else wrote as %s, and gets no other beside it", async (name) => {
    const costs = await costsWith({ ...openai, ...cached, [name]: 7 });
    expect(costs).toEqual({ "llm.provider": "openai", [name]: 7 });
  });

  it("has draft names where they are asked for", async () => {
    expect(
      await costsWith(
        { ...openai, ...cached, "gen_ai.usage.reasoning.output_tokens": 200 },
        { table, draftNames: true },
      ),
    ).toMatchObject({
      "gen_ai.usage.cost": 0.00264,
      "gen_ai.usage.cost.amount": 0.00264,
      "gen_ai.usage.cost.currency": "USD",
      "gen_ai.usage.cost.source": "local",
      "gen_ai.cost.input_tokens": 0.00064,
      "gen_ai.cost.output_tokens": 0.002,
      "gen_ai.cost.total_tokens": 0.00264,
      "gen_ai.cost.cache_read.input_tokens": 0.00004,
      "gen_ai.cost.reasoning.output_tokens": 0.0008,
    });
    expect(
      Object.keys(await costsWith({ ...openai, ...cached })).filter((name) =>
        /^gen_ai\.(?:cost|usage\.cost\.)/.test(name),
      ),
    ).toEqual([]);
  });

  it("believes facts of this package on it only where its user vouches for them", async () => {
    const span = { ...llm, ...ofLangChain("openai", { metered: { requested_model: "gpt", pricing: "free" } }) };
    expect(await costsWith(span)).toEqual({});
    expect(await costsWith(span, { trustServerPrices: true })).toEqual(total(0));
  });

  it("warns of an old price", async () => {
    const old = definePriceTable([
      { provider: "groq", model: "flat", inputUsdPerMillion: "1", outputUsdPerMillion: "4", checkedOn: "2020-01-01" },
    ]);
    const span = { ...openai, "gen_ai.provider.name": "groq", "gen_ai.request.model": "flat" };
    const { "langchain_metered.cost_warnings": warnings } = (await costsWith(span, {
      table: old,
      maxPriceAgeDays: 30,
    })) as Record<string, unknown>;
    expect(warnings).toEqual([
      expect.stringMatching(/^the price was last checked \d+ days before the call, more than 30$/),
    ]);
  });
});

describe("the processor", () => {
  it("writes onto spans that have all the attributes that they may have", async () => {
    const full = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`filler.${index}`, index]));
    expect(await costsWith({ ...openai, ...cached, ...full })).toEqual(total(0.00264));
  });

  it("writes where it is told of ends alone, as by older SDKs and by processors around it", async () => {
    const onlyEnds = (own: SpanProcessor): SpanProcessor => ({
      onStart: (span, context) => own.onStart(span, context),
      onEnd: (span) => own.onEnd(span),
      forceFlush: () => own.forceFlush(),
      shutdown: () => own.shutdown(),
    });
    const { provider, spans } = traced({ table }, onlyEnds);
    provider
      .getTracer("test")
      .startSpan("chat", { attributes: { ...openai, ...cached } })
      .end();
    expect(costsOf((await spans())[0])).toEqual(total(0.00264));
  });

  it("says once, in OpenTelemetry's own log, that a span cannot be written on", () => {
    const warnings: string[] = [];
    const ignore = () => undefined;
    diag.setLogger(
      { warn: (message) => void warnings.push(message), error: ignore, info: ignore, debug: ignore, verbose: ignore },
      DiagLogLevel.WARN,
    );
    const processor = new CostSpanProcessor({ table });
    const frozen = () => ({ attributes: Object.freeze({ ...openai, ...cached }), startTime: [1_790_000_000, 0] });
    processor.onEnd(frozen());
    processor.onEnd(frozen());
    diag.disable();
    expect(warnings).toEqual([expect.stringContaining("`CostSpanProcessor` cannot write onto spans of this SDK")]);
  });

  it("never throws at an end", () => {
    const hostile = {
      get attributes(): Record<string, unknown> {
        throw new Error("no attributes");
      },
      startTime: [],
    };
    expect(() => new CostSpanProcessor().onEnding(hostile)).not.toThrow();
  });

  it("refuses options that it does not have, and values that cannot be", () => {
    expect(() => new CostSpanProcessor({ tables: 1 } as object)).toThrow(
      "`CostSpanProcessor` has no option `tables`. Write `table`.",
    );
    expect(() => new CostSpanProcessor({ draftNames: "yes" } as object)).toThrow(
      '`draftNames` is `"yes"`. Use true or false.',
    );
  });
});
