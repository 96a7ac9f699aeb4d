import { describe, expect, it } from "@jest/globals";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { OtelLedger } from "../../src/otel/otel_ledger.js";
import { useWireServer } from "../support/use_server.js";
import { cases, subjects } from "./metered_calls.js";
import { ReadMetrics } from "./metrics_reader.js";

const server = useWireServer();
for (const path of ["/v1/models", "/models"])
  server.on(`GET ${path}`, { status: 404, headers: {}, before: [], steps: [], after: [] });

/** Short names of what is compared. */
const NAMES = {
  input: "gen_ai.client.inference.usage.input_tokens",
  output: "gen_ai.client.inference.usage.output_tokens",
  cached: "gen_ai.client.inference.usage.cache_read.input_tokens",
  reasoning: "gen_ai.client.inference.usage.reasoning.output_tokens",
  estimatedInput: "langchain_metered.client.estimated.input_tokens",
  estimatedOutput: "langchain_metered.client.estimated.output_tokens",
  estimatedCached: "langchain_metered.client.estimated.cache_read.input_tokens",
  estimatedReasoning: "langchain_metered.client.estimated.reasoning.output_tokens",
  perCall: "gen_ai.client.inference.operation.input_tokens",
  duration: "gen_ai.client.inference.duration",
  firstChunk: "gen_ai.client.inference.time_to_first_chunk",
  usd: "langchain_metered.client.cost",
  unpriced: "langchain_metered.client.unpriced",
  denied: "langchain_metered.client.denied",
  open: "langchain_metered.client.open",
};

async function shortSums(metrics: ReadMetrics): Promise<Record<keyof typeof NAMES, number>> {
  const sums = await metrics.sums();
  const short = Object.entries(NAMES).map(([key, name]) => [key, sums[name] ?? 0]);
  return Object.fromEntries(short) as Record<keyof typeof NAMES, number>;
}

const nothing = { input: 0, output: 0, cached: 0, reasoning: 0, usd: 0, unpriced: 0, denied: 0, open: 0 };
const some = expect.any(Number);

describe.each(subjects)("what a call of $name adds", (subject) => {
  const { usd, cached, reasoning } = subject;
  const told = {
    ...nothing,
    input: 1000,
    output: 500,
    cached,
    reasoning,
    usd,
    perCall: 1,
    duration: 1,
    estimatedInput: 0,
  };
  const guessed = {
    ...nothing,
    usd: some,
    perCall: 0,
    duration: 1,
    firstChunk: 1,
    estimatedInput: some,
    estimatedOutput: some,
  };
  const expected: Record<string, object> = {
    whole: { ...told, firstChunk: 0 },
    streamed: { ...told, firstChunk: 1 },
    refused: { ...nothing, perCall: 0, duration: 1, firstChunk: 0, estimatedInput: 0 },
    cut: guessed,
    aborted: guessed,
    left: guessed,
    denied: { ...nothing, denied: 1, perCall: 0, duration: 0, firstChunk: 0, estimatedInput: 0 },
    "cache hit": { ...nothing, perCall: 0, duration: 0, firstChunk: 0, estimatedInput: 0 },
    unpriced: { ...told, cached: 400, reasoning: 200, usd: 0, unpriced: 1, firstChunk: 0 },
  };

  it.each(cases)("$name", async ({ name, input, go }) => {
    const metrics = new ReadMetrics();
    const memory = new MemoryLedger();
    const ledger = [memory, new OtelLedger({ meterProvider: metrics.provider })];
    const costs = new CostCallbackHandler({ ledger, ...input });
    await go(subject, server, costs);
    await costs.flush();
    const sums = await shortSums(metrics);
    expect(sums).toMatchObject(expected[name] ?? {});
    const { totals } = costs;
    expect(totals.warnings.filter((warning) => warning.includes("ledger"))).toEqual([]);
    expect(memory.entries).toHaveLength(1);
    expect({
      inputTokens: sums.input + sums.estimatedInput,
      outputTokens: sums.output + sums.estimatedOutput,
      cachedInputTokens: sums.cached + sums.estimatedCached,
      reasoningTokens: sums.reasoning + sums.estimatedReasoning,
      costUsd: totals.costUsd === undefined ? undefined : sums.usd,
      unpricedCalls: sums.unpriced,
      deniedCalls: sums.denied,
      openCalls: sums.open,
      callsSent: sums.duration,
    }).toEqual({
      inputTokens: totals.inputTokens,
      outputTokens: totals.outputTokens,
      cachedInputTokens: totals.cachedInputTokens,
      reasoningTokens: totals.reasoningTokens,
      costUsd: totals.costUsd === undefined ? undefined : Number(totals.costUsd),
      unpricedCalls: totals.unpricedCalls,
      deniedCalls: totals.deniedCalls,
      openCalls: 0,
      callsSent: totals.calls - totals.deniedCalls - totals.cacheHits,
    });
    if (totals.estimatedCalls > 0) expect(sums.estimatedOutput).toBeGreaterThan(0);
  });
});
