import { CostCallbackHandler, MemoryLedger } from "../../src/callbacks.js";
import { BillingServer } from "./billing_server.js";
import { makeCall } from "./caller.js";
import { Counters } from "./counters.js";
import { describe, isExpected, listenForRejections } from "./expected.js";
import { planCall } from "./plan.js";
import { picoOf, reconcile, type Comparison } from "./reconcile.js";
import { Watcher } from "./watcher.js";

/** What to simulate. */
export interface SimulationOptions {
  calls: number;
  seed: string;
  /** Calls at the same time. @default 48 */
  concurrency?: number;
  /** Simulate only the call of this index. */
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
  /** Everything else that should not have been, in words. */
  problems: string[];
}

/** Longer than any run should stay open after its caller has done with it. */
const PATIENCE_MS = 15_000;

/** Makes random calls against a server that keeps its own bill, and compares the bill with the books. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const simulation = new Simulation(options.seed, await new BillingServer(options.seed).listen(), await closedUrl());
  const { calls, concurrency = 48, only } = options;
  const indexes = only === undefined ? Array.from({ length: calls }, (_, index) => index) : [only];
  const stopListening = listenForRejections(simulation.problems);
  await inTurns(indexes, concurrency, (index) => simulation.call(index));
  const result = await simulation.finish();
  stopListening();
  return result;
}

class Simulation {
  readonly problems: string[] = [];
  readonly #ledger = new MemoryLedger({ maxEntries: 1_000_000_000 });
  readonly #costs = new CostCallbackHandler({ ledger: this.#ledger });
  readonly #watcher = new Watcher();
  readonly #acts = new Counters();
  readonly #paths = new Counters();

  constructor(
    private readonly seed: string,
    private readonly server: BillingServer,
    private readonly nowhere: string,
  ) {}

  /** Makes one call, and waits until its runs are over. */
  async call(index: number): Promise<void> {
    const { seed, server, nowhere } = this;
    const plan = planCall(seed, index);
    this.#paths.add(plan.path.name);
    this.#acts.add(plan.scenario.act);
    const surroundings = { url: server.url, nowhere, costs: this.#costs, watcher: this.#watcher };
    await makeCall(plan, { seed, surroundings, silence: server.silences.when(index) }).catch((error: unknown) => {
      if (!isExpected(error)) this.problems.push(`call ${index} (${plan.path.name}) failed with ${describe(error)}`);
    });
    await this.#watcher.settled(index, PATIENCE_MS);
  }

  /** Closes everything, and compares. */
  async finish(): Promise<SimulationResult> {
    const openSockets = await leftOpen(this.server);
    await this.server.close();
    const { runs, openRuns, problems } = this.#watcher;
    const { bill, faults } = this.server;
    const keyOf = ({ runId }: { runId: string }) => runs.get(runId)?.key ?? `unknown run ${runId}`;
    const comparisons = reconcile(this.#ledger.entries, keyOf, bill.requests);
    return {
      comparisons,
      faults: { ...faults.toRecord("none"), ...this.#acts.toRecord("read on") },
      paths: this.#paths.toRecord(),
      runs: runs.size,
      openRuns,
      openSockets,
      problems: [...this.problems, ...this.server.problems, ...problems, ...this.#wrongSums(comparisons)],
    };
  }

  /** The handler's running sums against the sums of what it wrote down. */
  #wrongSums(comparisons: readonly Comparison[]): string[] {
    const { calls, openCalls, costUsd, lowUsd } = this.#costs.totals;
    const booked = comparisons.reduce((sum, one) => sum + one.booked, 0n);
    const low = comparisons.reduce((sum, one) => sum + one.cost.low, 0n);
    const entries = this.#ledger.entries.length;
    const figures = [
      ["calls", calls, this.#watcher.runs.size],
      ["entries", entries, this.#watcher.runs.size],
      ["open calls", openCalls, 0],
      ["cost", picoOf(costUsd ?? null), booked],
      ["lower bound", picoOf(lowUsd ?? null), low],
    ] as const;
    return figures
      .filter(([, is, should]) => is !== should)
      .map(([what, is, should]) => `the sum of ${what} is ${is} and should be ${should}`);
  }
}

/** Where a server was a moment ago. */
async function closedUrl(): Promise<string> {
  const server = await new BillingServer("").listen();
  const { url } = server;
  await server.close();
  return url;
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
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    server.closeIdle();
    if (server.openSockets === 0 && server.openResponses === 0) return 0;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return server.openSockets;
}
