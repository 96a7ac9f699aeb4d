import { describe, expect, it } from "@jest/globals";
import type { ChatOpenLLMInput } from "../../../src/openllm.js";
import { CostCallbackHandler, MemoryLedger } from "../../../src/callbacks.js";
import { gate } from "../../support/gate.js";
import { ask, chunk, completion, counts, end, modelOf, saying } from "../../support/completions.js";
import { useWireServer } from "../../support/use_server.js";
import { cut, json, reset, sse, type Step } from "../../support/wire_script.js";

const server = useWireServer(saying("Hello"));

/** As LiteLLM 1.106 sends them: the cost in a header of whole answers, in the last usage of streamed ones. */
const callId = { "x-litellm-call-id": "call-1", "x-litellm-version": "1.106.12" };
const costing = (usd: string) => ({ headers: { ...callId, "x-litellm-response-cost": usd } });
const usage = (cost?: unknown) => ({ ...counts(11, 8), ...(cost === undefined ? {} : { cost }) });
/** The chunk with the usage has a choice too. */
const last = (cost?: unknown) => chunk({}, {}, { usage: usage(cost) });
const declared: ChatOpenLLMInput = { pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "1" } };

let made = 0;

/** A model with a ledger of its own, and what that says of its only call. */
function metered(fields: ChatOpenLLMInput = {}) {
  const ledger = new MemoryLedger();
  // Another name each time: what was found out about a model's server is remembered.
  const model = modelOf(server, { model: `m${++made}`, costs: new CostCallbackHandler({ ledger }), ...fields });
  const entry = () => {
    const [only, ...others] = ledger.entries;
    expect(others).toEqual([]);
    return only;
  };
  return { model, entry };
}

const streamed = (steps: readonly (Step | object)[], headers: Record<string, string> = callId) =>
  sse(steps, { headers, done: false });

describe("a call behind a proxy that pays for it", () => {
  it("costs what the last usage of its stream says", async () => {
    server.reply(sse([chunk({ content: "Hi" }), end(), last(0.000027)], { headers: callId }));
    const { model, entry } = metered(declared);
    const message = await ask(model, "stream");
    expect(message.response_metadata).toMatchObject({ declared_cost_usd: "0.000027", litellm_call_id: "call-1" });
    expect(entry()?.cost).toMatchObject({ status: "priced", usd: "0.000027" });
  });

  it.each([
    ["0.00011199999999999998", "0.000112"],
    ["4.2e-05", "0.000042"],
    ["1.23456789012345e-4", "0.000123456789"],
    ["0.9999999999999", "1"],
    ["2", "2"],
  ])("costs what a sum of doubles means: %s", async (said, usd) => {
    server.reply(json(200, completion({ content: "Hi" }), costing(said)));
    server.reply(sse([chunk({ content: "Hi" }), end(), last(Number(said))], { headers: callId }));
    for (const mode of ["whole", "stream"] as const) {
      const { model, entry } = metered();
      await ask(model, mode);
      expect(entry()?.cost).toMatchObject({ status: "priced", usd });
    }
  });

  it.each([undefined, 0, null, "0.1", -1, Number.NaN])("is unpriced where a stream says %p", async (cost) => {
    server.reply(sse([chunk({ content: "Hi" }), end(), last(cost)], { headers: callId }));
    const { model, entry } = metered();
    await ask(model, "stream");
    expect(entry()?.cost).toMatchObject({ status: "unpriced", usd: null });
    expect(model.costs.totals.unpricedCalls).toBe(1);
  });

  it("a cost in the usage of a server that is no such proxy is not taken", async () => {
    server.reply(sse([chunk({ content: "Hi" }), end(), last(0.5)]));
    const { model, entry } = metered();
    await ask(model, "stream");
    expect(entry()?.cost).toMatchObject({ status: "free" });
  });

  describe.each([
    ["unpriced without a price", {}, "unpriced"],
    ["by its declared price", declared, "priced"],
  ])("%s", (_, fields: ChatOpenLLMInput, status) => {
    it.each<[string, readonly (Step | object)[]]>([
      ["cut", [chunk({ content: "Hi" }), cut]],
      ["reset", [chunk({ content: "Hi" }), reset]],
      ["given up", [chunk({ content: "Hi" }), { error: { message: "backend died", code: "500" } }]],
      ["cut before its first piece", [": hello\n\n", reset]],
    ])("a stream that is %s", async (_what, steps) => {
      server.reply(streamed(steps));
      const { model, entry } = metered(fields);
      await expect(ask(model, "stream")).rejects.toThrow();
      expect(entry()?.cost).toMatchObject({ status });
      expect(model.costs.totals.unpricedCalls).toBe(status === "unpriced" ? 1 : 0);
    });

    it("a stream that is cut, whose headers have a cost that is older than it", async () => {
      server.reply(streamed([chunk({ content: "Hi" }), reset], costing("0.0").headers));
      const { model, entry } = metered(fields);
      await expect(ask(model, "stream")).rejects.toThrow();
      expect(entry()?.cost).toMatchObject({ status });
    });

    it("a whole answer that broke off", async () => {
      server.reply({ ...json(200, completion({ content: "Hi" }), { headers: callId }), steps: ['{"id":', reset] });
      const { model, entry } = metered(fields);
      await expect(ask(model, "whole")).rejects.toThrow();
      expect(entry()?.cost).toMatchObject({ status });
    });

    it("a gateway's time-out", async () => {
      server.reply(
        json(504, { error: { message: "too late" } }, { headers: { ...callId, "x-litellm-response-cost": "0" } }),
      );
      const { model, entry } = metered(fields);
      await expect(ask(model, "whole")).rejects.toThrow();
      expect(entry()?.cost).toMatchObject({ status });
    });

    it("a stream that is left, and one that is aborted", async () => {
      for (const leave of ["break", "abort"] as const) {
        server.reply(streamed([chunk({ content: "Hi" }), gate(), end()]));
        const { model, entry } = metered(fields);
        const controller = new AbortController();
        const read = async () => {
          for await (const _chunk of await model.stream("Hi", { signal: controller.signal })) {
            if (leave === "break") break;
            controller.abort();
          }
        };
        await read().catch(() => undefined);
        expect(entry()?.cost).toMatchObject({ status });
      }
    });

    it("a call that is aborted before its answer began, where the proxy has answered before", async () => {
      const held = gate();
      server.reply(json(200, completion({ content: "Hi" }), costing("0.1")));
      const ledger = new MemoryLedger();
      const model = modelOf(server, { ...fields, costs: new CostCallbackHandler({ ledger }) });
      await ask(model, "whole");
      server.reply({ ...json(200, {}), before: [held] });
      const controller = new AbortController();
      const calling = model.invoke("Hi", { signal: controller.signal }).catch(() => undefined);
      await held.reached;
      controller.abort();
      await calling;
      expect(ledger.entries.map(({ cost }) => cost.status)).toEqual(["priced", status]);
    });
  });

  const tool = { name: "get_weather", description: "Weather", schema: { type: "object", properties: {} } };
  const forced = { tools: [tool], tool_choice: "any" };
  const call = completion({ content: '{"name":"get_weather","arguments":{}}' });

  it("costs the sum of its requests, streamed and not", async () => {
    for (const stream of [false, true]) {
      const first = stream
        ? sse([chunk({ content: "Prose." }), end(), last(0.000192)], { headers: callId })
        : json(200, completion({ content: "Prose." }), costing("0.000192"));
      server.reply(first, json(200, call, costing("1.02e-4")));
      const { model, entry } = metered();
      const answer = stream ? await collect(await model.stream("Hi", forced)) : await model.invoke("Hi", forced);
      expect(answer.tool_calls).toHaveLength(1);
      expect(answer.response_metadata).not.toHaveProperty("declared_cost_usd");
      expect(answer.response_metadata.requests).toMatchObject([
        { declared_cost_usd: "0.000192" },
        { declared_cost_usd: "0.000102" },
      ]);
      expect(entry()?.cost).toMatchObject({ status: "priced", usd: "0.000294" });
    }
  });

  it.each([false, true])(
    "costs the sum of its requests also where neither was the call (stream: %p)",
    async (stream) => {
      const prose = completion({ content: "Prose." });
      server.reply(
        stream
          ? sse([chunk({ content: "Prose." }), end(), last(0.1)], { headers: callId })
          : json(200, prose, costing("0.1")),
        // Asked for by the standard's object, and by schema.
        json(200, prose, costing("0.05")),
        json(200, prose, costing("0.15")),
      );
      const { model, entry } = metered();
      await expect(stream ? model.stream("Hi", forced).then(collect) : model.invoke("Hi", forced)).rejects.toThrow();
      expect(entry()?.cost).toMatchObject({ status: "priced", usd: "0.3" });
    },
  );

  it.each<[string, ChatOpenLLMInput, object]>([
    ["unpriced", {}, { status: "unpriced" }],
    ["by a declared price", declared, { status: "priced", basis: "user" }],
  ])("is %s where one of two requests does not say its cost", async (_, fields, cost) => {
    server.reply(json(200, completion({ content: "Prose." }), { headers: callId }), json(200, call, costing("0.1")));
    const { model, entry } = metered(fields);
    await model.invoke("Hi", forced);
    expect(entry()?.cost).toMatchObject(cost);
  });

  it("a refused request costs nothing: the sum is of those that were answered", async () => {
    server.reply(
      json(400, { error: { message: "stream_options: Extra inputs are not permitted" } }, costing("0")),
      sse([chunk({ content: "Hi" }), end(), last(0.2)], { headers: callId }),
    );
    const { model, entry } = metered();
    await ask(model, "stream");
    expect(entry()?.cost).toMatchObject({ status: "priced", usd: "0.2" });
  });
});

async function collect<Piece extends { concat(next: Piece): Piece }>(stream: AsyncIterable<Piece>): Promise<Piece> {
  let sum: Piece | undefined;
  for await (const piece of stream) sum = sum === undefined ? piece : sum.concat(piece);
  if (sum === undefined) throw new Error("The stream had no chunk.");
  return sum;
}
