import { describe, expect, it } from "@jest/globals";
import { CostCallbackHandler, definePriceTable } from "../../src/callbacks.js";

const table = definePriceTable([{ model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "2" }]);

interface Told {
  messages: readonly object[];
  llmOutput?: object;
  params?: object;
  className?: string;
}

/** What the books make of one call with several answers. */
function totalsOf({ messages, llmOutput = {}, params = {}, className = "ChatOpenRouter" }: Told) {
  const costs = new CostCallbackHandler({ table });
  const model = { id: ["langchain", className], kwargs: {} };
  costs.handleChatModelStart(model, [[]], "run", undefined, { invocation_params: params }, [], { ls_model_name: "m" });
  costs.handleLLMEnd({ generations: [messages.map((message) => ({ message }))], llmOutput }, "run");
  return costs.totals;
}

/** An answer as OpenRouter's class hands it on. */
function answer(output: unknown, usage: object = {}) {
  return {
    usage_metadata: { input_tokens: 1000, output_tokens: output },
    response_metadata: { usage: { prompt_tokens: 1000, completion_tokens: output, ...usage } },
  };
}

describe("several answers to one call", () => {
  it("cost what the server says of the call, where each says the same", () => {
    const totals = totalsOf({ messages: [answer(10, { cost: 0.5 }), answer(10, { cost: 0.5 })] });
    expect(totals).toMatchObject({ costUsd: "0.5", highUsd: "0.5", outputTokens: 10, warnings: [] });
  });

  it("cost what the server says of each, where each says its own", () => {
    const totals = totalsOf({ messages: [answer(10, { cost: 0.5 }), answer(20, { cost: 0.25 })] });
    expect(totals).toMatchObject({ costUsd: "0.75", highUsd: "0.75", outputTokens: 30, warnings: [] });
  });

  it("have no cost where it is said of one of them alone", () => {
    const totals = totalsOf({ messages: [answer(10, { cost: 0.5 }), answer(20)] });
    expect(totals).toMatchObject({ calls: 1, unpricedCalls: 1, costUsd: undefined });
  });

  it("cost what the one says that has usage, whichever that is", () => {
    const totals = totalsOf({ messages: [{ content: "Hi" }, answer(10, { cost: 0.5 })] });
    expect(totals).toMatchObject({ costUsd: "0.5", highUsd: "0.5" });
  });

  it("keep what is to be said of each", () => {
    const off = { usage_metadata: { input_tokens: 1000, output_tokens: 20, total_tokens: 900 } };
    const totals = totalsOf({ messages: [answer(10), off], className: "ChatOfNobody" });
    // 2000 x 1 + 30 x 2 = 2060 per million
    expect(totals).toMatchObject({ costUsd: "0.00206", warnings: [expect.stringContaining("`total_tokens` is 900")] });
  });

  it("are a lower bound where one of them counts what no server can mean", () => {
    const totals = totalsOf({ messages: [answer(10), answer(-5)], className: "ChatOfNobody" });
    expect(totals).toMatchObject({ costUsd: "0.00102", highUsd: undefined });
    expect(totals.warnings).toEqual([expect.stringMatching(/lower bound.*not credible.*-5/)]);
  });
});

it("what is said on the message counts for usage that is said elsewhere", () => {
  const totals = totalsOf({
    messages: [{ content: "Hi" }],
    llmOutput: { tokenUsage: { promptTokens: 1000, completionTokens: 10 } },
    params: { tools: [{ type: "web_search" }] },
    className: "ChatOfNobody",
  });
  expect(totals).toMatchObject({ costUsd: "0.00102", highUsd: undefined });
  expect(totals.warnings).toEqual([expect.stringMatching(/lower bound.*`web_search`/)]);
});
