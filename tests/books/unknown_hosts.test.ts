import { describe, expect, it } from "@jest/globals";
import { AIMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { CostCallbackHandler, definePriceTable } from "../../src/callbacks.js";
import { useWireServer } from "../support/use_server.js";
import { sse } from "../support/wire_script.js";
import { MILLIONS } from "./prices.js";

/** Eighteen dollars for a million in and a million out, twice that with priority, and a model for two dollars. */
const TABLE = definePriceTable(
  ["openai", "openrouter", "ollama"].flatMap((provider) => [
    {
      provider,
      model: "big",
      inputUsdPerMillion: "3",
      outputUsdPerMillion: "15",
      serviceTiers: { priority: { inputUsdPerMillion: "6", outputUsdPerMillion: "30" } },
    },
    { provider, model: "small", inputUsdPerMillion: "1", outputUsdPerMillion: "1" },
  ]),
);

interface Called {
  className: string;
  provider: string;
  kwargs?: object;
  params?: object;
}

/** What a call of another package's class costs, whose answer says something of itself. */
function spent({ className, provider, kwargs = {}, params = {} }: Called, said: Record<string, unknown>) {
  const costs = new CostCallbackHandler({ table: TABLE, onWarning: () => undefined });
  const model = { lc: 1, type: "constructor", id: ["langchain", className], kwargs };
  const metadata = { ls_provider: provider, ls_model_name: "big" };
  costs.handleChatModelStart(model, [[]], "run", undefined, { invocation_params: params }, [], metadata);
  const message = new AIMessage({ content: "", usage_metadata: MILLIONS, response_metadata: said });
  costs.handleLLMEnd({ generations: [[{ text: "", message }]] }, "run");
  return costs.totals.costUsd;
}

describe("what a host says that nobody knows makes no call cheaper", () => {
  const billed = {
    model_provider: "openrouter",
    usage: { prompt_tokens: 1_000_000, completion_tokens: 1_000_000, total_tokens: 2_000_000, cost: 0 },
  };
  it.each([
    ["llm.example.com", "18"],
    ["openrouter.ai", "0"],
  ])("the bill, behind a class whose provider says it in answers: %s", (host, usd) => {
    const kwargs = { base_u_r_l: `https://${host}/api/v1` };
    expect(spent({ className: "ChatOpenRouter", provider: "openrouter", kwargs }, billed)).toBe(usd);
  });

  it.each([
    ["llm.example.com", "36"],
    ["api.openai.com", "18"],
  ])("the ordinary tier, where a dearer one was asked for: %s", (host, usd) => {
    const kwargs = { configuration: { baseURL: `https://${host}/v1` } };
    const called = { className: "ChatOpenAI", provider: "openai", kwargs, params: { service_tier: "priority" } };
    expect(spent(called, { model_provider: "openai", service_tier: "default" })).toBe(usd);
  });

  it("that a known host served, in an answer that any server can write", () => {
    const counts = { prompt_eval_count: 1_000_000, eval_count: 1_000_000 };
    const handedOn = { remote_host: "https://ollama.com:443", remote_model: "small" };
    const said = { model_provider: "ollama", model: "big", ...counts, ...handedOn };
    expect(spent({ className: "ChatOllama", provider: "ollama" }, said)).toBe("18");
  });
});

describe("an error that a server made", () => {
  const server = useWireServer();

  it("does not say that no server was reached, whatever its code is", async () => {
    server.always({ ...sse([]), steps: ['data: {"error":{"code":"ECONNREFUSED","message":"no"}}\n\n'] });
    const costs = new CostCallbackHandler({ table: TABLE, onWarning: () => undefined });
    const configuration = { baseURL: `${server.url}/v1` };
    const model = new ChatOpenAI({ model: "big", apiKey: "k", maxRetries: 0, streaming: true, configuration });
    await expect(model.invoke("Hi", { callbacks: [costs] })).rejects.toThrow();
    expect(costs.totals).toMatchObject({ calls: 1, unpricedCalls: 1, costUsd: undefined });
  });
});
