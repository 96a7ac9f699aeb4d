import { describe, expect, it } from "@jest/globals";
import type { SentBudget, StoreKind } from "../../scripts/simulate/budget/messages.js";
import { toBudgetFigures } from "../../scripts/simulate/budget/report.js";
import { LEASE_MS, type Round, type RoundFault } from "../../scripts/simulate/budget/rounds.js";
import { simulateBudgets } from "../../scripts/simulate/budget/simulation.js";

const SEED = "limits";
/** Many processes start and end here, each of which waits for a core. */
const PATIENCE_MS = 300_000;

/** Limits that are less than half of what the calls would cost. */
function budgets(round: string, onExceed: "deny" | "clamp"): SentBudget[] {
  const shared = { onExceed, leaseMs: LEASE_MS };
  return [
    { ...shared, name: `${round} usd`, limitUsd: "0.012" },
    { ...shared, name: `${round} tokens`, limitTokens: 80_000 },
    { ...shared, name: `${round} users`, limitUsd: "0.005", by: "user" },
  ];
}

/** Two kills, and in between what else goes wrong. */
function round(name: string, calls: number, onExceed: "deny" | "clamp", between: RoundFault["kind"][] = []): Round {
  const kinds: RoundFault["kind"][] = ["kill", ...between, "kill"];
  const faults = kinds.map((kind, position) => ({ kind, after: 8 * (position + 1) }));
  return { name, calls, processes: 2, budgets: budgets(name, onExceed), faults };
}

async function simulated(kind: StoreKind, rounds: readonly Round[]) {
  const result = await simulateBudgets({ kind, seed: SEED, rounds });
  // First, so that a failure says what was wrong.
  expect([...result.problems, ...result.rounds.flatMap(({ problems }) => problems)]).toEqual([]);
  const figures = toBudgetFigures(result);
  expect(figures).toMatchObject({ requestsOfDenied: 0, heldAtEndUsd: "0", ok: true });
  expect(figures.admitted).toBeGreaterThan(10);
  expect(figures.denied).toBeGreaterThan(10);
  return { ...result, figures };
}

describe("the bill stays within the limits", () => {
  it(
    "of budgets in the memory of processes, some of which die",
    async () => {
      const calm: Round = { name: "calm", calls: 150, processes: 1, budgets: budgets("calm", "deny"), faults: [] };
      const { figures, rounds } = await simulated("memory", [calm, round("killed", 120, "clamp")]);
      expect(figures).toMatchObject({ calls: 270, kills: 2, storeFaults: 0 });
      expect(rounds[1]?.lost.length).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  it.each<StoreKind>(["redis", "postgres"])(
    "of budgets in %s that processes share, which all may fail",
    async (kind) => {
      const stood = round("stood still", 70, "deny", ["long pause", "restart"]);
      const forgot = round("forgot", 50, "clamp", ["empty"]);
      const { figures } = await simulated(kind, [stood, forgot, round("anew", 30, "deny")]);
      expect(figures).toMatchObject({ calls: 150, storeFaults: 3 });
      expect(figures.kills).toBeGreaterThanOrEqual(2);
    },
    PATIENCE_MS,
  );
});
