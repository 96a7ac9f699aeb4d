import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { Document } from "@langchain/core/documents";
import { BaseDocumentCompressor } from "@langchain/core/retrievers/document_compressors";
import { BudgetExceededError, ConfigurationError, ServerError } from "../../../../src/base/errors.js";
import { CostCallbackHandler } from "../../../../src/books/cost_handler.js";
import { MemoryLedger } from "../../../../src/ledger/memory.js";
import { FireworksRerank, type FireworksRerankInput } from "../../../../src/fireworks.js";
import { useWireServer } from "../../../support/use_server.js";
import { hangUp, json, reset, stall, text, type Script } from "../../../support/wire_script.js";

const server = useWireServer();
const MODEL = "accounts/fireworks/models/qwen3-reranker-8b";
const PATH = "/inference/v1/rerank";
const documents = ["The moon pulls.", "A tax form.", "Low tide is at six.", "Sand."];
// The public address: a server on a private one is free.
const rerank = (more: Partial<FireworksRerankInput> = {}) =>
  new FireworksRerank({
    model: MODEL,
    apiKey: "fw_secret",
    baseURL: "https://api.fireworks.ai/inference/v1",
    fetch: toServer,
    ...more,
  });

/** Sends what goes to Fireworks to the server of these tests. */
async function toServer(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(`${server.url}${new URL(String(url)).pathname}`, init);
}

type Scores = readonly (readonly [index: unknown, score: unknown])[];

function ranking(scores: Scores, more: object = { usage: { prompt_tokens: 200, total_tokens: 200 } }): Script {
  const data = scores.map(([index, relevance_score]) => ({ index, relevance_score }));
  return json(200, { object: "list", model: MODEL, data, ...more });
}

const BEST: Scores = [
  [2, 0.9],
  [0, 0.4],
  [3, 0.1],
];

describe("FireworksRerank", () => {
  it("ranks documents with one request, best first", async () => {
    server.on(PATH, ranking([...BEST].reverse()));
    const seen = server.requests.length;
    expect(await rerank().rerank(documents, "When is it low?")).toEqual([
      { index: 2, relevanceScore: 0.9 },
      { index: 0, relevanceScore: 0.4 },
      { index: 3, relevanceScore: 0.1 },
    ]);
    expect(
      server.requests.slice(seen).map(({ method, headers, json: body }) => [method, headers.authorization, body]),
    ).toEqual([
      [
        "POST",
        "Bearer fw_secret",
        { model: MODEL, query: "When is it low?", documents, top_n: 3, return_documents: false },
      ],
    ]);
  });

  it("is a document compressor: copies, with their score, and all else as it was", async () => {
    server.on(PATH, ranking(BEST));
    const given = documents.map(
      (pageContent, at) =>
        new Document({ pageContent, metadata: { at, of: "a book" }, ...(at === 2 ? { id: "two" } : {}) }),
    );
    const compressor = rerank();
    expect(BaseDocumentCompressor.isBaseDocumentCompressor(compressor)).toBe(true);
    const kept = await compressor.compressDocuments(given, "When is it low?");
    expect(kept).toEqual([
      new Document({
        pageContent: "Low tide is at six.",
        metadata: { at: 2, of: "a book", relevanceScore: 0.9 },
        id: "two",
      }),
      new Document({ pageContent: "The moon pulls.", metadata: { at: 0, of: "a book", relevanceScore: 0.4 } }),
      new Document({ pageContent: "Sand.", metadata: { at: 3, of: "a book", relevanceScore: 0.1 } }),
    ]);
    expect(given[2]?.metadata).toEqual({ at: 2, of: "a book" });
  });

  it.each<[string, Partial<FireworksRerankInput>, object, object, number]>([
    ["two of them", { topN: 2 }, {}, { top_n: 2 }, 2],
    ["more than there are", { topN: 9 }, {}, { top_n: 4 }, 3],
    ["all", { topN: null }, {}, {}, 3],
    ["what the call says", { topN: null }, { topN: 1 }, { top_n: 1 }, 1],
    ["what the task says", { task: "Find times." }, {}, { top_n: 3, task: "Find times." }, 3],
    [
      "what the call's task says",
      { task: "Find times." },
      { task: "Find tides." },
      { top_n: 3, task: "Find tides." },
      3,
    ],
  ])("keeps %s", async (_, fields, options, sent, kept) => {
    server.on(PATH, ranking(BEST));
    expect(await rerank(fields).rerank(documents, "Low?", options)).toHaveLength(kept);
    expect(server.requests.at(-1)?.json).toEqual({
      model: MODEL,
      query: "Low?",
      documents,
      return_documents: false,
      ...sent,
    });
  });

  it("asks nothing for no documents", async () => {
    const seen = server.requests.length;
    expect(await rerank().compressDocuments([], "Low?")).toEqual([]);
    expect(server.requests.length).toBe(seen);
  });

  it("is on the books: what the server counted, at the price of the row", async () => {
    const ledger = new MemoryLedger();
    server.on(PATH, ranking(BEST, { usage: { prompt_tokens: 1_000_000, total_tokens: 1_000_000 } }));
    const compressor = rerank({ costs: new CostCallbackHandler({ ledger }), annotations: { team: "search" } });
    await compressor.rerank(documents, "Low?");
    expect(compressor.costs.totals).toMatchObject({
      calls: 1,
      costUsd: "0.2",
      inputTokens: 1_000_000,
      unpricedCalls: 0,
    });
    expect(ledger.entries[0]).toMatchObject({
      provider: "fireworks",
      modelRequested: MODEL,
      tags: ["team=search"],
      outcome: "ok",
    });
    expect(server.requests.at(-1)?.headers["fireworks-annotations"]).toBe("team=search");
  });

  it("is estimated where the server does not count, within bounds that contain it", async () => {
    const ledger = new MemoryLedger();
    server.on(PATH, ranking(BEST, {}));
    await rerank({ costs: new CostCallbackHandler({ ledger }) }).rerank(documents, "When is it low?");
    const { usage } = ledger.entries[0] ?? {};
    const [low, high] = usage?.estimate?.inputTokens ?? [];
    const bytes = documents.reduce((sum, document) => sum + document.length + "When is it low?".length, 0);
    expect([usage?.source, low, high]).toEqual(["estimated", 0, bytes + 4 * 1_024]);
    expect(usage?.inputTokens).toBeGreaterThan(30);
  });

  it("asks a budget first", async () => {
    const seen = server.requests.length;
    const costs = new CostCallbackHandler({ budget: { limitUsd: "0.0000001" } });
    await expect(rerank({ costs }).rerank(documents, "Low?")).rejects.toThrow(BudgetExceededError);
    expect(server.requests.length).toBe(seen);
  });

  it("shows no key", () => {
    expect(inspect(rerank(), { depth: 9, showHidden: false })).not.toContain("fw_secret");
    expect(JSON.stringify(rerank())).not.toContain("fw_secret");
  });
});

describe("what goes wrong", () => {
  const problem = async (more: Partial<FireworksRerankInput> = {}): Promise<[Error, CostCallbackHandler]> => {
    const compressor = rerank({ maxRetries: 0, ...more });
    const error: unknown = await compressor.rerank(documents, "Low?").catch((reason: unknown) => reason);
    if (!(error instanceof Error)) throw new Error("it did not fail");
    return [error, compressor.costs];
  };

  it.each<[string, Script, string]>([
    ["no JSON", text(200, "<html>"), "something that is no JSON: `<html>`"],
    ["no list", json(200, { data: null }), "no ranking"],
    ["an empty list", ranking([]), "an empty ranking of 4 documents"],
    ["a place that there is not", ranking([[4, 0.5]]), "does not fit 4 documents"],
    [
      "a place twice",
      ranking([
        [1, 0.5],
        [1, 0.4],
      ]),
      "does not fit 4 documents",
    ],
    ["no score", ranking([[1, "high"]]), "does not fit 4 documents"],
    ["no place", ranking([[-1, 0.4]]), "does not fit 4 documents"],
  ])("an answer with %s is refused, and what it cost is on the books", async (_, script, said) => {
    server.on(PATH, script);
    const [error, costs] = await problem();
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toContain("answered the request to rank documents with");
    expect(error.message).toContain(said);
    expect(costs.totals).toMatchObject({ calls: 1, errorCalls: 1 });
    expect(costs.totals.costUsd).toBeDefined();
  });

  it("a refusal costs nothing, and is not sent again", async () => {
    server.on(PATH, json(400, { error: { message: "no such model" } }));
    const seen = server.requests.length;
    const [error, costs] = await problem({ maxRetries: 2 });
    expect([error.message, server.requests.length - seen]).toEqual([expect.stringContaining("no such model"), 1]);
    expect(costs.totals).toMatchObject({ calls: 1, inputTokens: 0 });
  });

  it("a lost answer is tried again", async () => {
    server.on(PATH, () => (lost++ === 0 ? hangUp(reset) : ranking(BEST)));
    let lost = 0;
    expect(await rerank({ maxRetries: 1 }).rerank(documents, "Low?")).toHaveLength(3);
  });

  it("an abort ends it", async () => {
    server.on(PATH, hangUp(stall));
    const abort = new AbortController();
    const seen = server.requests.length;
    const ranked = rerank().rerank(documents, "Low?", { signal: abort.signal });
    await server.received(seen + 1);
    abort.abort();
    await expect(ranked).rejects.toThrow(/abort/i);
  });

  it("a time-out ends it", async () => {
    server.on(PATH, hangUp(stall));
    const [error] = await problem({ timeout: 50 });
    expect(error.name).toBe("CallTimeoutError");
  });

  it.each<[object, string]>([
    [{ topN: 0 }, "`topN` is `0`"],
    [{ topN: 1.5 }, "`topN` is `1.5`"],
    [{ task: 7 }, "`task` is `7`"],
    [{ model: "" }, "`model` is"],
    [{ timeout: -1 }, "`timeout` is `-1`"],
    [{ annotations: { color: "red" } }, "annotations"],
  ])("options that cannot be are refused: %j", (more, said) => {
    const make = () => rerank(more);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(said);
  });

  it("and so is what is to be ranked", async () => {
    const asked = rerank();
    await expect(asked.rerank("The moon pulls." as never, "Low?")).rejects.toThrow(
      '`documents` is `"The moon pulls."`',
    );
    await expect(asked.rerank([7 as never], "Low?")).rejects.toThrow("`documents[0]` is `7`");
    await expect(asked.rerank([{ pageContent: null } as never], "Low?")).rejects.toThrow("`documents[0]` is `null`");
    await expect(asked.rerank(documents, undefined as never)).rejects.toThrow("`query` is `undefined`");
  });
});
