import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { formatUsd, parseUsd } from "../../src/base/money.js";
import { ChatFireworks } from "../../src/fireworks.js";
import type { EntryCost, LedgerEntry } from "../../src/ledger/entry.js";
import { toFocusCsv } from "../../src/ledger/focus.js";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { summarize } from "../../src/ledger/summary.js";
import { chunk, completion, counts, end, spent } from "../support/completions.js";
import { useWireServer } from "../support/use_server.js";
import { cut, json, sse } from "../support/wire_script.js";
import { entry } from "./entries.js";
import { readCsv } from "./read_csv.js";
import "../support/property_seed.js";

/** The sum of a column, exact. */
function sumOf(rows: readonly Record<string, string>[], column: string): string {
  return formatUsd(rows.reduce((sum, row) => sum + parseUsd(row[column] ?? ""), 0n));
}

/** The rows' sums, beside those of the ledger. */
function expectSums(entries: readonly LedgerEntry[]): Record<string, string>[] {
  const { csv, unpriced } = toFocusCsv(entries);
  const rows = readCsv(csv);
  const { total } = summarize(entries, "model");
  for (const column of ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"])
    expect(sumOf(rows, column)).toBe(total.costUsd ?? "0");
  expect(sumOf(rows, "x_LowCost")).toBe(total.lowUsd ?? "0");
  expect(unpriced).toHaveLength(total.unpricedCalls);
  const isBounded = rows.every(({ x_HighCost }) => x_HighCost !== "");
  if (isBounded) expect(sumOf(rows, "x_HighCost")).toBe(total.highUsd ?? "0");
  else expect(total.unboundedCalls).toBeGreaterThan(0);
  for (const { BilledCost = "", x_LowCost = "", x_HighCost = "" } of rows) {
    expect(parseUsd(x_LowCost) <= parseUsd(BilledCost)).toBe(true);
    expect(x_HighCost === "" || parseUsd(x_HighCost) >= parseUsd(BilledCost)).toBe(true);
  }
  return rows;
}

const amount = fc.bigInt({ min: 0n, max: 10n ** 18n });
const component = fc.record({ tokens: fc.nat(), usdPerMillion: amount.map(formatUsd), usd: amount.map(formatUsd) });

/** Any cost that the books can write: exact, estimated, without an upper bound, or unknown. */
const anyCost: fc.Arbitrary<EntryCost> = fc
  .record({
    components: fc.dictionary(fc.constantFrom("input", "cachedInput", "output", "reasoning", "webSearch"), component),
    below: amount,
    above: fc.option(amount),
    status: fc.constantFrom("priced", "unpriced", "none"),
  })
  .map(({ components, below, above, status }) => {
    const cost = Object.values(components).reduce((sum, { usd }) => sum + parseUsd(usd), 0n);
    const isKnown = status === "priced";
    const none = status === "none" ? "0" : null;
    const low = cost > below ? cost - below : 0n;
    return {
      ...entry().cost,
      status,
      components: isKnown ? components : {},
      usd: isKnown ? formatUsd(cost) : none,
      lowUsd: isKnown ? formatUsd(low) : none,
      highUsd: isKnown ? (above === null ? null : formatUsd(cost + above)) : none,
    };
  });

describe("the sums of toFocusCsv", () => {
  it("are those of the ledger, whatever the calls cost", () => {
    fc.assert(
      fc.property(fc.array(anyCost, { minLength: 1, maxLength: 8 }), (costs) => {
        expectSums(costs.map((cost, at) => entry({ id: `${at}`, cost })));
      }),
    );
  });

  describe("of real calls", () => {
    const server = useWireServer();

    it("are those of the handler", async () => {
      const ledger = new MemoryLedger();
      const costs = new CostCallbackHandler({ ledger });
      const ask = (model: string, isStreamed = false) => {
        const fields = { model, apiKey: "not-a-key", baseURL: `${server.url}/v1`, maxRetries: 0 };
        const chat = new ChatFireworks(fields);
        const answer = isStreamed
          ? read(chat.stream("Name one ocean.", { callbacks: [costs] }))
          : chat.invoke("Name one ocean.", { callbacks: [costs] });
        return answer.then(
          () => undefined,
          () => undefined,
        );
      };
      const cached = { prompt_tokens_details: { cached_tokens: 7 } };
      server.reply(
        json(200, completion({ content: "Pacific" }, {}, { usage: counts(11, 3, cached) })),
        sse([chunk({ content: "Pacific" }), end(), spent(13, 5)]),
        sse([chunk({ content: "Paci" }), cut]),
        json(500, { error: { message: "broken" } }),
        json(200, completion({ content: "Pacific" })),
      );
      await ask("accounts/fireworks/models/gpt-oss-120b");
      await ask("accounts/fireworks/models/kimi-k3", true);
      await ask("accounts/fireworks/models/kimi-k3", true);
      await ask("accounts/fireworks/models/kimi-k3");
      await ask("accounts/somebody/models/stranger");
      await costs.flush();
      const rows = expectSums(ledger.entries);
      expect(sumOf(rows, "BilledCost")).toBe(costs.totals.costUsd);
      expect(new Set(rows.map(({ x_UsageSource }) => x_UsageSource))).toEqual(new Set(["server", "estimated"]));
      expect(new Set(rows.map(({ x_Outcome }) => x_Outcome))).toContain("error");
    });
  });
});

async function read(stream: Promise<AsyncIterable<unknown>>): Promise<void> {
  for await (const chunk of await stream) void chunk;
}
