import { describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { BudgetUnavailableError } from "../../src/base/errors.js";
import { seedOf } from "../../src/budget/seed.js";
import type { Pot } from "../../src/budget/store.js";
import type { EntryBudget, LedgerEntry } from "../../src/ledger/entry.js";
import { entry } from "../ledger/entries.js";

const NOON = Date.parse("2026-11-30T12:00:00.000Z");
const day = { fromMs: Date.parse("2026-11-30T00:00:00.000Z"), toMs: Date.parse("2026-12-01T00:00:00.000Z") };

/** An entry of a call that drew on budgets, and ended at a time. */
function drawn(id: string, draws: readonly Partial<EntryBudget>[], endedAt = "2026-11-30T11:59:30.000Z"): LedgerEntry {
  const budgets = draws.map((draw) => ({ name: "n", key: "", pot: "usd:n", held: "1", settled: "0", ...draw }));
  return entry({ id, budgets, endedAt });
}

const seeds: [title: string, pot: Pot, entries: LedgerEntry[], spent: number][] = [
  ["no entries are nothing spent", { id: "usd:n", limit: 1 }, [], 0],
  ["entries without budgets are nothing spent", { id: "usd:n", limit: 1 }, [entry({ id: "1" })], 0],
  [
    "dollars are nano-dollars, each amount rounded up",
    { id: "usd:n", limit: 1 },
    [drawn("1", [{ settled: "0.000000001001" }]), drawn("2", [{ settled: "1.5" }])],
    1_500_000_002,
  ],
  [
    "tokens and calls are as they are",
    { id: "tokens:n", limit: 1 },
    [drawn("1", [{ pot: "tokens:n", settled: "17" }]), drawn("2", [{ pot: "calls:n", settled: "1" }])],
    17,
  ],
  [
    "a pot that a call drew on twice adds up",
    { id: "calls:n", limit: 1 },
    [
      drawn("1", [
        { pot: "calls:n", settled: "1" },
        { pot: "calls:n", settled: "2" },
      ]),
    ],
    3,
  ],
  [
    "a call that comes again counts as it came last",
    { id: "calls:n", limit: 1 },
    [drawn("1", [{ pot: "calls:n", settled: "5" }]), drawn("1", [{ pot: "calls:n", settled: "4" }])],
    4,
  ],
  [
    "only what was charged in the pot's window counts",
    { id: "calls:n", limit: 1, window: day },
    [
      drawn("1", [{ pot: "calls:n", settled: "1", from: "2026-11-30T00:00:00.000Z" }]),
      drawn("2", [{ pot: "calls:n", settled: "2", from: "2026-11-29T00:00:00.000Z" }]),
      drawn("3", [{ pot: "calls:n", settled: "4" }]),
    ],
    1,
  ],
  [
    "of a sliding pot, calls count that may have left within it",
    { id: "calls:n", limit: 1, slidingMs: 60_000 },
    [
      drawn("1", [{ pot: "calls:n", settled: "1" }], "2026-11-30T11:59:00.001Z"),
      drawn("2", [{ pot: "calls:n", settled: "2" }], "2026-11-30T11:59:00.000Z"),
    ],
    1,
  ],
];

describe("seedOf", () => {
  it.each(seeds)("%s", async (_, pot, entries, spent) => {
    expect(await seedOf(entries, pot, NOON)).toBe(spent);
  });

  it("reads entries as they come", async () => {
    async function* read(): AsyncGenerator<LedgerEntry> {
      yield drawn("1", [{ settled: "0.1" }]);
      yield drawn("2", [{ settled: "0.2" }]);
    }
    expect(await seedOf(read(), { id: "usd:n", limit: 1 }, NOON)).toBe(300_000_000);
  });

  it.each([
    ["usd:n", "-1"],
    ["usd:n", "1e3"],
    ["tokens:n", "1.5"],
    ["calls:n", "9007199254740992"],
    ["usd:n", "9007200"],
  ])("refuses an amount of %s that it cannot read: %s", async (pot, settled) => {
    const error = await seedOf([drawn("e1", [{ pot, settled }])], { id: pot, limit: 1 }, NOON).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BudgetUnavailableError);
    expect(getRetryable(error)).toBe(false);
    expect(String(error)).toContain("`e1`");
  });

  it("refuses a sum of 2^53 and more", async () => {
    const half = { pot: "calls:n", settled: "4503599627370496" };
    await expect(seedOf([drawn("1", [half, half])], { id: "calls:n", limit: 1 }, NOON)).rejects.toThrow(
      "which is not below 2^53",
    );
  });
});
