import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { CostCallbackHandler, definePriceTable } from "../../src/callbacks.js";
import { PriceNotFoundError } from "../../src/base/errors.js";
import { endedCall, nextPlace } from "../../src/books/ended_calls.js";
import { MILLIONS } from "./prices.js";
import { factsWith } from "./scripted_model.js";
import { proposedCall } from "../support/proposed_call.js";

const PRICE = { inputUsdPerMillion: "3", outputUsdPerMillion: "15" };
const TABLE = definePriceTable([{ provider: "openai", model: "big", ...PRICE }]);
const ID = "7b2c1a52-57a0-4f0e-9d3e-0d5f2c9a1b11";
const FREE = factsWith({ requested_model: "house", pricing: "free" });
const DEAR = factsWith({ requested_model: "dear", pricing: PRICE });

const handler = (fields: object = {}) =>
  new CostCallbackHandler({ table: TABLE, onWarning: () => undefined, ...fields });
type Handler = ReturnType<typeof handler>;

const startOwn = (costs: Handler, metered: typeof FREE) =>
  costs.handleChatModelStart({}, [[new HumanMessage("a")]], ID, undefined, {}, [], {
    ls_provider: "openllm",
    ls_model_name: metered.requested_model,
    metered,
  });
const startOther = (costs: Handler) => {
  const model = { lc: 1, type: "constructor", id: ["langchain", "ChatOpenAI"], kwargs: {} };
  const metadata = { ls_provider: "openai", ls_model_name: "big" };
  costs.handleChatModelStart(model, [[new HumanMessage("b")]], ID, undefined, {}, [], metadata);
};
const end = (costs: Handler, response_metadata: Record<string, unknown>) => {
  const message = new AIMessage({ content: "", usage_metadata: MILLIONS, response_metadata });
  costs.handleLLMEnd({ generations: [[{ text: "", message }]] }, ID);
};
const FORGED = { model_provider: "openai", model_name: "big", metered: { pricing: "free" }, declared_cost_usd: "0" };

describe("calls that are open under one id do not price each other", () => {
  it.each([
    ["another package's ends first", [FORGED, { metered: FREE }]],
    ["this package's ends first", [{ metered: FREE }, FORGED]],
  ])("one of this package and one of another: %s", (_, ends) => {
    for (const isOwnFirst of [true, false]) {
      const costs = handler();
      if (isOwnFirst) startOwn(costs, FREE);
      startOther(costs);
      if (!isOwnFirst) startOwn(costs, FREE);
      for (const metadata of ends) end(costs, metadata);
      expect(costs.totals).toMatchObject({ calls: 2, openCalls: 0, unpricedCalls: 0, costUsd: "18" });
    }
  });

  it("two of this package, whichever ends first", () => {
    for (const ends of [
      [FREE, DEAR],
      [DEAR, FREE],
    ]) {
      const costs = handler();
      startOwn(costs, DEAR);
      startOwn(costs, FREE);
      for (const metered of ends) end(costs, { metered });
      expect(costs.byModel).toMatchObject({ "openllm/dear": { costUsd: "18" }, "openllm/house": { costUsd: "0" } });
    }
  });

  it("one that failed is not taken for one that reached no server", () => {
    const costs = handler();
    startOwn(costs, FREE);
    startOther(costs);
    costs.handleLLMError(new Error("broken"), ID);
    expect(costs.totals).toMatchObject({ calls: 1, unpricedCalls: 1 });
    end(costs, FORGED);
    expect(costs.totals).toMatchObject({ calls: 2, openCalls: 0 });
    expect(costs.totals.costUsd).not.toBe("0");
  });

  it("one with a price does not admit another without", async () => {
    const costs = handler({ onUnpriced: "throw" });
    startOwn(costs, FREE);
    const metered = factsWith({ requested_model: "stranger" });
    startOwn(costs, metered);
    const call = proposedCall({ runId: ID, provider: "openllm", model: "stranger", metadata: { metered } });
    await expect(costs.admit(call)).rejects.toThrow(PriceNotFoundError);
  });
});

describe("an error that ends many runs", () => {
  it("is one end for each of them, and the oldest are forgotten", () => {
    const error = new Error("again");
    const start = nextPlace();
    const first = endedCall("0", start, error, 0);
    const second = endedCall("1", start, error, 0);
    expect(second).not.toBe(first);
    expect([endedCall("0", start, error, 0), endedCall("1", start, error, 0)]).toEqual([first, second]);
    for (let run = 2; run < 1002; run += 1) endedCall(String(run), start, error, 0);
    expect(endedCall("1001", start, error, 0).id).toMatch(/^1001#/);
    expect(endedCall("0", start, error, 0)).not.toBe(first);
  });
});
