import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { EntryCost } from "../../src/ledger/entry.js";
import { priceCall, toEntryCost } from "../../src/ledger/price_call.js";
import { costAttributes } from "../../src/otel/cost_attributes.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { formatUsd, tryParseUsdOrNumber } from "../../src/base/money.js";

const table = definePriceTable([
  {
    provider: "acme",
    model: "m",
    inputUsdPerMillion: "1.23",
    cachedInputUsdPerMillion: "0.17",
    cacheWriteUsdPerMillion: "1.9",
    inputAudioUsdPerMillion: "7.1",
    outputUsdPerMillion: "4.57",
    reasoningUsdPerMillion: "3.3",
    outputAudioUsdPerMillion: "9.9",
    webSearchUsdPerThousand: "10",
  },
]);
const count = fc.integer({ min: 0, max: 100_000 });

/** The exact sum of amounts that are numbers. */
function sum(amounts: readonly unknown[]): number {
  return Number(formatUsd(amounts.reduce((all: bigint, amount) => all + (tryParseUsdOrNumber(amount) ?? 0n), 0n)));
}

describe("the parts of a cost on a span", () => {
  it("add up to their whole, however they are split", () => {
    const counts = fc.record({
      text: count,
      read: count,
      written: count,
      audio: count,
      words: count,
      reasoning: count,
      spoken: count,
      searches: fc.nat(9),
    });
    fc.assert(
      fc.property(counts, ({ text, read, written, audio, words, reasoning, spoken, searches }) => {
        const usage = {
          input_tokens: text + read + written + audio,
          output_tokens: words + reasoning + spoken,
          input_token_details: { cache_read: read, cache_creation: written, audio },
          output_token_details: { reasoning, audio: spoken },
          units: { webSearch: searches },
        };
        const facts = { provider: "acme", modelRequested: "m" };
        const cost: EntryCost = toEntryCost(priceCall(facts, { atMs: 0 }, usage, undefined, { table }));
        const on = costAttributes({ provider: "acme", cost }, {}, false);
        const under = (prefix: string) =>
          sum(Object.entries(on).flatMap(([name, value]) => (name.startsWith(prefix) ? [value] : [])));
        expect(under("llm.cost.prompt_details.")).toBe(on["llm.cost.prompt"]);
        expect(under("llm.cost.completion_details.")).toBe(on["llm.cost.completion"]);
        const { total, ...parts } = JSON.parse(String(on["langfuse.observation.cost_details"])) as Record<
          string,
          number
        >;
        expect(sum(Object.values(parts))).toBe(total);
        expect(total).toBe(Number(cost.usd));
        expect(sum([on["llm.cost.prompt"], on["llm.cost.completion"], parts.webSearch ?? 0])).toBe(total);
      }),
    );
  });
});
