import { describe, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import * as bill from "../../src/bill.js";
import * as exported from "../../src/exports.js";
import * as main from "../../src/index.js";
import { budgetMiddleware } from "../../src/middleware.js";
import { priceOf as priceOfModel } from "../../src/index.js";
import { saidOf, type Anything, type Case, type Made } from "./said_of.js";

const { addUsd, costOf, definePriceTable, estimateCost, reprice, summarize, toCsv, trackCosts, withBudget } =
  main as unknown as Record<keyof typeof main, Anything>;
const { Budget, ChatFireworks, ChatOpenLLM, CostCallbackHandler } = main as unknown as Record<keyof typeof main, Made>;
const { JsonlLedger, MemoryLedger } = main as unknown as Record<keyof typeof main, Made>;
const priceOf = priceOfModel as Anything;
const { toFocusCsv } = exported as unknown as Record<keyof typeof exported, Anything>;
const { parseBill, readBill, reconcile } = bill as unknown as Record<keyof typeof bill, Anything>;
const withBudgets = budgetMiddleware as Anything;

const baseURL = "http://127.0.0.1:9/v1";
const model = new main.ChatOpenLLM("m", { baseURL, maxRetries: 0 });
const { invoke, stream } = {
  invoke: model.invoke.bind(model) as Anything,
  stream: model.stream.bind(model) as Anything,
};
const ENTRIES = "Pass entries as a ledger has them, such as those of `MemoryLedger` or `readLedger`.";
const A_PROMPT = "Pass a text, a list of messages, or a prompt.";

describe("what is wrong with a call", () => {
  it.each<Case>([
    ["asks nothing", () => invoke(), `The model was called with \`undefined\`. ${A_PROMPT}`],
    ["streams a number", () => stream(42), `The model was called with \`42\`. ${A_PROMPT}`],
    [
      "forgets an await",
      () => invoke(Promise.resolve("Hi.")),
      `The model was called with \`a Promise\`. Await it first. ${A_PROMPT}`,
    ],
    [
      "forgets the list",
      () => invoke(new HumanMessage("Hi.")),
      `The model was called with \`a HumanMessage\`. Put it into a list. ${A_PROMPT}`,
    ],
    [
      "forgets a role",
      () => invoke([{ content: "Hi." }]),
      "`messages[0]` is `an object`. Pass messages, texts, or `{ role, content }`.",
    ],
    [
      "passes a controller",
      () => invoke("Hi.", { signal: new AbortController() }),
      "`signal` is `an AbortController`. It must be an `AbortSignal`, such as `new AbortController().signal`.",
    ],
    [
      "has no handler",
      () => invoke("Hi.", { callbacks: [undefined] }),
      "`callbacks[0]` is `undefined`. Pass a callback handler, or leave it out.",
    ],
    [
      "passes one handler",
      () => stream("Hi.", { callbacks: {} }),
      "`callbacks` is `an object`. It must be a list of callback handlers.",
    ],
    [
      "passes a time-out of 0",
      () => invoke("Hi.", { timeout: 0 }),
      "`timeout` is `0`. It must be a number of milliseconds above 0; leave it out for no limit.",
    ],
    ["passes one tag", () => invoke("Hi.", { tags: "nightly" }), '`tags` is `"nightly"`. It must be a list of texts.'],
    [
      "passes a list of metadata",
      () => invoke("Hi.", { metadata: [1] }),
      "`metadata` is `a list`. It must be an object.",
    ],
    ["passes a run's number", () => invoke("Hi.", { runId: 7 }), "`runId` is `7`. It must be a text, such as a UUID."],
    [
      "passes a word",
      () => invoke("Hi.", "json"),
      '`options` is `"json"`. Pass an object with the options of the call.',
    ],
    [
      "passes a Map of headers",
      () => invoke("Hi.", { headers: new Map() }),
      "`headers` is `a Map`. Pass an object of texts, such as `Object.fromEntries(headers)`.",
    ],
    [
      "passes Headers",
      () => new ChatOpenLLM("m", { baseURL, headers: new Headers() }),
      "`headers` is `a Headers`. Pass an object of texts, such as `Object.fromEntries(headers)`.",
    ],
    [
      "passes a list in a header",
      () => invoke("Hi.", { headers: { "x-a": ["secret"] } }),
      "The header `x-a` is no text. Give each header one text.",
    ],
    [
      "makes a model of a number",
      () => new ChatFireworks(42),
      "`options` is `42`. Pass the model's id, an object of options, or both in this order.",
    ],
    [
      "makes a model of two texts",
      () => new ChatFireworks("m", "key"),
      '`options` is `"key"`. Pass the model\'s id, an object of options, or both in this order.',
    ],
  ])("that %s", async (_, act, message) => expect(await saidOf(act)).toBe(message));

  it("`null` as its options is none", async () => {
    await expect(invoke("Hi.", null)).rejects.toMatchObject({ name: "ConnectionError" });
    await expect(stream("Hi.", null)).rejects.toMatchObject({ name: "ConnectionError" });
  });
});

describe("what is wrong with prices, budgets and books", () => {
  it.each<Case>([
    [
      "a price of a service tier misspelt",
      () => priceOf("m", { service_tier: "priority" }),
      "`priceOf` has no option `service_tier`. Write `serviceTier`.",
    ],
    [
      "a table without rows",
      () => definePriceTable(null),
      "A price table is made of an array of rows. Pass `[{ model, ... }]`.",
    ],
    [
      "a table with null as options",
      () => definePriceTable([], null),
      "`definePriceTable` was given `null` as its options. Pass an object. It has name, fallback.",
    ],
    [
      "an estimate of a text",
      () => estimateCost("m"),
      '`query` is `"m"`. Pass an object, such as `{ model, inputTokens: 1000, outputTokens: 500 }`.',
    ],
    [
      "an amount that is a word",
      () => addUsd("abc"),
      '`abc` is not an amount in USD (`amounts[0]`). Write a plain decimal string of at most 12 decimals, such as "0.15".',
    ],
    [
      "an amount that is a list",
      () => addUsd([1]),
      '`a list` is not an amount in USD (`amounts[0]`). Write a plain decimal string of at most 12 decimals, such as "0.15".',
    ],
    [
      "a budget without a limit",
      () => new Budget({}),
      "The budget has no limit. Give exactly one of `limitUsd`, `limitTokens` and `limitCalls`; several budgets may hold at once.",
    ],
    [
      "a budget of a word",
      () => new Budget({ limitUsd: "abc" }),
      '`limitUsd` is `"abc"`. It must be "0.000000001" to "9000000" USD, such as "5.00".',
    ],
    [
      "a handler's budget of a text",
      () => new CostCallbackHandler({ budget: "5" }),
      '`budget` is `"5"`. Pass `{ limitUsd: "5.00" }`, a `Budget`, or a list of them.',
    ],
    [
      "a budget on nothing",
      () => withBudget(null, { limitUsd: "5" }),
      "`withBudget` was given `null`, which is no chat model. Give the model a budget first, and bind tools or options to what it returns.",
    ],
    [
      "middleware without a budget",
      () => withBudgets(),
      'There is no budget. Pass `{ limitUsd: "5.00" }`, or a `Budget`.',
    ],
    [
      "middleware's hint of a text",
      () => withBudgets({ limitUsd: "5" }, { hint: "stop" }),
      '`hint` is `"stop"`. Pass a function that gives a text.',
    ],
    [
      "a ledger in an object",
      () => new JsonlLedger({}),
      "The ledger's `path` is `an object`. Name a file, such as `usage.jsonl`.",
    ],
    [
      "a ledger of a number",
      () => new MemoryLedger(5),
      "`MemoryLedger` was given `5` as its options. Pass an object. It has maxEntries.",
    ],
    [
      "an entry of null",
      () => new main.MemoryLedger().record(null as never),
      `\`null\` is no entry of a ledger. ${ENTRIES}`,
    ],
    [
      "an entry of nothing",
      () => new main.JsonlLedger("/nowhere/a").record({} as never),
      `\`an object\` without \`id\` is no entry of a ledger. ${ENTRIES}`,
    ],
    ["a sum of a path", () => summarize("usage.jsonl", "model"), `\`entries\` is \`"usage.jsonl"\`. ${ENTRIES}`],
    [
      "a sum of what are no entries",
      () => summarize([{}], "model"),
      `\`an object\` without \`id\` is no entry of a ledger. ${ENTRIES}`,
    ],
    [
      "new prices of what are no entries",
      () => reprice([{}]),
      `\`an object\` without \`id\` is no entry of a ledger. ${ENTRIES}`,
    ],
    ["new prices of rows", () => reprice([], []), "`table` is `a list`. Pass what `definePriceTable` returns."],
    ["CSV of nothing", () => toCsv(undefined), `\`entries\` is \`undefined\`. ${ENTRIES}`],
    ["FOCUS of null", () => toFocusCsv([null]), `\`null\` is no entry of a ledger. ${ENTRIES}`],
    [
      "a comparison with a path",
      () => reconcile([], "bill.csv"),
      '`bill` is `"bill.csv"`. Pass what `readBill`, `parseBill` or `fireworksBill` returns.',
    ],
    [
      "a bill of a number",
      () => parseBill(7),
      "`source` is `7`. Pass the text of a bill, or its pieces as they come in.",
    ],
    ["a bill of nothing", () => readBill(undefined), "`path` is `undefined`. Pass the path of a bill's file."],
    [
      "costs of a promise",
      () => trackCosts(Promise.resolve()),
      "`track` is `a Promise`. Pass a function that makes the calls.",
    ],
    [
      "embeddings of a text",
      () => new main.FireworksEmbeddings("m", { apiKey: "k" }).embedDocuments("a" as never),
      '`texts` is `"a"`. Pass a list of texts.',
    ],
  ])("%s", async (_, act, message) => expect(await saidOf(act)).toBe(message));

  it("the price of what is no id is not known, and says why", () => {
    expect(priceOf(undefined)).toMatchObject({ basis: "unpriced", reason: "`undefined` is no id of a model" });
  });

  it.each<[string, unknown, string]>([
    ["nothing", null, "`null` is no message"],
    ["a text", "x", '`"x"` is no message'],
    ["a promise", Promise.resolve(), "`a Promise` is no message: await it first"],
  ])("the cost of %s is not known, and says why", (_, given, reason) => {
    expect(costOf(given)).toMatchObject({ status: "unpriced", reason });
  });
});
