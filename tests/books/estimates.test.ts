import { describe, expect, it } from "@jest/globals";
import { AIMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { costOf } from "../../src/books/cost_of.js";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { costOfUsage } from "../../src/pricing/cost.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { parseUsd } from "../../src/base/money.js";
import { PRICES } from "./prices.js";
import { FACTS, factsWith, ScriptedModel } from "./scripted_model.js";

type Bounds = [low: number, high: number | undefined];

function estimated(input: Bounds, output: Bounds, metered: object = FACTS, cache_read?: number): AIMessage {
  const details = cache_read === undefined ? {} : { input_token_details: { cache_read } };
  const usage_metadata = {
    input_tokens: input[0],
    output_tokens: output[0],
    total_tokens: input[0] + output[0],
    ...details,
  };
  const usage_estimate = { reason: "the stream was left by its reader", inputTokens: input, outputTokens: output };
  const response_metadata = { model_provider: "acme", usage_source: "estimated", usage_estimate, metered };
  return new AIMessage({ content: "hi", usage_metadata, response_metadata });
}

const cases: [what: string, input: Bounds, output: Bounds, low: string, cost: string, high: string | undefined][] = [
  ["all of the input may have been cached", [1_000_000, 1_000_000], [0, 0], "0.1", "1", "1"],
  ["the output is between two figures", [0, 0], [500_000, 1_000_000], "2", "2", "4"],
  ["both are", [1_000_000, 2_000_000], [500_000, 1_000_000], "2.1", "3", "6"],
  ["nothing bounds the output", [1_000_000, 1_000_000], [0, undefined], "0.1", "1", undefined],
];

describe("the figures that contain an estimated cost", () => {
  it.each(cases)("%s", (_what, input, output, lowUsd, totalUsd, highUsd) => {
    expect(costOf(estimated(input, output), { table: PRICES })).toMatchObject({ lowUsd, totalUsd, highUsd });
  });

  it("take what is known to be cached as the least that can be", () => {
    const cost = costOf(estimated([1_000_000, 1_000_000], [0, 0], FACTS, 500_000), { table: PRICES });
    expect(cost).toMatchObject({ lowUsd: "0.1", totalUsd: "0.55", highUsd: "0.55" });
  });

  it("take how much was cached from the estimate, where it says", () => {
    const message = estimated([1_000_000, 1_000_000], [0, 0], FACTS, 100_000);
    Object.assign(message.response_metadata.usage_estimate as object, { cachedInputTokens: [200_000, 100_000] });
    expect(costOf(message, { table: PRICES })).toMatchObject({ lowUsd: "0.82", totalUsd: "0.91", highUsd: "0.91" });
  });

  it("take what may have been written to a cache into account", () => {
    const rates = { inputUsdPerMillion: "1", cacheWriteUsdPerMillion: "1.25", outputUsdPerMillion: "4" };
    const table = definePriceTable([{ model: "roadrunner", ...rates }]);
    expect(costOf(estimated([1_000_000, 1_000_000], [0, 0]), { table })).toMatchObject({
      lowUsd: "1",
      totalUsd: "1",
      highUsd: "1.25",
    });
  });

  it("are nothing apart where the call was free, whatever it used", () => {
    const facts = factsWith({ pricing: "free" });
    expect(costOf(estimated([1, 9], [1, undefined], facts), { table: PRICES })).toMatchObject({
      lowUsd: "0",
      totalUsd: "0",
      highUsd: "0",
    });
  });

  it("are absent where there is no price", () => {
    const facts = factsWith({ requested_model: "stranger" });
    expect(costOf(estimated([1, 9], [1, 9], facts), { table: PRICES })).toMatchObject({
      lowUsd: undefined,
      totalUsd: undefined,
      highUsd: undefined,
    });
  });

  it("are the same where GPU time is what counts", () => {
    const facts = factsWith({ pricing: { gpuUsdPerHour: "3.6" } });
    expect(costOf(estimated([1, 9], [1, undefined], facts), { seconds: 10 })).toMatchObject({
      lowUsd: "0.01",
      totalUsd: "0.01",
      highUsd: "0.01",
    });
  });

  it("are kept apart in the totals where one has no upper end", async () => {
    const costs = new CostCallbackHandler({ table: PRICES });
    const invoke = (message: AIMessage) =>
      new ScriptedModel({ answer: { messages: [message] } }).invoke("hi", { callbacks: [costs] });
    await invoke(estimated([1_000_000, 1_000_000], [0, 1_000_000]));
    expect(costs.totals).toMatchObject({
      lowUsd: "0.1",
      costUsd: "1",
      highUsd: "5",
      estimatedCalls: 1,
      unboundedCalls: 0,
    });
    await invoke(estimated([0, 0], [0, undefined]));
    expect(costs.totals).toMatchObject({
      lowUsd: "0.1",
      costUsd: "1",
      highUsd: undefined,
      estimatedCalls: 2,
      unboundedCalls: 1,
    });
  });

  it("contain every bill that the tokens allow", () => {
    const count = fc.nat({ max: 10_000_000 });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        fc.nat({ max: 100 }),
        (lowInput, moreInput, lowOutput, moreOutput, percent) => {
          const billed = {
            input: lowInput + Math.floor((moreInput * percent) / 100),
            output: lowOutput + Math.floor((moreOutput * percent) / 100),
          };
          const cached = Math.floor((billed.input * percent) / 100);
          const { lowUsd, highUsd } = costOf(
            estimated([lowInput, lowInput + moreInput], [lowOutput, lowOutput + moreOutput]),
            { table: PRICES },
          );
          const usage = {
            input_tokens: billed.input,
            output_tokens: billed.output,
            input_token_details: { cache_read: cached },
          };
          const bill = costOfUsage(usage, { provider: "acme", model: "roadrunner" }, { table: PRICES }).totalPico;
          expect(bill).toBeGreaterThanOrEqual(parseUsd(lowUsd ?? ""));
          expect(bill).toBeLessThanOrEqual(parseUsd(highUsd ?? ""));
        },
      ),
    );
  });
});
