import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { createAgent, createMiddleware, initChatModel, modelFallbackMiddleware, providerStrategy } from "langchain";
import { z } from "zod";
import { ChatFireworks, type ChatFireworksInput } from "../../../src/fireworks.js";
import { Budget } from "../../../src/budget/budget.js";
import { budgetMiddleware, fireworksPromptCachingMiddleware } from "../../../src/middleware.js";
import { ChatOpenLLM } from "../../../src/openllm.js";
import { useWireServer } from "../../support/use_server.js";
import { json } from "../../support/wire_script.js";
import { clock, plays } from "../../middleware/agent_server.js";

const server = useWireServer();
const messages = [new HumanMessage("What time is it?")];
const FIELDS = { apiKey: "fw_secret", model: "kimi-k3", maxRetries: 0 };
const fireworks = (more: Partial<ChatFireworksInput> = {}) =>
  new ChatFireworks({ ...FIELDS, baseURL: `${server.url}/v1`, ...more });
const hashOf = (thread: string) => createHash("sha256").update(thread).digest("hex");

/** Where the requests since then went: the body's key and the header. */
function whereSince(seen: number): (string | undefined)[][] {
  return server.requests.slice(seen).map(({ headers, json }) => {
    const { prompt_cache_key } = json as { prompt_cache_key?: string };
    return [prompt_cache_key, headers["x-session-affinity"] as string | undefined];
  });
}

type AgentModel = Parameters<typeof createAgent>[0]["model"];
type Middleware = ReturnType<typeof fireworksPromptCachingMiddleware>;

/** What an agent sends in a thread. */
async function sent(
  model: AgentModel,
  {
    thread = "42",
    middleware = [],
    options = {},
  }: { thread?: string | null; middleware?: Middleware[]; options?: object } = {},
): Promise<(string | undefined)[][]> {
  const seen = server.requests.length;
  const agent = createAgent({
    model,
    tools: [clock],
    checkpointer: thread === null ? undefined : new MemorySaver(),
    middleware: [fireworksPromptCachingMiddleware(options), ...middleware],
  });
  await agent.invoke({ messages }, thread === null ? {} : { configurable: { thread_id: thread } });
  return whereSince(seen);
}

const HASH = hashOf("42");

describe("prompt caching for an agent's thread", () => {
  it("sends all calls of a thread to one place", async () => {
    plays(server, { tool: "clock" }, { text: "noon" });
    expect(await sent(fireworks())).toEqual([
      [HASH, HASH],
      [HASH, HASH],
    ]);
  });

  it("takes any thread id: what goes into a header is a hash", async () => {
    plays(server, { text: "noon" });
    expect(await sent(fireworks(), { thread: "潮\n汐" })).toEqual([[hashOf("潮\n汐"), hashOf("潮\n汐")]]);
  });

  it("keeps threads apart, also at the same time", async () => {
    plays(server, { text: "noon" });
    const model = fireworks();
    const agent = createAgent({
      model,
      tools: [],
      checkpointer: new MemorySaver(),
      middleware: [fireworksPromptCachingMiddleware()],
    });
    const seen = server.requests.length;
    const threads = ["a", "b", "c", "a"];
    await Promise.all(threads.map((thread_id) => agent.invoke({ messages }, { configurable: { thread_id } })));
    const keys = whereSince(seen).map(([key = ""]) => key);
    expect(keys.toSorted((one, other) => one.localeCompare(other))).toEqual(
      threads.map(hashOf).toSorted((one, other) => one.localeCompare(other)),
    );
    expect(model.settled).not.toHaveProperty("promptCacheKey");
  });

  it("streams too", async () => {
    plays(server, { text: "noon" });
    const seen = server.requests.length;
    const agent = createAgent({
      model: fireworks(),
      tools: [],
      checkpointer: new MemorySaver(),
      middleware: [fireworksPromptCachingMiddleware()],
    });
    for await (const _ of await agent.stream(
      { messages },
      { configurable: { thread_id: "42" }, streamMode: "messages" },
    ));
    expect(whereSince(seen)).toEqual([[HASH, HASH]]);
  });

  it("knows the thread where LangChain does not tell middleware of it, as in 1.1", async () => {
    plays(server, { text: "noon" });
    const { wrapModelCall, ...middleware } = fireworksPromptCachingMiddleware();
    const untold: Middleware = {
      ...middleware,
      wrapModelCall: (request, handler) =>
        wrapModelCall?.({ ...request, runtime: { ...request.runtime, configurable: undefined } }, handler) ??
        handler(request),
    };
    const agent = createAgent({ model: fireworks(), tools: [], checkpointer: new MemorySaver(), middleware: [untold] });
    const seen = server.requests.length;
    await agent.invoke({ messages }, { configurable: { thread_id: "42" } });
    expect(whereSince(seen)).toEqual([[HASH, HASH]]);
  });

  it("does nothing without a thread", async () => {
    plays(server, { text: "noon" });
    expect(await sent(fireworks(), { thread: null })).toEqual([[undefined, undefined]]);
  });

  it.each<[string, Partial<ChatFireworksInput>, (string | undefined)[]]>([
    ["promptCacheKey", { promptCacheKey: "mine" }, ["mine", undefined]],
    ["sessionAffinity", { sessionAffinity: "mine" }, [undefined, "mine"]],
    ["multiTurnSessionId", { multiTurnSessionId: "mine" }, [undefined, undefined]],
    ["user", { user: "ann" }, [undefined, undefined]],
    ["a header", { headers: { "X-Session-Affinity": "mine" } }, [undefined, "mine"]],
  ])("lets what the model says win: %s", async (_, more, where) => {
    plays(server, { text: "noon" });
    expect(await sent(fireworks(more))).toEqual([where]);
  });

  it("lets what the request says win", async () => {
    plays(server, { text: "noon" });
    const seen = server.requests.length;
    const inner = createMiddleware({
      name: "inner",
      wrapModelCall: (request, handler) => handler({ ...request, modelSettings: { promptCacheKey: "mine" } }),
    });
    const outer = { ...inner, name: "outer" };
    for (const middleware of [
      [outer, fireworksPromptCachingMiddleware()],
      [fireworksPromptCachingMiddleware(), inner],
    ]) {
      const agent = createAgent({ model: fireworks(), tools: [], checkpointer: new MemorySaver(), middleware });
      await agent.invoke({ messages }, { configurable: { thread_id: "42" } });
    }
    expect(whereSince(seen).map(([key]) => key)).toEqual(["mine", "mine"]);
  });

  it("works on a model with options, and on one by its name", async () => {
    plays(server, { text: "noon" });
    // An agent takes a model with options for a model, which its type does not say.
    const bound = fireworks().withConfig({ temperature: 0.5 }) as unknown as AgentModel;
    expect(await sent(bound)).toEqual([[HASH, HASH]]);
    expect(server.requests.at(-1)?.json).toMatchObject({ temperature: 0.5 });
    const own = fireworks().withConfig({ user: "ann" }) as unknown as AgentModel;
    expect(await sent(own)).toEqual([[undefined, undefined]]);
    const configurable = { _getModelInstance: async () => fireworks() };
    const named = Object.assign(await initChatModel("gpt-4", { modelProvider: "openai" }), configurable);
    expect(await sent(named)).toEqual([[HASH, HASH]]);
  });

  it.each<[string, (budget: Budget) => Middleware[], string]>([
    ["alone", () => [fireworksPromptCachingMiddleware()], "0"],
    ["around a budget", (budget) => [fireworksPromptCachingMiddleware(), budgetMiddleware(budget)], "2"],
    ["within a budget", (budget) => [budgetMiddleware(budget), fireworksPromptCachingMiddleware()], "2"],
  ])(
    "leaves it to the run which model it is, where LangChain makes it of a name (%s)",
    async (_, middlewareOf, spent) => {
      plays(server, { text: "noon" });
      const asked: unknown[] = [];
      const named = Object.assign(await initChatModel("gpt-4", { modelProvider: "openai", apiKey: "none" }), {
        _getModelInstance: async (config: { configurable?: { model?: string } } = {}) => {
          asked.push(config.configurable);
          return fireworks(config.configurable);
        },
      });
      const seen = server.requests.length;
      const budget = new Budget({ limitCalls: 9 });
      const middleware = middlewareOf(budget);
      const agent = createAgent({ model: named, tools: [clock], checkpointer: new MemorySaver(), middleware });
      for (const more of [{}, { model: "minimax-m3" }])
        await agent.invoke({ messages }, { configurable: { thread_id: "42", user_id: "ann", ...more } });
      expect(server.requests.slice(seen).map(({ json: body }) => (body as { model: string }).model)).toEqual([
        "kimi-k3",
        "minimax-m3",
      ]);
      expect(whereSince(seen)).toEqual([
        [HASH, HASH],
        [HASH, HASH],
      ]);
      expect((await budget.state()).spent).toBe(spent);
      // LangChain keeps a model for each configuration that it is asked with: a thread must not be one.
      expect(
        asked.filter((configurable) => configurable !== undefined && "thread_id" in (configurable as object)),
      ).toEqual([]);
    },
  );

  it("fails no call of a model that cannot be made: others fall back as they would", async () => {
    plays(server, { text: "noon" });
    const unmade = { _getModelInstance: async () => Promise.reject(new Error("no key")) };
    const named = Object.assign(await initChatModel("gpt-4", { modelProvider: "openai", apiKey: "none" }), unmade, {
      bindTools: undefined,
    });
    const fallback = modelFallbackMiddleware(fireworks()) as unknown as Middleware;
    for (const onOtherModel of ["ignore", "throw"])
      expect(await sent(named, { middleware: [fallback], options: { onOtherModel } })).toEqual([
        [undefined, undefined],
      ]);
  });

  it("works with structured output", async () => {
    plays(server, { text: '{"hour":12}' });
    const seen = server.requests.length;
    const agent = createAgent({
      model: fireworks(),
      tools: [],
      responseFormat: providerStrategy(z.object({ hour: z.number() })),
      checkpointer: new MemorySaver(),
      middleware: [fireworksPromptCachingMiddleware()],
    });
    const { structuredResponse } = await agent.invoke({ messages }, { configurable: { thread_id: "42" } });
    expect([structuredResponse, whereSince(seen)]).toEqual([{ hour: 12 }, [[HASH, HASH]]]);
  });

  it("works with a budget, on either side of it, and the calls are on the model's books", async () => {
    plays(server, { text: "noon" });
    const model = fireworks();
    const budget = new Budget({ limitUsd: "1" });
    expect(await sent(model, { middleware: [budgetMiddleware(budget)] })).toEqual([[HASH, HASH]]);
    const agent = createAgent({
      model,
      tools: [],
      checkpointer: new MemorySaver(),
      middleware: [budgetMiddleware(budget), fireworksPromptCachingMiddleware()],
    });
    const seen = server.requests.length;
    await agent.invoke({ messages }, { configurable: { thread_id: "42" } });
    expect(whereSince(seen)).toEqual([[HASH, HASH]]);
    expect(model.costs.totals.calls).toBe(2);
    expect((await budget.state()).spent).toBe(model.costs.totals.costUsd);
  });

  it("tells nobody else: not the model that others fall back on", async () => {
    server.reply(json(500, { error: "down" }));
    plays(server, { text: "noon" });
    const other = new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1`, maxRetries: 0 });
    const where = await sent(fireworks(), { middleware: [modelFallbackMiddleware(other) as unknown as Middleware] });
    expect(where).toEqual([
      [HASH, HASH],
      [undefined, undefined],
    ]);
  });

  it("lets other models go their way, or refuses them", async () => {
    plays(server, { text: "noon" });
    const other = new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1` });
    expect(await sent(other)).toEqual([[undefined, undefined]]);
    await expect(sent(other, { options: { onOtherModel: "throw" } })).rejects.toThrow("is no `ChatFireworks`");
  });

  it("refuses options that cannot be", () => {
    expect(() => fireworksPromptCachingMiddleware({ onOtherModel: "warn" as "throw" })).toThrow("`onOtherModel` is");
  });
});
