import { BoundedMap } from "../ledger/bounded_map.js";
import type { OpenRun } from "./open_run.js";

/** How many models a warning names. */
const NAMED = 3;

/** How long a call may take before it is taken for one that never ends. */
const LONG_MS = 600_000;

const REMEDY =
  "What is still under way will be. LangChain never ends a stream that its reader leaves, and what it cost is then unknown: read it to its end, also where the rest is not needed. The streams of this package's models end when they are left";

/** How many calls of each model there are. */
type CallsOfModels = Map<string, number>;

/**
 * The calls that have started and not ended, the newest of them. This package's models end every call; of the others' nobody
 * can tell a stream that its reader left from one that is still being read.
 */
export class OpenCalls {
  readonly #runs: BoundedMap<string, OpenRun>;
  /** Of other packages alone. Kept beside the runs, since there may be thousands when somebody looks. */
  readonly #others: CallsOfModels = new Map();

  constructor(limit: number) {
    this.#runs = new BoundedMap(limit);
  }

  get size(): number {
    return this.#runs.size;
  }

  get(runId: string): OpenRun | undefined {
    return this.#runs.get(runId);
  }

  add(run: OpenRun): void {
    const oldest = this.#runs.size < this.#runs.limit ? undefined : this.#oldest;
    this.delete((this.#runs.get(run.runId) ?? oldest)?.runId);
    this.#runs.set(run.runId, run);
    count(this.#others, run, 1);
  }

  delete(runId: string | undefined): void {
    const run = runId === undefined ? undefined : this.#runs.get(runId);
    if (run === undefined) return;
    this.#runs.delete(run.runId);
    count(this.#others, run, -1);
  }

  /** What is to be said of the calls that have not ended, or `undefined` where all will. */
  get warning(): string | undefined {
    return warningOf(this.#others);
  }

  /** The same of the calls below an outermost run. */
  warningBelow(rootId: string): string | undefined {
    const below: CallsOfModels = new Map();
    if (this.#others.size > 0)
      for (const run of this.#runs.values()) if (run.labels.traceId === rootId) count(below, run, 1);
    return warningOf(below);
  }

  /** Whether the call that has been open for longest is another package's, and will hardly end any more. */
  isLongOpen(nowMs: number): boolean {
    const oldest = this.#oldest;
    return oldest !== undefined && !oldest.expected.isOurs && nowMs - oldest.startedMs > LONG_MS;
  }

  get #oldest(): OpenRun | undefined {
    for (const run of this.#runs.values()) return run;
    return undefined;
  }
}

function count(calls: CallsOfModels, { expected }: OpenRun, by: 1 | -1): void {
  if (expected.isOurs) return;
  const sum = (calls.get(expected.modelRequested) ?? 0) + by;
  if (sum > 0) calls.set(expected.modelRequested, sum);
  else calls.delete(expected.modelRequested);
}

function warningOf(others: CallsOfModels): string | undefined {
  let open = 0;
  for (const calls of others.values()) open += calls;
  if (open === 0) return undefined;
  const names = [...others.keys()].slice(0, NAMED).map((name) => `\`${name}\``);
  const more = others.size > NAMED ? ` and ${others.size - NAMED} more` : "";
  const [calls, have, they] = open === 1 ? ["call", "has", "it is"] : ["calls", "have", "they are"];
  return `${open} ${calls} (${names.join(", ")}${more}) ${have} started and not ended, so ${they} not in the sums. ${REMEDY}`;
}
