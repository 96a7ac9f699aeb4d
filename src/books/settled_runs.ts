import { BoundedMap } from "../ledger/bounded_map.js";
import type { LedgerEntry } from "../ledger/entry.js";

/** The newest entries, by their run's id. */
type SettledRuns = BoundedMap<string, LedgerEntry>;

/** Where they are: an application may have both builds of the package. To be counted up with `SettledRuns`. */
const SETTLED = Symbol.for("langchain-metered.settled.1");

const MOST_RUNS = 1000;

/** Keeps entries from now on, for what has no other way to a call's figures than its run's id. */
export function keepSettledRuns(): void {
  if (kept() === undefined) Reflect.defineProperty(globalThis, SETTLED, { value: new BoundedMap(MOST_RUNS) });
}

/** The entry of a run that ended lately. `undefined` also where nobody asked to keep it. */
export function settledRun(runId: string): LedgerEntry | undefined {
  return kept()?.get(runId);
}

/** Says what a run came to: of the handlers of one call the first that knows a cost. Costs nothing where nobody asked to keep it. */
export function tellSettledRun(entry: LedgerEntry): void {
  const runs = kept();
  if (runs === undefined) return;
  const before = runs.get(entry.runId);
  if (before?.id !== entry.id || before.cost.status === "unpriced") runs.set(entry.runId, entry);
}

function kept(): SettledRuns | undefined {
  // Nobody else has this symbol.
  return Reflect.get(globalThis, SETTLED) as SettledRuns | undefined;
}
