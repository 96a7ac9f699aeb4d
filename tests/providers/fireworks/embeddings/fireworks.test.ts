import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CostCallbackHandler } from "../../../../src/books/cost_handler.js";
import { ChatFireworks } from "../../../../src/providers/fireworks/chat.js";
import { FireworksEmbeddings } from "../../../../src/providers/fireworks/embeddings/fireworks.js";
import { ConfigurationError } from "../../../../src/base/errors.js";
import { MemoryLedger } from "../../../../src/ledger/memory.js";
import { hello, standingIn } from "../setup.js";
import { json } from "../../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../../support/wire_server.js";
import { echo, embeddings, KEY, MODEL, vectorOf, type Asked } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(echo);
});

afterEach(() => server.close());

const asked = () => server.requests.map((request) => request.json as Asked);

describe("FireworksEmbeddings", () => {
  it("embeds a query with one request", async () => {
    expect(await embeddings(server).embedQuery("tide")).toEqual(vectorOf("tide"));
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: "POST",
      path: "/inference/v1/embeddings",
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(request?.json).toEqual({ model: MODEL, input: ["tide"] });
  });

  it("asks for its key before each request, where that is a function", async () => {
    let issued = 0;
    const texts = ["a", "b"];
    await embeddings(server, { batchSize: 1, apiKey: async () => `token-${++issued}` }).embedDocuments(texts);
    expect(new Set(server.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set(["Bearer token-1", "Bearer token-2"]),
    );
  });

  it("embeds documents in batches, and gives the vectors in the order of the texts", async () => {
    const texts = Array.from({ length: 7 }, (_, index) => "abcdefg".slice(index));
    expect(await embeddings(server, { batchSize: 3 }).embedDocuments(texts)).toEqual(texts.map(vectorOf));
    const batches = asked().map(({ input }) => input);
    expect(batches.map(({ length }) => length).sort((a, b) => a - b)).toEqual([1, 3, 3]);
    expect(batches.flat().sort()).toEqual([...texts].sort());
  });

  it("asks nothing for no documents", async () => {
    expect(await embeddings(server).embedDocuments([])).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });

  it("sends at most 256 texts at a time unless it is told otherwise", async () => {
    await embeddings(server).embedDocuments(Array.from({ length: 257 }, () => "a"));
    expect(
      asked()
        .map(({ input }) => input.length)
        .sort((a, b) => a - b),
    ).toEqual([1, 256]);
  });

  it("sends dimensions and normalisation where they are set, and the user's headers", async () => {
    await embeddings(server, { dimensions: 256, normalize: false, headers: { "x-team": "tides" } }).embedQuery("tide");
    expect(server.requests[0]?.json).toEqual({ model: MODEL, input: ["tide"], dimensions: 256, normalize: false });
    expect(server.requests[0]?.headers["x-team"]).toBe("tides");
  });

  it.each([
    ["qwen3-embedding-8b", MODEL],
    ["fireworks/qwen3-embedding-8b", MODEL],
    ["nomic-ai/nomic-embed-text-v1.5", "nomic-ai/nomic-embed-text-v1.5"],
    ["accounts/acme/models/own", "accounts/acme/models/own"],
  ])("sends the model `%s` as `%s`", async (model, sent) => {
    const home = { baseURL: "https://api.fireworks.ai/inference/v1", fetch: standingIn(server) };
    await embeddings(server, { ...home, model }).embedQuery("tide");
    expect(asked()[0]?.model).toBe(sent);
  });

  it("sends a bare name as it is where another server is asked", async () => {
    await embeddings(server, { model: "qwen3-embedding-8b" }).embedQuery("tide");
    expect(asked()[0]?.model).toBe("qwen3-embedding-8b");
  });

  it("keeps at most so many requests under way as it is told", async () => {
    let open = 0;
    let most = 0;
    server.always(async (request) => {
      most = Math.max(most, ++open);
      await new Promise(setImmediate);
      open--;
      return echo(request);
    });
    await embeddings(server, { batchSize: 1, maxConcurrency: 2 }).embedDocuments(["a", "b", "c", "d", "e"]);
    expect(most).toBeLessThanOrEqual(2);
    expect(server.requests).toHaveLength(5);
  });

  it.each([
    [{ batchSize: 0 }, "`batchSize` is `0`"],
    [{ batchSize: 1.5 }, "`batchSize` is `1.5`"],
    [{ dimensions: -1 }, "`dimensions` is `-1`"],
    [{ maxConcurrency: 0 }, "`maxConcurrency` is `0`"],
    [{ maxRetries: -1 }, "`maxRetries` is `-1`"],
    [{ timeout: "soon" as never }, '`timeout` is `"soon"`'],
    [{ baseURL: "nowhere" }, "`nowhere`"],
    [{ baseURL: 5 as never }, "`baseURL` is of type `number`"],
    [{ apiKey: "fw\nx" }, "Copy it again"],
  ])("refuses %j when it is made", (fields, words) => {
    const make = () => embeddings(server, fields);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(words);
  });

  it("is made of a name and options, or of options alone", () => {
    const options = { apiKey: KEY, baseURL: "https://own.test/v1" };
    for (const made of [new FireworksEmbeddings(MODEL, options), new FireworksEmbeddings({ model: MODEL, ...options })])
      expect([made.model, made.baseURL]).toEqual([MODEL, options.baseURL]);
  });

  it.each([undefined, null, 7, ["tide"]])("refuses %j in place of a text, before anything is sent", async (text) => {
    const made = embeddings(server);
    await expect(made.embedQuery(text as never)).rejects.toBeInstanceOf(ConfigurationError);
    await expect(made.embedDocuments(["tide", text as never])).rejects.toThrow("`texts[1]`");
    expect(server.requests).toHaveLength(0);
    expect(made.costs.totals.calls).toBe(0);
  });

  it("shows its key nowhere", async () => {
    const made = embeddings(server, { headers: { "x-secret": "s3cret" } });
    server.reply(json(401, { error: `The key ${KEY} is not valid.` }));
    const error: unknown = await made.embedQuery("tide").catch((reason: unknown) => reason);
    const shown = [
      inspect(made, { depth: 10 }),
      JSON.stringify(made),
      inspect(error, { depth: 10 }),
      String((error as Error).stack),
    ].join("\n");
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain("s3cret");
  });
});

describe("what embeddings cost", () => {
  it("is booked request by request, by the price of input", async () => {
    const made = embeddings(server, { batchSize: 2 });
    await made.embedDocuments(["a", "b", "c"]);
    expect(made.costs.totals).toMatchObject({
      calls: 2,
      inputTokens: 3_000_000,
      outputTokens: 0,
      costUsd: "0.3",
      estimatedCalls: 0,
      openCalls: 0,
    });
  });

  it("shares the books with chat models that are given the same handler", async () => {
    const costs = new CostCallbackHandler();
    await embeddings(server, { costs }).embedQuery("tide");
    server.reply(hello);
    await new ChatFireworks("gpt-oss-120b", { apiKey: KEY, baseURL: server.url, costs }).invoke("Hi.");
    expect(Object.keys(costs.byModel)).toEqual([`fireworks/${MODEL}`, "fireworks/gpt-oss-120b"]);
    expect(costs.totals.calls).toBe(2);
  });

  it("has an entry in the ledger with who was asked and where", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ ledger });
    await embeddings(server, { costs }).embedQuery("tide");
    await costs.flush();
    expect(ledger.entries).toMatchObject([
      {
        provider: "fireworks",
        modelRequested: MODEL,
        modelServed: MODEL,
        host: new URL(server.url).host,
        outcome: "ok",
        usage: { inputTokens: 1_000_000, outputTokens: 0, source: "server" },
        cost: { usd: "0.1" },
      },
    ]);
  });

  it.each([
    ["nothing", {}],
    ["null", { usage: null }],
    ["zero", { usage: { prompt_tokens: 0, total_tokens: 0 } }],
    ["words", { usage: { prompt_tokens: "3" } }],
  ])("is an estimate that says so when the server says %s of usage", async (_, body) => {
    server.reply(json(200, { data: [{ index: 0, embedding: [1] }], ...body }));
    const ledger = new MemoryLedger();
    const made = embeddings(server, { costs: new CostCallbackHandler({ ledger }) });
    await made.embedQuery("The tide is high today.");
    await made.costs.flush();
    const [entry] = ledger.entries;
    expect(entry?.usage).toMatchObject({
      inputTokens: 6,
      outputTokens: 0,
      source: "estimated",
      estimate: { reason: "the server reported no usage", outputTokens: [0, 0] },
    });
    expect(Number(entry?.cost.lowUsd)).toBeLessThan(Number(entry?.cost.usd));
    expect(Number(entry?.cost.highUsd)).toBeGreaterThan(Number(entry?.cost.usd));
    expect(made.costs.totals.estimatedCalls).toBe(1);
  });

  it("is refused beforehand where it has no price and that is asked for", async () => {
    const made = embeddings(server, {
      model: "accounts/acme/models/own",
      costs: new CostCallbackHandler({ onUnpriced: "throw" }),
    });
    await expect(made.embedQuery("tide")).rejects.toThrow("No price is known");
    expect(server.requests).toHaveLength(0);
    expect(made.costs.totals.openCalls).toBe(0);
  });

  it("may be forbidden by whoever keeps the books, before anything is sent", async () => {
    const proposed: unknown[] = [];
    class Miser extends CostCallbackHandler {
      override async admit(call: Parameters<CostCallbackHandler["admit"]>[0]): Promise<never> {
        proposed.push({
          model: call.model,
          texts: call.messages.map(({ text: each }) => each),
          most: call.maxOutputTokens,
        });
        throw new Error("Too dear.");
      }
    }
    await expect(embeddings(server, { costs: new Miser() }).embedDocuments(["low", "high"])).rejects.toThrow(
      "Too dear.",
    );
    expect(proposed).toEqual([{ model: MODEL, texts: ["low", "high"], most: 0 }]);
    expect(server.requests).toHaveLength(0);
  });
});
