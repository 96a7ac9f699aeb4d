import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { CostCallbackHandler } from "../../src/callbacks/cost_handler.js";
import { ChatFireworks } from "../../src/chat_models/fireworks.js";
import { FireworksEmbeddings, type FireworksEmbeddingsInput } from "../../src/embeddings/fireworks.js";
import { CallTimeoutError, ConfigurationError, ServerError } from "../../src/errors.js";
import { gate } from "../support/gate.js";
import { hangUp, json, reset, stall, bytes, text } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { hello } from "../chat_models/fireworks_setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(echo);
});

afterEach(() => server.close());

const KEY = "fw_not_a_key";
const MODEL = "accounts/fireworks/models/qwen3-embedding-8b";

interface Asked {
  model: string;
  input: string[];
}

const asked = () => server.requests.map((request) => request.json as Asked);

/** A vector that tells which text it is of. */
const vectorOf = (input: string) => [input.length, input.charCodeAt(0)];

/** Answers with the vectors in reverse order, as the order of the list is not promised. */
function echo(request: { json: unknown }) {
  const { input, model } = request.json as Asked;
  const data = input.map((each, index) => ({ object: "embedding", index, embedding: vectorOf(each) })).reverse();
  return json(200, { object: "list", data, model, usage: { prompt_tokens: 1_000_000 * input.length, total_tokens: 1_000_000 * input.length } });
}

function embeddings(fields: Partial<FireworksEmbeddingsInput> = {}): FireworksEmbeddings {
  return new FireworksEmbeddings({ model: MODEL, apiKey: KEY, baseURL: `${server.url}/inference/v1`, maxRetries: 0, ...fields });
}

describe("FireworksEmbeddings", () => {
  it("embeds a query with one request", async () => {
    expect(await embeddings().embedQuery("tide")).toEqual(vectorOf("tide"));
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", path: "/inference/v1/embeddings", headers: { authorization: `Bearer ${KEY}` } });
    expect(request?.json).toEqual({ model: MODEL, input: ["tide"] });
  });

  it("embeds documents in batches, and gives the vectors in the order of the texts", async () => {
    const texts = Array.from({ length: 7 }, (_, index) => "abcdefg".slice(index));
    expect(await embeddings({ batchSize: 3 }).embedDocuments(texts)).toEqual(texts.map(vectorOf));
    const batches = asked().map(({ input }) => input);
    expect(batches.map(({ length }) => length).sort()).toEqual([1, 3, 3]);
    expect(batches.flat().sort()).toEqual([...texts].sort());
  });

  it("asks nothing for no documents", async () => {
    expect(await embeddings().embedDocuments([])).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });

  it("sends at most 256 texts at a time unless it is told otherwise", async () => {
    await embeddings().embedDocuments(Array.from({ length: 257 }, () => "a"));
    expect(asked().map(({ input }) => input.length).sort()).toEqual([1, 256]);
  });

  it("sends dimensions and normalisation where they are set, and the user's headers", async () => {
    await embeddings({ dimensions: 256, normalize: false, headers: { "x-team": "tides" } }).embedQuery("tide");
    expect(server.requests[0]?.json).toEqual({ model: MODEL, input: ["tide"], dimensions: 256, normalize: false });
    expect(server.requests[0]?.headers["x-team"]).toBe("tides");
  });

  it.each([
    ["qwen3-embedding-8b", MODEL],
    ["fireworks/qwen3-embedding-8b", MODEL],
    ["nomic-ai/nomic-embed-text-v1.5", "nomic-ai/nomic-embed-text-v1.5"],
    ["accounts/acme/models/own", "accounts/acme/models/own"],
  ])("sends the model `%s` as `%s`", async (model, sent) => {
    await embeddings({ model }).embedQuery("tide");
    expect(asked()[0]?.model).toBe(sent);
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
    await embeddings({ batchSize: 1, maxConcurrency: 2 }).embedDocuments(["a", "b", "c", "d", "e"]);
    expect(most).toBeLessThanOrEqual(2);
    expect(server.requests).toHaveLength(5);
  });

  it.each([
    [{ batchSize: 0 }, "`batchSize` is `0`"],
    [{ batchSize: 1.5 }, "`batchSize` is `1.5`"],
    [{ dimensions: -1 }, "`dimensions` is `-1`"],
    [{ baseURL: "nowhere" }, "`nowhere`"],
    [{ apiKey: "fw\nx" }, "Copy it again"],
  ])("refuses %j when it is made", (fields, words) => {
    const make = () => embeddings(fields);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(words);
  });

  it("shows its key nowhere", async () => {
    const made = embeddings({ headers: { "x-secret": "s3cret" } });
    server.reply(json(401, { error: "No." }));
    const error: unknown = await made.embedQuery("tide").catch((reason: unknown) => reason);
    const shown = [inspect(made, { depth: 10 }), JSON.stringify(made), inspect(error, { depth: 10 }), String((error as Error).stack)].join("\n");
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain("s3cret");
  });
});

describe("what embeddings cost", () => {
  it("is booked request by request, by the price of input", async () => {
    const made = embeddings({ batchSize: 2 });
    await made.embedDocuments(["a", "b", "c"]);
    expect(made.costs.totals).toMatchObject({ calls: 2, inputTokens: 3_000_000, outputTokens: 0, costUsd: "0.3", estimatedCalls: 0, openCalls: 0 });
  });

  it("shares the books with chat models that are given the same handler", async () => {
    const costs = new CostCallbackHandler();
    await embeddings({ costs }).embedQuery("tide");
    server.reply(hello);
    await new ChatFireworks("gpt-oss-120b", { apiKey: KEY, baseURL: server.url, costs }).invoke("Hi.");
    expect(Object.keys(costs.byModel)).toEqual([`fireworks/${MODEL}`, "fireworks/gpt-oss-120b"]);
    expect(costs.totals.calls).toBe(2);
  });

  it("has an entry in the ledger with who was asked and where", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ ledger });
    await embeddings({ costs }).embedQuery("tide");
    await costs.flush();
    expect(ledger.entries).toMatchObject([
      { provider: "fireworks", modelRequested: MODEL, modelServed: MODEL, host: new URL(server.url).host, outcome: "ok", usage: { inputTokens: 1_000_000, outputTokens: 0, source: "server" }, cost: { usd: "0.1" } },
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
    const made = embeddings({ costs: new CostCallbackHandler({ ledger }) });
    await made.embedQuery("The tide is high today.");
    await made.costs.flush();
    const [entry] = ledger.entries;
    expect(entry?.usage).toMatchObject({ inputTokens: 6, outputTokens: 0, source: "estimated", estimate: { reason: "the server reported no usage", outputTokens: [0, 0] } });
    expect(Number(entry?.cost.lowUsd)).toBeLessThan(Number(entry?.cost.usd));
    expect(Number(entry?.cost.highUsd)).toBeGreaterThan(Number(entry?.cost.usd));
    expect(made.costs.totals.estimatedCalls).toBe(1);
  });

  it("is refused beforehand where it has no price and that is asked for", async () => {
    const made = embeddings({ model: "accounts/acme/models/own", costs: new CostCallbackHandler({ onUnpriced: "throw" }) });
    await expect(made.embedQuery("tide")).rejects.toThrow("No price is known");
    expect(server.requests).toHaveLength(0);
    expect(made.costs.totals.openCalls).toBe(0);
  });

  it("may be forbidden by whoever keeps the books, before anything is sent", async () => {
    const proposed: unknown[] = [];
    class Miser extends CostCallbackHandler {
      override async admit(call: Parameters<CostCallbackHandler["admit"]>[0]): Promise<never> {
        proposed.push({ model: call.model, texts: call.messages.map(({ text: each }) => each), most: call.maxOutputTokens });
        throw new Error("Too dear.");
      }
    }
    await expect(embeddings({ costs: new Miser() }).embedDocuments(["low", "high"])).rejects.toThrow("Too dear.");
    expect(proposed).toEqual([{ model: MODEL, texts: ["low", "high"], most: 0 }]);
    expect(server.requests).toHaveLength(0);
  });
});

describe("embeddings that fail", () => {
  it.each([
    ["nested", { error: { message: "Bad tide.", code: "BAD_REQUEST" } }],
    ["a bare text", { error: "Bad tide." }],
    ["not nested", { object: "error", message: "Bad tide." }],
  ])("say what the server said, in a body that is %s, and cost nothing when refused", async (_, body) => {
    server.reply(json(400, body));
    const made = embeddings();
    await expect(made.embedQuery("tide")).rejects.toMatchObject({ name: "ServerError", status: 400, message: expect.stringContaining("Bad tide.") });
    expect(made.costs.totals).toMatchObject({ calls: 1, inputTokens: 0, openCalls: 0, estimatedCalls: 0 });
  });

  it("are tried again where that can help, and the books name the attempts", async () => {
    server.reply(json(503, { error: "Soon." }, { headers: { "retry-after": "0" } }));
    const ledger = new MemoryLedger();
    const made = embeddings({ maxRetries: 1, costs: new CostCallbackHandler({ ledger }) });
    expect(await made.embedQuery("tide")).toEqual(vectorOf("tide"));
    await made.costs.flush();
    expect(ledger.entries).toMatchObject([{ attempts: [{ status: 503 }, { status: 200 }], usage: { inputTokens: 1_000_000 } }]);
  });

  it("say what is wrong with an answer that is none, and what it cost is on the books", async () => {
    for (const script of [text(200, "<html>It works!</html>"), text(200, ""), json(200, { data: "none" }), json(200, [])]) {
      server.reply(script);
      const made = embeddings();
      await expect(made.embedQuery("tide")).rejects.toBeInstanceOf(ServerError);
      expect(made.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1 });
    }
  });

  it("keep the server's count when there is not one vector for each text", async () => {
    server.reply(json(200, { data: [{ index: 1, embedding: [1] }], usage: { prompt_tokens: 12 } }));
    const made = embeddings();
    await expect(made.embedDocuments(["low", "high"])).rejects.toThrow("1 embeddings for 2 texts");
    expect(made.costs.totals).toMatchObject({ calls: 1, inputTokens: 12, estimatedCalls: 0 });
  });

  it("count as spent, by estimate, when the connection broke after the request was sent", async () => {
    server.reply(hangUp(reset));
    const made = embeddings();
    await expect(made.embedQuery("tide")).rejects.toMatchObject({ name: "ConnectionError" });
    expect(made.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1 });
  });

  it("send no further batch after the first failure, and throw that one", async () => {
    server.reply(json(401, { error: "No." }));
    const made = embeddings({ batchSize: 1, maxConcurrency: 1 });
    await expect(made.embedDocuments(["a", "b", "c"])).rejects.toMatchObject({ status: 401 });
    expect(server.requests).toHaveLength(1);
    expect(made.costs.totals.calls).toBe(1);
  });

  it("have the batches on the books that were answered beside the one that failed", async () => {
    server.always((request) => ((request.json as Asked).input[0] === "b" ? json(400, { error: "Bad tide." }) : echo(request)));
    const made = embeddings({ batchSize: 1 });
    await expect(made.embedDocuments(["a", "b", "c"])).rejects.toThrow("Bad tide.");
    expect(made.costs.totals).toMatchObject({ calls: 3, inputTokens: 2_000_000, openCalls: 0 });
  });

  it("are aborted by a signal, which closes the socket", async () => {
    const arrived = gate();
    server.reply(bytes([], {}, { before: [arrived, stall] }));
    const aborting = new AbortController();
    const made = embeddings();
    const asking = made.embedQuery("tide", { signal: aborting.signal });
    await arrived.reached;
    aborting.abort();
    await expect(asking).rejects.toThrow("aborted");
    await server.idle();
    expect(server.requests[0]?.aborted).toBe(true);
    expect(made.costs.totals).toMatchObject({ calls: 1, openCalls: 0, estimatedCalls: 1 });
    await expect(made.embedDocuments(["low"], { signal: aborting.signal })).rejects.toThrow("aborted");
    expect(server.requests).toHaveLength(1);
  });

  it("end when their time is over, and leave their siblings alone", async () => {
    const arrived = gate();
    server.reply(bytes([], {}, { before: [arrived, stall] }));
    const slow = embeddings({ timeout: 50 });
    const failing = expect(slow.embedQuery("tide")).rejects.toBeInstanceOf(CallTimeoutError);
    await arrived.reached;
    expect(await embeddings({ timeout: 10_000 }).embedQuery("high")).toEqual(vectorOf("high"));
    await failing;
    await server.idle();
  });
});
