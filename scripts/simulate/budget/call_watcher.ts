import type { Admission, CallGate, ProposedCall } from "../../../src/seam/gate.js";
import { Watcher } from "../watcher.js";

/** What budgets did to a call's runs. */
export interface Denials {
  /** The keys of runs that were denied before any request. */
  denied: string[];
  isUnavailable: boolean;
}

const OF_BUDGETS: ReadonlySet<string> = new Set(["BudgetExceededError", "BudgetUnavailableError"]);

/** Sees runs start, end, and be denied. It grants every request itself; it is asked before budgets are. */
export class CallWatcher extends Watcher implements CallGate {
  readonly #attempts = new Map<string, number>();
  readonly #denials = new Map<number, Denials>();

  async admit({ runId, attempt }: ProposedCall): Promise<Admission> {
    this.#attempts.set(runId, attempt);
    return {};
  }

  override handleLLMError(error: unknown, runId: string): void {
    const run = this.runs.get(runId);
    if (run !== undefined && error instanceof Error && OF_BUDGETS.has(error.name)) {
      const denials = this.#denials.get(run.index) ?? { denied: [], isUnavailable: false };
      if ((this.#attempts.get(runId) ?? 0) === 0) denials.denied.push(run.key);
      if (error.name === "BudgetUnavailableError") denials.isUnavailable = true;
      this.#denials.set(run.index, denials);
    }
    super.handleLLMError(error, runId);
  }

  /** What budgets did to a call, told once. */
  take(index: number): Denials {
    const denials = this.#denials.get(index) ?? { denied: [], isUnavailable: false };
    this.#denials.delete(index);
    return denials;
  }
}
