import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { inspect } from "node:util";
import { CostCallbackHandler } from "../../../../src/books/cost_handler.js";
import { CallTimeoutError, ServerError } from "../../../../src/base/errors.js";
import { MemoryLedger } from "../../../../src/ledger/memory.js";
import { useClock } from "../../../contract/clock.js";
import { gate } from "../../../support/gate.js";
import { bytes, hangUp, json, reset, stall, text } from "../../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../../support/wire_server.js";
import { echo, embeddings, KEY, vectorOf, type Asked } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(echo);
});

afterEach(() => server.close());

describe("embeddings that fail", () => {
  it.each([
    ["nested", { error: { message: "Bad tide.", code: "BAD_REQUEST" } }],
    ["a bare text", { error: "Bad tide." }],
    ["not nested", { object: "error", message: "Bad tide." }],
  ])("say what the server said, in a body that is %s, and cost nothing when refused", async (_, body) => {
    server.reply(json(400, body));
    const made = embeddings(server);
    await expect(made.embedQuery("tide")).rejects.toMatchObject({
      name: "ServerError",
      status: 400,
      message: expect.stringContaining("Bad tide."),
    });
    expect(made.costs.totals).toMatchObject({ calls: 1, inputTokens: 0, openCalls: 0, estimatedCalls: 0 });
  });

  it("cost nothing either when the server refused them in the body of a 200", async () => {
    server.reply(json(200, { error: { message: "Out of tide.", code: "invalid_request_error" } }));
    const made = embeddings(server);
    await expect(made.embedQuery("tide")).rejects.toThrow("Out of tide.");
    expect(made.costs.totals).toMatchObject({ calls: 1, inputTokens: 0, estimatedCalls: 0 });
  });

  it("say nothing of the key, in whichever form the server repeats it", async () => {
    const escaped = KEY.replaceAll("_", String.raw`\u005f`);
    const body = `{"error":"bad ${escaped}, ${btoa(KEY)}"}`;
    server.reply(text(401, body, { headers: { "x-echo": KEY, "set-cookie": "a=b" } }));
    const error: unknown = await embeddings(server)
      .embedQuery("tide")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 401, body: '{"error":"bad ***, ***"}', headers: { "x-echo": "***" } });
    expect(error).not.toHaveProperty(["headers", "set-cookie"]);
    expect(inspect(error, { showHidden: true })).not.toContain(KEY);
  });

  it("end where an answer is larger than it may be", async () => {
    const made = embeddings(server, { maxResponseBytes: 100 });
    await expect(made.embedQuery("tide")).rejects.toMatchObject({
      name: "ResponseTooLargeError",
      option: "maxResponseBytes",
      limitBytes: 100,
    });
    expect(made.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1, openCalls: 0 });
    expect(() => embeddings(server, { maxResponseBytes: 0 })).toThrow("`maxResponseBytes` is `0`");
  });

  it("are tried again where that can help, and the books name the attempts", async () => {
    server.reply(json(503, { error: "Soon." }, { headers: { "retry-after": "0" } }));
    const ledger = new MemoryLedger();
    const made = embeddings(server, { maxRetries: 1, costs: new CostCallbackHandler({ ledger }) });
    expect(await made.embedQuery("tide")).toEqual(vectorOf("tide"));
    await made.costs.flush();
    expect(ledger.entries).toMatchObject([
      { attempts: [{ status: 503 }, { status: 200 }], usage: { inputTokens: 1_000_000 } },
    ]);
  });

  it("say what is wrong with an answer that is none, and what it cost is on the books", async () => {
    for (const script of [
      text(200, "<html>It works!</html>"),
      text(200, ""),
      json(200, { data: "none" }),
      json(200, []),
    ]) {
      server.reply(script);
      const made = embeddings(server);
      await expect(made.embedQuery("tide")).rejects.toBeInstanceOf(ServerError);
      expect(made.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1 });
    }
  });

  it("keep the server's count when there is not one vector for each text", async () => {
    server.reply(json(200, { data: [{ index: 1, embedding: [1] }], usage: { prompt_tokens: 12 } }));
    const made = embeddings(server);
    await expect(made.embedDocuments(["low", "high"])).rejects.toThrow("1 embedding for 2 texts");
    expect(made.costs.totals).toMatchObject({ calls: 1, inputTokens: 12, estimatedCalls: 0 });
  });

  it("count as spent, by estimate, when the connection broke after the request was sent", async () => {
    server.reply(hangUp(reset));
    const made = embeddings(server);
    await expect(made.embedQuery("tide")).rejects.toMatchObject({ name: "ConnectionError" });
    expect(made.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1 });
  });

  it("send no further batch after the first failure, and throw that one", async () => {
    server.reply(json(401, { error: "No." }));
    const made = embeddings(server, { batchSize: 1, maxConcurrency: 1 });
    await expect(made.embedDocuments(["a", "b", "c"])).rejects.toMatchObject({ status: 401 });
    expect(server.requests).toHaveLength(1);
    expect(made.costs.totals.calls).toBe(1);
  });

  it("have the batches on the books that were answered beside the one that failed", async () => {
    server.always((request) =>
      (request.json as Asked).input[0] === "b" ? json(400, { error: "Bad tide." }) : echo(request),
    );
    const made = embeddings(server, { batchSize: 1 });
    await expect(made.embedDocuments(["a", "b", "c"])).rejects.toThrow("Bad tide.");
    expect(made.costs.totals).toMatchObject({ calls: 3, inputTokens: 2_000_000, openCalls: 0 });
  });

  it("are aborted by a signal, which closes the socket", async () => {
    const arrived = gate();
    server.reply(bytes([], {}, { before: [arrived, stall] }));
    const aborting = new AbortController();
    const made = embeddings(server);
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

  describe("whose time is limited", () => {
    const clock = useClock();

    it("end when it is over, and leave their siblings alone", async () => {
      const [arrived, sibling] = [gate(), gate()];
      server.reply(bytes([], {}, { before: [arrived, stall] }), async (request) => {
        sibling.arrive();
        await sibling.opened;
        return echo(request);
      });
      const slow = embeddings(server, { timeout: 50 })
        .embedQuery("tide")
        .catch((reason: unknown) => reason);
      await arrived.reached;
      const quick = embeddings(server, { timeout: 10_000 }).embedQuery("high");
      await sibling.reached;
      clock.pass(50);
      expect(await slow).toBeInstanceOf(CallTimeoutError);
      sibling.open();
      expect(await quick).toEqual(vectorOf("high"));
      await server.idle();
    });
  });
});
