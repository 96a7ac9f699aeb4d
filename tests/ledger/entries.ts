import type { EntryCost, LedgerEntry } from "../../src/ledger/entry.js";

/** A cost of so many dollars, exact. */
export function cost(usd: string, more: Partial<EntryCost> = {}): EntryCost {
  return {
    status: "priced",
    usd,
    lowUsd: usd,
    highUsd: usd,
    components: { input: { tokens: 1000, usdPerMillion: "1", usd } },
    basis: "user",
    row: "test/roadrunner#0",
    checkedOn: "2026-11-01",
    reason: "its listed price",
    assumptions: [],
    warnings: [],
    ...more,
  };
}

/** A cost that is not known. */
export const UNPRICED = cost("0", {
  status: "unpriced",
  usd: null,
  lowUsd: null,
  highUsd: null,
  components: {},
  row: null,
  checkedOn: null,
});

/** One call of a thousand tokens in and a hundred out, for a tenth of a cent. */
export function entry(more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    schemaVersion: 1,
    id: "run-1",
    runId: "run-1",
    provider: "acme",
    modelRequested: "roadrunner",
    usage: { inputTokens: 1000, outputTokens: 100, source: "server" },
    cost: cost("0.001"),
    outcome: "ok",
    startedAt: "2026-11-20T23:59:59.000Z",
    endedAt: "2026-11-21T00:00:01.000Z",
    latencyMs: 2000,
    tags: [],
    metadata: {},
    ...more,
  };
}

/** So many entries with ids of their own. */
export function entries(count: number, more: (index: number) => Partial<LedgerEntry> = () => ({})): LedgerEntry[] {
  return Array.from({ length: count }, (_, index) =>
    entry({ id: `run-${index}`, runId: `run-${index}`, ...more(index) }),
  );
}
