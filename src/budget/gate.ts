import type { CallFacts, EntryBudget, EntryCost, EntryUsage } from "../ledger/entry.js";
import type { CostOptions } from "../pricing/cost.js";
import type { Admission, CallEnd, ProposedCall } from "../seam/gate.js";
import type { Budget } from "./budget.js";

/** What a call holds of its budgets, until it is settled. */
export interface CallHold extends Admission {
  sent(): void;
  refused(retryAfterMs: number): void;
  /** Settles at what the books say of the call's end, once; says what that was. */
  charge(cost: EntryCost, usage: EntryUsage | undefined): EntryBudget[];
  /** Settles what nobody has charged: at the whole hold where a server may have worked, else at nothing. Waits for the store. */
  settle(end: CallEnd): Promise<void>;
}

/** Asks budgets about calls: all of them grant one, or none is charged. */
export class BudgetGate {
  constructor(
    readonly budgets: readonly Budget[],
    readonly pricing: CostOptions,
  ) {}

  /**
   * @param expected - what is known of the call before it is answered
   * @throws BudgetExceededError, BudgetUnavailableError
   */
  async admit(call: ProposedCall, expected: CallFacts): Promise<CallHold> {
    throw new Error(`not yet ${call.model} ${expected.provider}`);
  }
}
