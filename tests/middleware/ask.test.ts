import { describe, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { z } from "zod";
import { Budget } from "../../src/budget/budget.js";
import { budgetMiddleware } from "../../src/middleware.js";
import { failure } from "../support/completions.js";
import { useWireServer } from "../support/use_server.js";
import { clock, costly, plays } from "./agent_server.js";

const server = useWireServer();
const messages = [new HumanMessage("What time is it?")];
const thread = { configurable: { thread_id: "1" } };

/** An agent that asks at its limit, run until it does. Its answers cost $0.005 each, and may need a cent. */
async function asked(budget: Budget) {
  const middleware = [budgetMiddleware(budget, { onExceed: "ask" })];
  const agent = createAgent({ model: costly(server), tools: [clock], middleware, checkpointer: new MemorySaver() });
  const paused = await agent.invoke({ messages }, thread);
  const resume = (answer: unknown) => agent.invoke(new Command({ resume: answer }), thread);
  return { agent, question: questionIn(paused), resume };
}

function questionIn(result: object): unknown {
  const { __interrupt__: interrupts } = result as { __interrupt__?: { value: unknown }[] };
  return interrupts?.[0]?.value;
}

describe("an agent that asks a person at its limit", () => {
  it("says where the budget stands, in plain data", async () => {
    plays(server, { tool: "clock" }, { text: "noon" });
    const { question } = await asked(new Budget({ name: "purse", limitUsd: "0.011" }));
    expect(question).toEqual({
      type: "budget_exceeded",
      message: expect.stringContaining("The budget `purse` does not allow the call") as unknown,
      budget: {
        name: "purse",
        key: "",
        unit: "usd",
        limit: "0.011",
        spent: "0.005",
        held: "0",
        requested: "0.010000001",
      },
      choices: ["end", "raise", "retry"],
    });
    expect(JSON.parse(JSON.stringify(question))).toEqual(question);
  });

  it("ends where the person says so", async () => {
    plays(server, { tool: "clock" }, { text: "noon" });
    const budget = new Budget({ limitCalls: 1 });
    const { resume } = await asked(budget);
    const { messages: said } = await resume({ type: "end" });
    expect(said.at(-1)?.text).toContain("I have to stop here");
    expect(said).toHaveLength(4);
    expect((await budget.state()).spent).toBe("1");
  });

  it("goes on with a raised limit, makes each call once, and charges it once", async () => {
    plays(server, { tool: "clock" }, { text: "noon" });
    const before = server.requests.length;
    const budget = new Budget({ limitUsd: "0.011" });
    const { resume } = await asked(budget);
    const { messages: said } = await resume({ type: "raise", limitUsd: "0.02" });
    expect(said.map(({ type }) => type)).toEqual(["human", "ai", "tool", "ai"]);
    expect(said.at(-1)?.text).toBe("noon");
    expect(server.requests.length - before).toBe(2);
    expect(await budget.state()).toMatchObject({ limit: "0.02", spent: "0.01", held: "0" });
  });

  it("tries again once somebody raised the limit elsewhere", async () => {
    plays(server, { tool: "clock" }, { text: "noon" });
    const budget = new Budget({ limitCalls: 1 });
    const { resume } = await asked(budget);
    budget.raise({ limitCalls: 2 });
    expect((await resume({ type: "retry" })).messages.at(-1)?.text).toBe("noon");
    expect((await budget.state()).spent).toBe("2");
  });

  it("asks again where that was not enough", async () => {
    plays(server, { tool: "clock" }, { text: "noon" });
    const budget = new Budget({ limitUsd: "0.011" });
    const { resume } = await asked(budget);
    expect(questionIn(await resume({ type: "retry" }))).toMatchObject({ budget: { limit: "0.011" } });
    expect(questionIn(await resume({ type: "raise", limitUsd: "0.012" }))).toMatchObject({
      budget: { limit: "0.012" },
    });
    expect((await resume({ type: "raise", limitUsd: "0.05" })).messages.at(-1)?.text).toBe("noon");
    expect(await budget.state()).toMatchObject({ limit: "0.05", spent: "0.01" });
  });

  it.each([
    ["nothing that it knows", { type: "more" }],
    ["a text", "yes"],
    ["a limit that is none", { type: "raise", limitUsd: "-1" }],
    ["a limit of another kind", { type: "raise", limitTokens: 5 }],
  ])("refuses an answer that is %s", async (_, answer) => {
    plays(server, { tool: "clock" }, { text: "noon" });
    const { resume } = await asked(new Budget({ limitUsd: "0.011" }));
    expect(await failure(resume(answer))).toMatchObject({ cause: { name: "ConfigurationError" } });
  });

  it("asks for a sub-agent through the agent that called it", async () => {
    plays(server, { tool: "expert" }, { text: "the expert says noon" }, { text: "noon" });
    const budget = new Budget({ limitCalls: 1 });
    const middleware = [budgetMiddleware(budget, { onExceed: "ask" })];
    const expert = createAgent({ model: costly(server), tools: [], middleware });
    const ask = tool(async () => String((await expert.invoke({ messages })).messages.at(-1)?.text), {
      name: "expert",
      description: "Asks an expert",
      schema: z.object({}),
    });
    const lead = createAgent({ model: costly(server), tools: [ask], middleware, checkpointer: new MemorySaver() });
    expect(questionIn(await lead.invoke({ messages }, thread))).toMatchObject({ budget: { spent: "1" } });
    const { messages: said } = await lead.invoke(new Command({ resume: { type: "raise", limitCalls: 3 } }), thread);
    expect(said.map(({ text }) => text)).toEqual(["What time is it?", "", "the expert says noon", "noon"]);
    expect((await budget.state()).spent).toBe("3");
  });
});
