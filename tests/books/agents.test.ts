import { describe, expect, it } from "@jest/globals";
import { tool } from "@langchain/core/tools";
import type { AIMessageFields } from "@langchain/core/messages";
import { createAgent } from "langchain";
import { z } from "zod";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { trackCosts } from "../../src/books/track_costs.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { summarize } from "../../src/ledger/summary.js";
import { MILLIONS, PRICES } from "./prices.js";
import { ScriptedModel } from "./scripted_model.js";

/** A model that calls these tools at once in its first answer, and is content with the second. */
class Caller extends ScriptedModel {
  constructor(tools: readonly string[]) {
    super({ provider: "acme", model: "roadrunner" });
    const calls: AIMessageFields = {
      content: "",
      usage_metadata: MILLIONS,
      tool_calls: tools.map((name, index) => ({ name, args: { question: "?" }, id: `call-${index}` })),
    };
    const done: AIMessageFields = { content: "done", usage_metadata: MILLIONS };
    let turn = 0;
    const next = () => ({ messages: [turn++ % 2 === 0 && tools.length > 0 ? calls : done] });
    Object.defineProperty(this, "answer", { get: next });
  }
}

const schema = z.object({ question: z.string() });
const clock = tool(() => "noon", { name: "clock", description: "Says the time", schema });

/** An agent that asks two sub-agents at the same time; each of them uses a tool. */
function team() {
  const experts = ["tides", "moons"].map((name) => {
    const agent = createAgent({ model: new Caller(["clock"]), tools: [clock], name });
    const ask = async ({ question }: { question: string }) => {
      const { messages } = await agent.invoke({ messages: [{ role: "user", content: question }] });
      return String(messages.at(-1)?.content);
    };
    return tool(ask, { name: `ask_${name}`, description: name, schema });
  });
  return createAgent({ model: new Caller(["ask_tides", "ask_moons"]), tools: experts, name: "lead" });
}

const messages = [{ role: "user" as const, content: "When is high water?" }];
/** Two turns of the lead, and two of each expert. */
const CALLS = 6;

describe("an agent with sub-agents and parallel tools", () => {
  it("has one total for an invocation, which its handler gets", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    await team().invoke({ messages }, { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ calls: CALLS, costUsd: "30", openCalls: 0 });
    const traces = summarize(ledger.entries, "trace").groups;
    expect(traces.map(({ calls, costUsd, key }) => [calls, costUsd, key === null])).toEqual([[CALLS, "30", false]]);
  });

  it("has its cost by agent and by node", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    await team().invoke({ messages }, { callbacks: [costs] });
    const nodes = summarize(ledger.entries, "node").groups;
    expect(nodes.map(({ key, calls }) => [key, calls])).toEqual([["model_request", CALLS]]);
    const agents = summarize(ledger.entries, "agent").groups;
    expect(agents.map(({ key, calls }) => [key, calls])).toEqual([
      ["lead", 2],
      ["moons", 2],
      ["tides", 2],
    ]);
  });

  it("is metered by trackCosts with no wiring", async () => {
    const { costs } = await trackCosts(() => team().invoke({ messages }), { table: PRICES });
    expect(costs.totals).toMatchObject({ calls: CALLS, costUsd: "30" });
  });

  it("keeps threads apart", async () => {
    const ledger = new MemoryLedger();
    const costs = new CostCallbackHandler({ table: PRICES, ledger });
    const ask = (thread_id: string, user: string) =>
      team().invoke({ messages }, { callbacks: [costs], configurable: { thread_id }, metadata: { user } });
    await Promise.all([ask("one", "ann"), ask("two", "bob")]);
    for (const [by, keys] of [
      ["thread", ["one", "two"]],
      ["user", ["ann", "bob"]],
    ] as const) {
      const { groups } = summarize(ledger.entries, by);
      expect(groups.map(({ key, calls }) => [key, calls])).toEqual(keys.map((key) => [key, CALLS]));
    }
  });

  it("counts a streamed agent once, tokens or not", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    for await (const _ of await team().stream({ messages }, { callbacks: [costs], streamMode: "messages" }));
    expect(costs.totals).toMatchObject({ calls: CALLS, costUsd: "30" });
  });
});
