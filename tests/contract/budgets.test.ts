import { describe, expect, it } from "@jest/globals";
import { Budget } from "../../src/budget/budget.js";
import type { BudgetInput } from "../../src/budget/input.js";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { expectOneRun } from "../support/runs.js";
import { stall } from "../support/wire_script.js";
import { useClock } from "./clock.js";
import { collect, paths, prepare, rejection } from "./paths.js";
import { chatsOf, useServer, watch } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const clock = useClock();
const pricing = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
const input = "Say hello.";

/** A budget, and the books of the calls that draw on it. */
function booked(terms: BudgetInput) {
  const ledger = new MemoryLedger();
  const budget = new Budget(terms);
  return { budget, ledger, costs: new CostCallbackHandler({ budget, ledger }) };
}

describe.each(subjects)("$name: a budget holds each call", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) =>
    subject.create(wire.server.url, { pricing, maxTokens: 100, ...fields });
  const answerAll = () =>
    wire.server.always(({ json }) =>
      (json as { stream?: boolean }).stream ? subject.scripts.streamed() : subject.scripts.whole(),
    );

  describe.each(paths)("$name", (path) => {
    it("is charged what the books say, once, and holds nothing afterwards", async () => {
      answerAll();
      const { budget, costs, ledger } = booked({ limitUsd: "1" });
      await prepare(path, create, { costs }).go({ callbacks: [costs] });
      const { spent, held } = await budget.state();
      expect({ spent, held }).toEqual({ spent: costs.totals.costUsd, held: "0" });
      expect(Number(spent)).toBeGreaterThan(0);
      const [entry] = ledger.entries;
      expect(entry?.budgets).toEqual([
        { name: "usd", key: "", pot: "usd:usd", held: expect.any(String), settled: spent },
      ]);
      expect(Number(entry?.budgets?.[0]?.held)).toBeGreaterThan(Number(spent));
    });

    it("is denied with nothing sent, and the run ends", async () => {
      const { budget, costs, ledger } = booked({ limitUsd: "0.000001", name: "small" });
      const { handler, go } = prepare(path, create, { costs });
      const error = await rejection(go({ callbacks: [costs, handler] }));
      expect(error).toMatchObject({ name: "BudgetExceededError", status: 402, scope: "small", spent: "0", held: "0" });
      expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { name: "BudgetExceededError" } });
      expect(wire.server.requests).toEqual([]);
      expect(await budget.state()).toMatchObject({ spent: "0", held: "0" });
      expect(ledger.entries).toMatchObject([
        { outcome: "denied", budgets: [{ name: "small", held: "0", settled: "0" }] },
      ]);
    });
  });

  it("charges an aborted call at no more than it held, and no less than it may have cost", async () => {
    wire.server.reply(subject.scripts.whole({}, { before: [stall] }));
    const { budget, costs, ledger } = booked({ limitUsd: "1" });
    const controller = new AbortController();
    const failing = rejection(create({ costs }).invoke(input, { signal: controller.signal }));
    await wire.server.received();
    expect(Number((await budget.state()).held)).toBeGreaterThan(0);
    controller.abort();
    await failing;
    const state = await budget.state();
    const [entry] = ledger.entries;
    expect(state.held).toBe("0");
    expect(Number(state.spent)).toBeGreaterThan(0);
    expect(Number(state.spent)).toBeLessThanOrEqual(Number(entry?.budgets?.[0]?.held));
  });

  it("settles a stream that its reader leaves", async () => {
    wire.server.always(() => subject.scripts.streamed());
    const { budget, costs } = booked({ limitUsd: "1" });
    for await (const _ of await create({ costs }).stream(input)) break;
    const state = await budget.state();
    expect(state.held).toBe("0");
    expect(Number(state.spent)).toBeGreaterThan(0);
  });

  it("holds for each request that may be charged, and gives back nothing before the end", async () => {
    wire.server.reply(subject.scripts.refusal(502, "lost"), subject.scripts.whole());
    const { budget, costs, ledger } = booked({ limitUsd: "1" });
    const calling = watch(create({ costs, maxRetries: 1 }).invoke(input));
    while (!calling.settled) await clock.passSoon(1);
    await calling;
    const [entry] = ledger.entries;
    const once = booked({ limitUsd: "1" });
    answerAll();
    await create({ costs: once.costs }).invoke(input);
    const [simple] = once.ledger.entries;
    expect(Number(entry?.budgets?.[0]?.held)).toBeCloseTo(2 * Number(simple?.budgets?.[0]?.held), 9);
    expect((await budget.state()).held).toBe("0");
    expect(Number((await budget.state()).spent)).toBeGreaterThan(Number(costs.totals.costUsd));
  });

  it("names first the budget that denied a later request, with what the first one held", async () => {
    wire.server.reply(subject.scripts.refusal(502, "lost"), subject.scripts.whole());
    const ledger = new MemoryLedger();
    const budget = [new Budget({ name: "wide", limitUsd: "1" }), new Budget({ name: "tight", limitTokens: 3_000 })];
    const costs = new CostCallbackHandler({ budget, ledger });
    const failing = watch(rejection(create({ costs, maxRetries: 1 }).invoke(input)));
    while (!failing.settled) await clock.passSoon(1);
    expect(await failing).toMatchObject({ name: "BudgetExceededError", scope: "tight" });
    const [entry] = ledger.entries;
    expect(entry?.outcome).toBe("denied");
    expect(entry?.budgets?.map(({ name }) => name)).toEqual(["tight", "wide"]);
    expect(Number(entry?.budgets?.[0]?.held)).toBeGreaterThan(0);
  });

  it("gives a call without a limit a share, and says so", async () => {
    answerAll();
    const { budget, costs } = booked({ limitTokens: 100_000 });
    const answer = await create({ costs, maxTokens: undefined }).invoke(input);
    const given = answer.response_metadata.budget_max_tokens as number;
    expect(given).toBeGreaterThan(5_000);
    expect(given).toBeLessThan(10_000);
    const [{ json } = { json: {} }] = chatsOf(wire.server);
    expect(JSON.stringify(json)).toContain(String(given));
    expect(await budget.state()).toMatchObject({ spent: String(answer.usage_metadata?.total_tokens), held: "0" });
  });

  it("lowers a limit that does not fit where it may", async () => {
    answerAll();
    const { costs } = booked({ limitTokens: 5_000, onExceed: "clamp" });
    const answer = await create({ costs, maxTokens: 100_000 }).invoke(input);
    expect(answer.response_metadata.budget_max_tokens).toBeLessThan(5_000);
    expect(answer.response_metadata.budget_max_tokens).toBeGreaterThan(1_000);
  });

  it("never passes its limit under calls at the same time", async () => {
    answerAll();
    const { budget, costs } = booked({ limitTokens: 20_000 });
    const model = create({ costs });
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => model.invoke(input)));
    const sent = outcomes.filter(({ status }) => status === "fulfilled").length;
    expect(sent).toBeGreaterThan(3);
    expect(sent).toBeLessThan(10);
    expect(chatsOf(wire.server)).toHaveLength(sent);
    expect(await budget.state()).toMatchObject({ held: "0" });
  });

  it("ends a stream that passes its output limit with what came", async () => {
    const words = Array.from({ length: 200 }, () => ({ text: "word " }));
    wire.server.always(() => subject.scripts.streamed(words));
    const { budget, costs, ledger } = booked({ limitTokens: 100_000 });
    const chunks = await collect(create({ costs, maxTokens: 20 }).stream(input));
    const text = chunks.map((chunk) => chunk.text).join("");
    expect(text.split(" ").length).toBeGreaterThan(20);
    expect(text.split(" ").length).toBeLessThan(40);
    expect(chunks.at(-1)?.response_metadata).toMatchObject({ finish_reason: "budget", usage_source: "estimated" });
    expect(ledger.entries).toMatchObject([
      { outcome: "ok", usage: { estimate: { outputTokens: [expect.any(Number), null] } } },
    ]);
    expect((await budget.state()).held).toBe("0");
  });
});
