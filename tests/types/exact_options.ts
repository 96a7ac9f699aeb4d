/** Compiled under `exactOptionalPropertyTypes` by a test: what a user does not know is `undefined`, and may be passed on. */
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { fireworksBill, readBill, reconcile } from "../../src/bill.js";
import { CloudEventsLedger, StripeMeterLedger, toFocusCsv } from "../../src/exports.js";
import {
  addUsd,
  Budget,
  ChatFireworks,
  ChatOllamaLite,
  ChatOpenLLM,
  compareModels,
  CostCallbackHandler,
  costOf,
  definePriceTable,
  fetchFireworksPrices,
  FireworksEmbeddings,
  FireworksRerank,
  fromGenaiPrices,
  JsonlLedger,
  MemoryLedger,
  memoryBudgetStore,
  priceOf,
  reprice,
  withBudget,
  type BudgetStore,
  type ChatFireworksInput,
  type ChatOllamaLiteInput,
  type ChatOpenLLMInput,
  type CostCallbackHandlerInput,
  type BudgetInput,
  type GenaiPrices,
  type MeteredChatModel,
} from "../../src/index.js";
import { budgetMiddleware, fireworksPromptCachingMiddleware } from "../../src/middleware.js";
import { CostSpanProcessor, OtelLedger } from "../../src/otel.js";
import { PostgresLedger, postgresBudgetStore, type PostgresPool } from "../../src/postgres.js";
import { redisBudgetStore, type RedisClient } from "../../src/redis.js";

/** All options of a type, each of them perhaps `undefined`. */
type Unsure<Options> = { [Option in keyof Options]-?: Options[Option] | undefined };

declare const ofFireworks: Unsure<ChatFireworksInput>;
declare const ofOpenLLM: Unsure<ChatOpenLLMInput>;
declare const ofOllama: Unsure<ChatOllamaLiteInput>;
declare const ofHandler: Unsure<CostCallbackHandlerInput>;
declare const ofBudget: Unsure<BudgetInput>;
declare const text: string | undefined;
declare const count: number | undefined;
declare const at: Date | undefined;
declare const flag: boolean | undefined;
declare const signal: AbortSignal | undefined;
declare const pool: PostgresPool;
declare const redis: RedisClient;
declare const genai: GenaiPrices;

const costs = new CostCallbackHandler(ofHandler);
const budget = new Budget(ofBudget);
const models = [new ChatFireworks(ofFireworks), new ChatOpenLLM(ofOpenLLM), new ChatOllamaLite(ofOllama)] as const;
const named = [
  new ChatFireworks("m", { ...ofFireworks, timeout: count }),
  new ChatOpenLLM("m", { topK: count, callbacks: undefined, tags: undefined, verbose: flag }),
  new ChatOllamaLite("m", { keepAlive: text, numCtx: count }),
];

/** Each is one of LangChain's. */
export const chatModels: BaseChatModel[] = [...models, ...named];

/** A function that takes any of the three, by the name that the package has for it. */
export function spentBy(some: readonly MeteredChatModel[]): string {
  return some.reduce((sum, { costs: own }) => addUsd(sum, own.totals.costUsd ?? "0"), "0");
}
export const spent = [spentBy(models), spentBy(named)];

export const answers = [
  models[0].invoke("Hello", { maxTokens: count, headers: undefined, promptCacheKey: text, tools: undefined }),
  models[1].invoke("Hello", { temperature: count, extraBody: undefined, logprobs: flag }),
  models[2].invoke("Hello", { think: flag, numCtx: count, format: undefined }),
];
export const person = models[0].withStructuredOutput({ type: "object" }, { includeRaw: true });
export const counted = models[1].countTokens("Hello", { method: undefined, signal });
export const listed = models[2].listModels({ signal });
export const vectors = [
  new FireworksEmbeddings("m", { apiKey: text, dimensions: count, maxConcurrency: count, timeout: count }),
  new FireworksRerank("m", { topN: count, task: text, fetch: undefined }),
];

export const ledgers = [
  new MemoryLedger({ maxEntries: count }),
  new JsonlLedger("usage.jsonl", { fsync: flag }),
  new PostgresLedger(pool, { schema: text, create: flag, spill: text, maxPending: count }),
  new OtelLedger({ spans: flag, meterProvider: undefined }),
  new CloudEventsLedger({ url: "https://a.b", source: "shop", apiKey: text, maxBatch: count, fetch: undefined }),
  new StripeMeterLedger({ apiKey: "k", customerOf: ({ user }) => user, eventName: text, url: text, timeoutMs: count }),
];
export const processor = new CostSpanProcessor({ table: undefined, maxPriceAgeDays: count, draftNames: flag });
export const stores: BudgetStore[] = [
  memoryBudgetStore({ now: undefined }),
  redisBudgetStore(redis, { prefix: text, create: flag }),
  postgresBudgetStore(pool, { schema: text, prefix: text }),
];
export const bounded = withBudget(models[0], budget, { limitOutput: undefined, table: undefined, pricing: undefined });
export const middleware = [
  budgetMiddleware(budget, { onExceed: undefined, hint: undefined, hintAt: undefined }),
  fireworksPromptCachingMiddleware({ onOtherModel: undefined }),
];

export const prices = [
  priceOf("m", { at, provider: text, strict: flag, batch: flag }),
  costOf({}, { at, model: text, seconds: count }),
  compareModels({ inputTokens: 1, outputTokens: 1 }, ["m"], { at, provider: text, table: undefined }),
];
export const table = definePriceTable(
  [{ model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "2", provider: text, validFrom: text, note: text }],
  { name: text, fallback: undefined },
);
export const others = fromGenaiPrices(genai, { except: undefined, checkedOn: text });
export const list = fetchFireworksPrices({ apiKey: text, signal, timeoutMs: count });
export const again = reprice([], table, { at, model: text, tier: text });
export const focus = toFocusCsv([], { version: undefined, billingAccountOf: undefined });
export const bills = [
  readBill("bill.csv", { format: undefined }),
  fireworksBill({
    account: "a",
    apiKey: "k",
    from: "2026-01-01",
    to: "2026-02-01",
    fetch: undefined,
    timeoutMs: count,
  }),
];
export const judged = bills[0]?.then((bill) => reconcile([], bill, { from: text, to: text, tolerance: count }));
export const kept = costs.totals;
