import { BoundedMap } from "../ledger/bounded_map.js";
import { boundName } from "../ledger/bounds.js";
import { promptOf, type OpenRun } from "./open_run.js";

/** How many models a warning names. */
const NAMED = 3;

/** How long a call may take before it is taken for one that never ends. */
const LONG_MS = 600_000;

const REMEDY =
  "What is still under way will be. LangChain never ends a stream that its reader leaves, and what it cost is then unknown: read it to its end, also where the rest is not needed. The streams of this package's models end when they are left";

/** How many calls of each model there are. */
type CallsOfModels = Map<string, number>;

/**
 * The calls that have started and not ended, the newest of them. Runs that were given the same id are calls of their own. This
 * package's models end every call; of the others' nobody can tell a stream that its reader left from one that is still being read.
 */
export class OpenCalls {
  /** By their place in the order of starts. */
  readonly #runs: BoundedMap<number, OpenRun>;
  /** Those of one id, the oldest first. */
  readonly #ofId = new Map<string, OpenRun[]>();
  /** Of other packages alone. Kept beside the runs, since there may be thousands when somebody looks. */
  readonly #others: CallsOfModels = new Map();

  constructor(limit: number) {
    this.#runs = new BoundedMap(limit);
  }

  get size(): number {
    return this.#runs.size;
  }

  /** The run of that id; where there are several, the first that fits, or the first of all. */
  get(runId: string, fits?: (run: OpenRun) => boolean): OpenRun | undefined {
    const runs = this.#ofId.get(runId);
    return (fits !== undefined && runs !== undefined && runs.length > 1 ? runs.find(fits) : undefined) ?? runs?.[0];
  }

  /** Whether a start is one that was told before: of that id, with the very same messages. */
  isOpen(runId: string, prompt: unknown): boolean {
    const asked = promptOf(prompt);
    return asked !== undefined && this.#ofId.get(runId)?.some((run) => run.asked?.deref() === asked) === true;
  }

  add(run: OpenRun): void {
    if (this.#runs.size === this.#runs.limit) this.delete(this.#runs.oldest);
    this.#runs.set(run.place, run);
    const ofId = this.#ofId.get(run.runId);
    if (ofId === undefined) this.#ofId.set(run.runId, [run]);
    else {
      ofId.push(run);
      if (ofId.some(({ expected }) => expected.isOurs !== run.expected.isOurs))
        for (const shared of ofId) shared.isShared = true;
    }
    count(this.#others, run, 1);
  }

  delete(run: OpenRun | undefined): void {
    if (run === undefined || !this.#runs.delete(run.place)) return;
    const others = this.#ofId.get(run.runId)?.filter((other) => other !== run) ?? [];
    if (others.length === 0) this.#ofId.delete(run.runId);
    else this.#ofId.set(run.runId, others);
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
    const { oldest } = this.#runs;
    return oldest !== undefined && !oldest.expected.isOurs && nowMs - oldest.startedMs > LONG_MS;
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
  const names = [...others.keys()].slice(0, NAMED).map((name) => `\`${boundName(name)}\``);
  const more = others.size > NAMED ? ` and ${others.size - NAMED} more` : "";
  const [calls, have, they] = open === 1 ? ["call", "has", "it is"] : ["calls", "have", "they are"];
  return `${open} ${calls} (${names.join(", ")}${more}) ${have} started and not ended, so ${they} not in the sums. ${REMEDY}`;
}
