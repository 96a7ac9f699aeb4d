import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { AIMessage } from "@langchain/core/messages";
import { Redis } from "ioredis";
import { createAgent, initChatModel } from "langchain";
import * as all from "langchain-metered";
import * as bill from "langchain-metered/bill";
import * as callbacks from "langchain-metered/callbacks";
import * as exported from "langchain-metered/exports";
import * as fireworks from "langchain-metered/fireworks";
import * as genai from "langchain-metered/genai-prices";
import * as middleware from "langchain-metered/middleware";
import * as ollama from "langchain-metered/ollama";
import * as openllm from "langchain-metered/openllm";
import * as otel from "langchain-metered/otel";
import * as origin from "langchain-metered/origin";
import * as postgres from "langchain-metered/postgres";
import * as provider from "langchain-metered/provider";
import * as redis from "langchain-metered/redis";
import * as register from "langchain-metered/register";
import * as testing from "langchain-metered/testing";
import { Pool } from "pg";
import { createClient, createCluster } from "redis";

const costs: all.CostCallbackHandler = new callbacks.CostCallbackHandler({ table: genai.genaiPrices });
const input: openllm.ChatOpenLLMInput = { model: "m", baseURL: "http://127.0.0.1:8000/v1", callbacks: [costs] };

export const models: BaseChatModel[] = [
  new openllm.ChatOpenLLM(input),
  new openllm.ChatOpenLLM("m", { baseURL: "http://127.0.0.1:8000/v1" }),
  new fireworks.ChatFireworks({ model: "m", apiKey: "k" }),
  new ollama.ChatOllamaLite({ model: "m", baseURL: "http://127.0.0.1:11434" }),
];
export const counter: openllm.PromptCounter = origin.originTokenCount;
export const grades: typeof all.METAGPT_2023_GRADES = origin.METAGPT_2023_GRADES;
export const made: provider.OptionTable = { ...provider.METERED_OPTIONS, topA: provider.sent("top_a") };
export const same: typeof all.ChatOpenLLM = openllm.ChatOpenLLM;
export const spent: string | undefined = costs.totals.costUsd;

const stores: all.BudgetStore[] = [
  all.memoryBudgetStore(),
  redis.redisBudgetStore(createClient()),
  redis.redisBudgetStore(createCluster({ rootNodes: [] })),
  redis.redisBudgetStore(new Redis({ lazyConnect: true })),
  postgres.postgresBudgetStore(new Pool(), { ledger: async () => (await all.readLedger("usage.jsonl")).entries }),
];
const budgets: all.BudgetInput[] = stores.map((store) => ({ name: "team", limitUsd: "100", per: "month", store }));
const budget = new all.Budget({ limitUsd: 5 });
export const handlers = [
  new all.CostCallbackHandler({ budget }),
  new all.CostCallbackHandler({ budget: { limitCalls: 60, per: "minute" } }),
  new all.CostCallbackHandler({ budget: [budget, ...budgets] as const }),
];
export const kept: openllm.ChatOpenLLM = all.withBudget(new openllm.ChatOpenLLM(input), budget, {
  table: genai.genaiPrices,
});
export const agent = createAgent({
  model: kept,
  tools: [],
  middleware: [middleware.budgetMiddleware(budget, { onExceed: "ask", hint: ({ name }) => name })],
});
export const quote: Promise<all.BudgetQuote> = budget.quote(kept, "Hello", { history: { entries: [] } });
export const suite: testing.BudgetStoreCase[] = testing.budgetStoreSuite({
  open: ({ now }) => all.memoryBudgetStore({ now }),
  fresh: () => {},
});

const table = new postgres.PostgresLedger(new Pool());
export const ledgers: all.Ledger[] = [
  table,
  new otel.OtelLedger({ spans: true }),
  new exported.CloudEventsLedger({ url: "https://a.b/events", source: "shop" }),
  new exported.StripeMeterLedger({ apiKey: "k", customerOf: ({ user }) => user }),
];
export const processor = new otel.CostSpanProcessor({ table: genai.genaiPrices, draftNames: true });
export const summed: Promise<all.Summary> = all.summarize(table.entries(), "user");
export const focus: exported.FocusCsv = exported.toFocusCsv([], { version: "1.2" });
export const judged: Promise<bill.Reconciliation> = bill
  .parseBill("date,model,usd\n")
  .then((read) => bill.reconcile(table.entries(), read));
export const everywhere = new all.CostCallbackHandler({ ledger: ledgers });

/** A consumer's own helper over the public types. */
export function spentBefore(error: unknown): AIMessage | undefined {
  return error instanceof all.MeteredError ? error.partialOutput : undefined;
}

// @ts-expect-error -- a model's name is a string
new all.ChatOpenLLM({ model: 1 });
export const undo: () => void = register.registerProviders(["openllm", "fireworks"]);
export const named = initChatModel("accounts/fireworks/models/kimi-k3", { modelProvider: "fireworks" });
export const cached = createAgent({
  model: kept,
  tools: [],
  middleware: [middleware.fireworksPromptCachingMiddleware({ onOtherModel: "ignore" })],
});
export const listed: Promise<all.PriceTable> = all.fetchFireworksPrices({ apiKey: "k", format: "nested" });
export const fresh = new all.CostCallbackHandler({
  table: all.loadPrices("prices.json"),
  refreshPrices: { everyHours: 24 },
});
export const levels: readonly string[] | undefined = new fireworks.ChatFireworks({ model: "m", apiKey: "k" }).profile
  .reasoningEffortLevels;
export const ranked: Promise<fireworks.RerankResult[]> = new fireworks.FireworksRerank("m", { apiKey: "k" }).rerank(
  ["a", "b"],
  "c",
  { topN: null },
);
