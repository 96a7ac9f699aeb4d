import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import * as genaiPackage from "@pydantic/genai-prices";
import * as bill from "../../src/bill.js";
import * as exported from "../../src/exports.js";
import * as genai from "../../src/genai_prices.js";
import * as main from "../../src/index.js";
import * as middleware from "../../src/middleware.js";
import * as origin from "../../src/origin.js";
import * as otel from "../../src/otel.js";
import * as postgres from "../../src/postgres.js";
import * as provider from "../../src/provider.js";
import * as redis from "../../src/redis.js";
import * as register from "../../src/register.js";
import * as testing from "../../src/testing.js";
import { overrideEnvironment } from "../support/environment.js";

const restore = overrideEnvironment(/^(FIREWORKS|OPENLLM|OLLAMA)_/, {});
afterAll(restore);

const ENTRIES = { main, bill, exported, genai, middleware, origin, otel, postgres, provider, redis, register, testing };

/** What no function of the package takes, or takes as something else. */
const NONSENSE: readonly (readonly [name: string, value: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["0", 0],
  ["''", ""],
  ["'x'", "x"],
  ["{}", {}],
  ["[]", []],
  ["[null]", [null]],
  ["[{}]", [{}]],
  ["a function", () => 1],
  ["a Map", new Map([["a", 1]])],
  ["a promise", Promise.resolve("x")],
];

const folder = mkdtempSync(join(tmpdir(), "sweep-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "ledger.jsonl");

/** Nothing is sent to this port: `fetch` refuses it. */
const baseURL = "http://127.0.0.1:9/v1";
const openllm = () => new main.ChatOpenLLM("m", { baseURL, maxRetries: 0 });
const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };

/** First arguments with which the second one is reached. */
const FIRST: Readonly<Record<string, unknown>> = {
  ChatFireworks: "m",
  ChatOpenLLM: "m",
  ChatOllamaLite: "m",
  FireworksEmbeddings: "m",
  FireworksRerank: "m",
  JsonlLedger: file,
  costOf: { usage_metadata: usage },
  costOfUsage: usage,
  compareModels: usage,
  priceOf: "m",
  definePriceTable: [],
  summarize: [],
  reprice: [],
  reconcile: [],
  toFocusCsv: [],
  parseBill: "",
  readBill: join(folder, "none"),
  readEntries: join(folder, "none"),
  loadPrices: {},
  addUsd: "1",
  trackCosts: () => 1,
  withBudget: openllm(),
  budgetMiddleware: { limitUsd: "5" },
  fromGenaiPrices: genaiPackage,
  postgresBudgetStore: { connect: () => 1, query: () => 1 },
};

/** Not swept: errors are made by the package's own code. A check there would be one more way to lose the error that is being told. */
const isError = (name: string) => name.endsWith("Error");

const MODEL_NAMES = ["ChatFireworks", "ChatOpenLLM", "ChatOllamaLite"] as const;
// What is given to them is of no type anyway.
const MODELS = main as unknown as Record<(typeof MODEL_NAMES)[number], new (fields: object) => main.ChatOpenLLM>;

/** Methods that are swept too, with an object that has them. */
const METHODS: readonly (readonly [name: string, make: () => object, methods: readonly string[]])[] = [
  ...MODEL_NAMES.map(
    (name) =>
      [
        name,
        () => new MODELS[name]({ model: "m", apiKey: "k", baseURL, maxRetries: 0 }),
        [
          "invoke",
          "stream",
          "streamEvents",
          "bindTools",
          "withStructuredOutput",
          "invocationParams",
          "getLsParams",
        ].concat(
          ["getNumTokens", "getNumTokensFromMessages"], // core's `batch`, `generate`, `transform`, `pipe`, `withFallbacks` fail in core
        ),
      ] as const,
  ),
  ["ChatOpenLLM", openllm, ["models", "loadProfile", "countTokens"]],
  [
    "ChatOllamaLite",
    () => new main.ChatOllamaLite("m", { baseURL: "http://127.0.0.1:9", maxRetries: 0 }),
    ["showModel", "listModels", "pullModel", "loadProfile"],
  ],
  [
    "FireworksEmbeddings",
    () => new main.FireworksEmbeddings("m", { apiKey: "k", baseURL, maxRetries: 0 }),
    ["embedDocuments", "embedQuery"],
  ],
  [
    "FireworksRerank",
    () => new main.FireworksRerank("m", { apiKey: "k", baseURL, maxRetries: 0 }),
    ["rerank", "compressDocuments"],
  ],
  ["Budget", () => new main.Budget({ limitUsd: "5" }), ["raise", "state", "quote"]],
  ["MemoryLedger", () => new main.MemoryLedger(), ["record"]],
  ["JsonlLedger", () => new main.JsonlLedger(file), ["record"]],
  ["CloudEventsLedger", () => new exported.CloudEventsLedger({ url: baseURL, source: "s" }), ["record"]],
  ["StripeMeterLedger", () => new exported.StripeMeterLedger({ apiKey: "k", customerOf: () => "c" }), ["record"]],
  ["FocusTable", () => new exported.FocusTable(), ["lines"]],
];

const METHODS_FIRST: Readonly<Record<string, unknown>> = {
  invoke: "Hi.",
  stream: "Hi.",
  streamEvents: "Hi.",
  embedQuery: "a",
  embedDocuments: ["a"],
  rerank: ["a"],
  bindTools: [],
  withStructuredOutput: { type: "object", properties: {} },
  quote: openllm(),
};

type Callable = (...given: unknown[]) => unknown;

/** What a call comes to: its error, also of a promise or of the first step of a generator. */
async function errorOf(act: () => unknown): Promise<unknown> {
  try {
    const result = await act();
    if (typeof result === "object" && result !== null && "next" in result) await (result.next as Callable).call(result);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The errors that are not the package's own, by what was given. */
async function strangersOf(act: (...given: unknown[]) => unknown, first: unknown): Promise<string[]> {
  const found: string[] = [];
  const calls = NONSENSE.map(([name, value]) => [name, [value]] as const);
  const second = NONSENSE.map(([name, value]) => [`good, ${name}`, [first, value]] as const);
  for (const [name, given] of first === undefined ? calls : [...calls, ...second]) {
    const error = await errorOf(() => act(...given));
    if (error !== undefined && !main.MeteredError.isInstance(error)) found.push(`${name}: ${String(error)}`);
  }
  return found;
}

const isClass = (value: Callable) => Function.prototype.toString.call(value).startsWith("class");

const swept = Object.entries(ENTRIES).flatMap(([entry, names]) =>
  Object.entries(names)
    .filter(([name, value]) => typeof value === "function" && !isError(name))
    .map(([name, value]) => [entry, name, value as Callable] as const),
);

describe("nonsense is answered with an error of the package's own, or taken as something", () => {
  it.each(swept)("%s: %s", async (_entry, name, value) => {
    const act: Callable = isClass(value)
      ? (...given) => Reflect.construct(value, given) as unknown
      : (...given) => value(...given);
    expect(await strangersOf(act, FIRST[name])).toEqual([]);
  });

  it.each(METHODS.flatMap(([owner, make, methods]) => methods.map((method) => [owner, method, make] as const)))(
    "%s.%s",
    async (_owner, method, make) => {
      const act: Callable = (...given) => {
        const made = make();
        return (Reflect.get(made, method) as Callable).apply(made, given);
      };
      expect(await strangersOf(act, METHODS_FIRST[method])).toEqual([]);
    },
  );
});

const CONFIG = [
  "signal",
  "callbacks",
  "tags",
  "metadata",
  "headers",
  "timeout",
  "runId",
  "tools",
  "stop",
  "tool_choice",
];
const INPUT = [
  "headers",
  "callbacks",
  "tags",
  "metadata",
  "fetch",
  "costs",
  "baseURL",
  "model",
  "apiKey",
  "profile",
  "pricing",
];

describe.each(MODEL_NAMES)("options of %s", (name) => {
  it.each(CONFIG)("`%s` of a call", async (option) => {
    const model = new MODELS[name]({ model: "m", apiKey: "k", baseURL, maxRetries: 0 });
    expect(await strangersOf((value) => model.invoke("Hi.", { [option]: value }), undefined)).toEqual([]);
    expect(await strangersOf((value) => model.stream("Hi.", { [option]: value }), undefined)).toEqual([]);
  });

  it.each(INPUT)("`%s` of the constructor", async (option) => {
    const act: Callable = (value) => new MODELS[name]({ model: "m", apiKey: "k", baseURL, [option]: value });
    expect(await strangersOf(act, undefined)).toEqual([]);
  });
});
