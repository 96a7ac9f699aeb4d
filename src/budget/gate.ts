import { BoundedMap } from "../ledger/bounded_map.js";
import type { CallFacts, EntryBudget, EntryCost, EntryUsage } from "../ledger/entry.js";
import type { CostOptions } from "../pricing/cost.js";
import type { Admission, CallEnd, ProposedCall } from "../seam/gate.js";
import type { Budget } from "./budget.js";
import { chargeOf } from "./charge.js";
import { HeldCall } from "./held_call.js";
import { needOf } from "./need.js";
import { refusal } from "./refusal.js";
import { take, type Part } from "./take.js";
import { toText } from "./unit.js";

/** What a call holds of its budgets, until it is settled. */
export interface CallHold extends Admission {
  sent(): void;
  refused(retryAfterMs: number): void;
  /** Settles at what the books say of the call's end; says what that was. */
  charge(cost: EntryCost, usage: EntryUsage | undefined): EntryBudget[];
  /** Settles what nobody has charged: at the whole hold where a server may have worked, else at nothing. Waits for the store. */
  settle(end: CallEnd): Promise<void>;
}

/** Which gate holds a call's part of each budget: of two that have the same one, the first. */
const holders = /* @__PURE__ */ new WeakMap<object, Map<Budget, BudgetGate>>();
/** The budgets that hold something for a run: those who only hear of its end do not charge them again. */
const heldRuns = /* @__PURE__ */ new BoundedMap<string, Set<Budget>>(10_000);

/** Asks budgets about calls: all of them grant one, or none is charged. */
export class BudgetGate {
  readonly #calls = new WeakMap<object, HeldCall>();

  /** @param warn - is told what had to be assumed */
  constructor(
    readonly budgets: readonly Budget[],
    readonly pricing: CostOptions,
    private readonly warn: (warning: string) => void = () => undefined,
  ) {}

  /**
   * @param expected - what is known of the call before it is answered
   * @throws BudgetExceededError, BudgetUnavailableError; the signal's reason, where a call is aborted that waits
   */
  async admit(call: ProposedCall, expected: CallFacts): Promise<CallHold> {
    const held = this.#heldOf(call.call);
    const parts = this.#partsOf(call).filter(({ budget }) => this.#holds(call, budget));
    const terms = parts.map(({ budget }) => budget.terms);
    if (parts.length === 0) return held;
    const need = await needOf(call, expected, terms, this.pricing);
    held.add(await take(call, parts, need, held.isHolding), call);
    return held;
  }

  /** Looks whether anything is left, and holds nothing: for calls that other packages make. @throws BudgetExceededError */
  async check(call: ProposedCall): Promise<void> {
    for (const { budget, key } of this.#partsOf(call)) {
      const state = await budget.state(key);
      const { onExceed, unit } = budget.terms;
      if (Number(state.remaining) > 0 || onExceed === "warn") continue;
      throw refusal(budget.terms, state, unit === "usd" ? 0 : 1);
    }
  }

  /** Charges a call that was not asked about. */
  chargeUnasked(call: ProposedCall, cost: EntryCost, usage: EntryUsage | undefined): EntryBudget[] {
    const isFree = ({ budget }: Part) => heldRuns.get(call.runId)?.has(budget) !== true;
    return this.#partsOf(call)
      .filter(isFree)
      .map(({ budget, key }) => {
        const { terms, client, name } = budget;
        const amount = terms.unit === "calls" ? 1 : chargeOf(terms, cost, usage, undefined);
        const { id: pot } = budget.potAt(key, Date.now());
        void client.charge([{ potAt: (nowMs) => budget.potAt(key, nowMs), amount }]);
        return { name, key, pot, held: "0", settled: toText(amount, terms.unit) };
      });
  }

  #heldOf(call: object): HeldCall {
    const held = this.#calls.get(call) ?? new HeldCall();
    this.#calls.set(call, held);
    return held;
  }

  #holds({ call, runId }: ProposedCall, budget: Budget): boolean {
    const holding = holders.get(call) ?? new Map<Budget, BudgetGate>();
    holders.set(call, holding);
    if (!holding.has(budget)) holding.set(budget, this);
    if (!heldRuns.has(runId)) heldRuns.set(runId, new Set());
    heldRuns.get(runId)?.add(budget);
    return holding.get(budget) === this;
  }

  #partsOf(call: ProposedCall): Part[] {
    return this.budgets.map((budget) => {
      const { key, warning } = budget.keyOf(call);
      if (warning !== undefined) this.warn(warning);
      return { budget, key };
    });
  }
}
