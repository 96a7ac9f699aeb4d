import { CostCallbackHandler, MemoryLedger } from "../../src/callbacks.js";
import { MeteredError } from "../../src/errors.js";
import { BillingServer } from "./billing_server.js";
import { makeCall } from "./caller.js";
import { Counters } from "./counters.js";
import { planCall } from "./plan.js";
import { reconcile, type Comparison } from "./reconcile.js";
import { Watcher } from "./watcher.js";

/** What to simulate. */
export interface SimulationOptions {
  calls: number;
  seed: string;
  /** Calls at the same time. @default 48 */
  concurrency?: number;
  /** Simulate only this call. */
  only?: number;
}

/** What came of it. */
export interface SimulationResult {
  comparisons: Comparison[];
  /** How often each thing went wrong, on either side. */
  faults: Record<string, number>;
  paths: Record<string, number>;
  runs: number;
  openRuns: number;
  /** Connections that calls have kept open. */
  openSockets: number;
  /** The handler's own sums. */
  totals: CostCallbackHandler["totals"];
  /** Everything else that should not have been, in words. */
  problems: string[];
}

/** Longer than any run should stay open after its caller has done with it. */
const PATIENCE_MS = 15_000;

/** Makes random calls against a server that keeps its own bill, and compares the bill with the books. */
export async function simulate({ calls, seed, concurrency = 48, only }: SimulationOptions): Promise<SimulationResult> {
  const server = await new BillingServer(seed).listen();
  const ledger = new MemoryLedger({ maxEntries: 100 * (calls + 1) });
  const costs = new CostCallbackHandler({ ledger });
  const watcher = new Watcher();
  const surroundings = { url: server.url, costs, watcher };
  const faults = new Counters();
  const paths = new Counters();
  const problems: string[] = [];
  const stopListening = listenForRejections(problems);
  const callOne = async (index: number) => {
    const plan = planCall(seed, index);
    paths.add(plan.path.name);
    faults.add(plan.scenario.act);
    await makeCall(plan, { seed, surroundings, silence: server.silences.when(index) }).catch((error: unknown) => {
      if (!isExpected(error)) problems.push(`call ${index} (${plan.path.name}) failed with ${describe(error)}`);
    });
    await watcher.settled(index, PATIENCE_MS);
  };
  const indexes = only === undefined ? Array.from({ length: calls }, (_, index) => index) : [only];
  await inTurns(indexes, concurrency, callOne);
  const openSockets = await leftOpen(server);
  stopListening();
  const keyOf = ({ runId }: { runId: string }) => watcher.runs.get(runId)?.key ?? `unknown run ${runId}`;
  const comparisons = reconcile(ledger.entries, keyOf, server.bill.requests);
  await server.close();
  return {
    comparisons,
    faults: { ...server.faults.toRecord("none"), ...faults.toRecord("read on") },
    paths: paths.toRecord(),
    runs: watcher.runs.size,
    openRuns: watcher.openRuns,
    openSockets,
    totals: costs.totals,
    problems: [...problems, ...server.problems, ...watcher.problems],
  };
}

/** Works through a list, some items at a time. */
async function inTurns<Item>(items: Item[], concurrency: number, work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** How many connections stay open when nobody should need one any more. */
async function leftOpen(server: BillingServer): Promise<number> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    server.closeIdle();
    if (server.openSockets === 0 && server.openResponses === 0) return 0;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return server.openSockets;
}

function listenForRejections(problems: string[]): () => void {
  const listener = (error: unknown) => void problems.push(`an unhandled rejection: ${describe(error)}`);
  process.on("unhandledRejection", listener);
  return () => process.off("unhandledRejection", listener);
}

/** What callers of models see: this package's errors, and what they themselves aborted or threw with. */
function isExpected(error: unknown): boolean {
  if (MeteredError.isInstance(error)) return true;
  return error instanceof Error && ["AbortError", "ModelAbortError", "ReaderError", "TimeoutError"].includes(error.name);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" ") : String(error);
}
