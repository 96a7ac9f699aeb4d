import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { createAgent, createMiddleware, MiddlewareError, modelFallbackMiddleware, toolStrategy } from "langchain";
import { z } from "zod";
import { BudgetExceededError } from "../../src/base/errors.js";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { Budget } from "../../src/budget/budget.js";
import { budgetMiddleware } from "../../src/middleware.js";
import { withBudget } from "../../src/with_budget/with_budget.js";
import { failure } from "../support/completions.js";
import { useWireServer } from "../support/use_server.js";
import { clock, costly, plays, systemOf } from "./agent_server.js";

const server = useWireServer();
const messages = [new HumanMessage("What time is it?")];

const hours = { title: "hours", type: "object" as const, properties: { hour: { type: "number" } }, required: ["hour"] };

function kinds(thread: readonly BaseMessage[]): string[] {
  return thread.map(({ type }) => type);
}

/** Calls of tools that nobody has answered. */
function unanswered(thread: readonly BaseMessage[]): string[] {
  const answered = new Set(
    thread.filter((each) => ToolMessage.isInstance(each)).map(({ tool_call_id }) => tool_call_id),
  );
  const calls = thread.flatMap((each) => (AIMessage.isInstance(each) ? (each.tool_calls ?? []) : []));
  return calls.map(({ id }) => String(id)).filter((id) => !answered.has(id));
}

describe("an agent at its limit", () => {
  it("ends with what it has, and says why", async () => {
    plays(server, { tool: "clock" });
    const before = server.requests.length;
    const budget = new Budget({ name: "purse", limitUsd: "0.02" });
    const agent = createAgent({ model: costly(server), tools: [clock], middleware: [budgetMiddleware(budget)] });
    const { messages: thread } = await agent.invoke({ messages });
    expect(kinds(thread)).toEqual(["human", "ai", "tool", "ai", "tool", "ai"]);
    expect(thread.at(-1)?.text).toBe(
      "I have to stop here: of the budget `purse`, $0.01 of $0.02 is spent. The next step may need $0.010000001.",
    );
    expect(thread.at(-1)?.response_metadata).toEqual({
      finish_reason: "budget",
      budget: {
        name: "purse",
        key: "",
        unit: "usd",
        limit: "0.02",
        spent: "0.01",
        held: "0",
        requested: "0.010000001",
      },
    });
    expect(unanswered(thread)).toEqual([]);
    expect(server.requests.length - before).toBe(2);
    expect(await budget.state()).toMatchObject({ spent: "0.01", held: "0" });
  });

  it("names the key and the time at which a window begins anew", async () => {
    plays(server, { tool: "clock" });
    const now = () => new Date("2026-11-20T12:00:00Z");
    const budget = new Budget({ limitCalls: 1, per: "day", by: "user", now });
    const agent = createAgent({ model: costly(server), tools: [clock], middleware: [budgetMiddleware(budget)] });
    const { messages: thread } = await agent.invoke({ messages }, { metadata: { user: "ada" } });
    expect(thread.at(-1)?.text).toBe(
      "I have to stop here: of the budget `calls per day by user` of `ada`, 1 call of 1 call is spent. The next step may need 1 call. It begins anew at 2026-11-21T00:00:00.000Z.",
    );
  });

  it("ends before its first call where nothing is left", async () => {
    plays(server, { text: "noon" });
    const before = server.requests.length;
    const budget = new Budget({ limitUsd: "0.001" });
    const agent = createAgent({ model: costly(server), tools: [], middleware: [budgetMiddleware(budget)] });
    expect(kinds((await agent.invoke({ messages })).messages)).toEqual(["human", "ai"]);
    expect(server.requests.length).toBe(before);
  });

  it("leaves a thread that goes on once there is more", async () => {
    plays(server, { tool: "clock" }, { text: "noon" });
    const budget = new Budget({ limitCalls: 1 });
    const checkpointer = new MemorySaver();
    const agent = createAgent({
      model: costly(server),
      tools: [clock],
      middleware: [budgetMiddleware(budget)],
      checkpointer,
    });
    const thread = { configurable: { thread_id: "1" } };
    await agent.invoke({ messages }, thread);
    budget.raise({ limitCalls: 2 });
    const { messages: all } = await agent.invoke({ messages: [new HumanMessage("And now?")] }, thread);
    expect(kinds(all)).toEqual(["human", "ai", "tool", "ai", "human", "ai"]);
    expect(all.at(-1)?.text).toBe("noon");
  });

  it("throws where that is asked for", async () => {
    plays(server, { tool: "clock" });
    const middleware = [budgetMiddleware({ limitCalls: 1 }, { onExceed: "throw" })];
    const error = await failure(
      createAgent({ model: costly(server), tools: [clock], middleware }).invoke({ messages }),
    );
    expect(error).toBeInstanceOf(MiddlewareError);
    expect(BudgetExceededError.isInstance((error as Error).cause)).toBe(true);
  });

  it("lets other errors pass", async () => {
    server.always({ status: 500, headers: {}, before: [], steps: ["{}"], after: [] });
    const agent = createAgent({
      model: costly(server),
      tools: [clock],
      middleware: [budgetMiddleware({ limitCalls: 1 })],
    });
    expect(await failure(agent.invoke({ messages }))).toMatchObject({ name: "ServerError" });
  });

  it.each(["messages", "updates"] as const)("streams its end, in the mode %s", async (streamMode) => {
    plays(server, { tool: "clock" });
    const agent = createAgent({
      model: costly(server),
      tools: [clock],
      middleware: [budgetMiddleware({ limitCalls: 1 })],
    });
    const parts: string[] = [];
    for await (const part of await agent.stream({ messages }, { streamMode })) parts.push(JSON.stringify(part));
    expect(parts.at(-1)).toContain("I have to stop here");
  });

  it("ends without a structured answer where one was asked for", async () => {
    plays(server, { tool: "clock" });
    const responseFormat = toolStrategy(hours);
    const agent = createAgent({
      model: costly(server),
      tools: [clock],
      responseFormat,
      middleware: [budgetMiddleware({ limitCalls: 1 })],
    });
    const { messages: thread, structuredResponse } = await agent.invoke({ messages });
    expect(structuredResponse).toBeUndefined();
    expect(kinds(thread)).toEqual(["human", "ai", "tool", "ai"]);
  });

  it("gives a structured answer within the limit", async () => {
    plays(server, { tool: "hours", args: { hour: 12 } });
    const agent = createAgent({
      model: costly(server),
      tools: [],
      responseFormat: toolStrategy(hours),
      middleware: [budgetMiddleware({ limitCalls: 1 })],
    });
    expect((await agent.invoke({ messages })).structuredResponse).toEqual({ hour: 12 });
  });

  it("holds all of several budgets, in one middleware or in several", async () => {
    plays(server, { tool: "clock" });
    const [usd, calls] = [new Budget({ limitUsd: "1" }), new Budget({ limitCalls: 2 })];
    const together = [budgetMiddleware([usd, calls])];
    const apart = [budgetMiddleware(usd), budgetMiddleware(new Budget({ limitCalls: 2 }))];
    for (const middleware of [together, apart]) {
      const { messages: thread } = await createAgent({ model: costly(server), tools: [clock], middleware }).invoke({
        messages,
      });
      expect(thread.at(-1)?.text).toContain("`calls`, 2 calls of 2 calls is spent");
    }
    expect((await usd.state()).spent).toBe("0.02");
  });

  it("ends where other middleware jumps to, and charges nothing for that", async () => {
    plays(server, { tool: "clock" });
    const budget = new Budget({ limitCalls: 5 });
    const jump = createMiddleware({
      name: "jump",
      beforeModel: {
        canJumpTo: ["end"],
        hook: ({ messages: { length } }) => (length > 2 ? { jumpTo: "end" as const } : undefined),
      },
    });
    const middleware = [jump, budgetMiddleware(budget)];
    const { messages: thread } = await createAgent({ model: costly(server), tools: [clock], middleware }).invoke({
      messages,
    });
    expect(kinds(thread)).toEqual(["human", "ai", "tool"]);
    expect((await budget.state()).spent).toBe("1");
  });
});

describe("what draws on an agent's budget", () => {
  it("is any model that other middleware chooses, and each call once", async () => {
    plays(server, { text: "noon" });
    const budget = new Budget({ limitUsd: "1" });
    const choose = createMiddleware({
      name: "choose",
      wrapModelCall: (request, handler) => handler({ ...request, model: costly(server, { maxTokens: 7 }) }),
    });
    const middleware = [choose, budgetMiddleware(budget)];
    await createAgent({ model: costly(server), tools: [], middleware }).invoke({ messages });
    expect((await budget.state()).spent).toBe("0.005");
  });

  it("is a fallback too", async () => {
    plays(server, { text: "noon" });
    const budget = new Budget({ limitUsd: "1" });
    const broken = costly(server, { baseURL: "http://127.0.0.1:1/v1" });
    const middleware = [modelFallbackMiddleware(costly(server)), budgetMiddleware(budget)];
    const { messages: thread } = await createAgent({ model: broken, tools: [], middleware }).invoke({ messages });
    expect(thread.at(-1)?.text).toBe("noon");
    expect((await budget.state()).spent).toBe("0.005");
  });

  it("is charged once where the model or the run has the same budget already", async () => {
    plays(server, { text: "noon" });
    const budget = new Budget({ limitUsd: "1" });
    const costs = new CostCallbackHandler({ budget });
    const model = withBudget(costly(server, { callbacks: [costs] }), budget);
    const agent = createAgent({ model, tools: [], middleware: [budgetMiddleware(budget)] });
    await agent.invoke({ messages }, { callbacks: [costs] });
    expect((await budget.state()).spent).toBe("0.005");
  });

  it("is a model with options bound to it", async () => {
    plays(server, { tool: "clock" }, { text: "noon" });
    const budget = new Budget({ limitCalls: 5 });
    const model = costly(server).withConfig({ tags: ["bound"] });
    await createAgent({ model, tools: [clock], middleware: [budgetMiddleware(budget)] }).invoke({ messages });
    expect((await budget.state()).spent).toBe("2");
  });

  it("are sub-agents that have the same budget: each ends, and the agent with them", async () => {
    const budget = new Budget({ name: "team", limitUsd: "0.021" });
    const middleware = [budgetMiddleware(budget)];
    plays(server, { tool: "expert" }, { tool: "clock" });
    const expert = createAgent({ model: costly(server), tools: [clock], middleware });
    const ask = tool(async () => String((await expert.invoke({ messages })).messages.at(-1)?.text), {
      name: "expert",
      description: "Asks an expert",
      schema: z.object({}),
    });
    const { messages: thread } = await createAgent({ model: costly(server), tools: [ask], middleware }).invoke({
      messages,
    });
    expect(kinds(thread)).toEqual(["human", "ai", "tool", "ai"]);
    expect(thread[2]?.text).toContain("of the budget `team`, $0.015 of $0.021 is spent");
    expect(thread[3]?.text).toContain("of the budget `team`, $0.015 of $0.021 is spent");
    expect(unanswered(thread)).toEqual([]);
  });

  it("are tools whose model has the budget: a refusal is their result", async () => {
    plays(server, { tool: "summarize" });
    const budget = new Budget({ limitCalls: 1 });
    const model = withBudget(costly(server), budget);
    const summarize = tool(async () => (await model.invoke("Summarize.")).text, {
      name: "summarize",
      description: "Summarizes",
      schema: z.object({}),
    });
    const agent = createAgent({ model: costly(server), tools: [summarize], middleware: [budgetMiddleware(budget)] });
    const { messages: thread } = await agent.invoke({ messages });
    expect(kinds(thread)).toEqual(["human", "ai", "tool", "ai"]);
    expect(thread[2]?.text).toContain("The budget `calls` does not allow the call");
    expect(thread[3]?.text).toContain("I have to stop here");
  });
});

describe("a hint of pressure", () => {
  it("is told in each call from the threshold on, and is not in the thread", async () => {
    plays(server, { tool: "clock" }, { tool: "clock" }, { tool: "clock" }, { text: "noon" });
    const before = server.requests.length;
    const budget = new Budget({ name: "purse", limitCalls: 4 });
    const middleware = [budgetMiddleware(budget, { hintAt: 0.5 })];
    const agent = createAgent({ model: costly(server), tools: [clock], systemPrompt: "Be brief.", middleware });
    const { messages: thread } = await agent.invoke({ messages });
    const told = server.requests.slice(before).map((request) => systemOf(request));
    expect(told.map((system) => system?.includes("Be brief."))).toEqual([true, true, true, true]);
    expect(told.map((system) => system?.includes("The budget `purse` of this conversation is nearly spent."))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(kinds(thread)).toEqual(["human", "ai", "tool", "ai", "tool", "ai", "tool", "ai"]);
    expect(JSON.stringify(thread)).not.toContain("nearly spent");
  });

  it("is given by a function, for the key of the call", async () => {
    plays(server, { text: "noon" });
    const budget = new Budget({ limitCalls: 2, by: "user" });
    const hint = ({ key, spent, limit }: { key: string; spent: string; limit: string }) => `${key}: ${spent}/${limit}`;
    const middleware = [budgetMiddleware(budget, { hintAt: 0.5, hint })];
    const agent = createAgent({ model: costly(server), tools: [], middleware });
    const ask = async (user: string) => {
      await agent.invoke({ messages }, { metadata: { user } });
      return systemOf(server.requests.at(-1));
    };
    expect(await ask("ada")).toBeUndefined();
    expect(await ask("bob")).toBeUndefined();
    expect(await ask("ada")).toBe('"ada: 1/2"');
  });
});

describe("options that cannot be", () => {
  it.each([
    [{ hintAt: 0 }, "hintAt"],
    [{ hintAt: NaN }, "hintAt"],
    [{ onExceed: "stop" }, "onExceed"],
    [{ onExeed: "throw" }, "onExeed"],
  ])("%j are refused", (options, option) => {
    expect(() => budgetMiddleware({ limitCalls: 1 }, options as never)).toThrow(expect.objectContaining({ option }));
  });
});
