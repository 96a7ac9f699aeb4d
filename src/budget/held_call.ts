import type { EntryBudget, EntryCost, EntryUsage } from "../ledger/entry.js";
import type { CallEnd, ProposedCall } from "../seam/gate.js";
import type { Budget } from "./budget.js";
import { chargeOf } from "./charge.js";
import type { CallHold } from "./gate.js";
import { zeros, type Grant, type Taken } from "./take.js";
import { toText } from "./unit.js";

/** What one request of a call holds of the budgets of one store. */
interface RequestHold extends Taken {
  isSent: boolean;
}

/** What a call holds, for all of its requests, and how it is settled. */
export class HeldCall implements CallHold {
  maxOutputTokens: number | undefined;
  metadata: { budget_max_tokens: number } | undefined;
  readonly #holds: RequestHold[] = [];
  #isCharged = false;
  #settling: Promise<unknown> = Promise.resolve();

  /** Whether anything was taken for a request so far. */
  get isHolding(): boolean {
    return this.#holds.length > 0;
  }

  /** Adds what was taken for a request. */
  add({ taken, outputTokens }: Grant, call: ProposedCall): void {
    for (const one of taken) {
      this.#holds.push({ ...one, isSent: false });
      // The call was over before it was granted: nobody uses it.
      if (this.#isCharged) void one.client.settle(one.hold, zeros(one.hold));
    }
    if (outputTokens === undefined) return;
    this.maxOutputTokens = outputTokens;
    if (outputTokens !== call.maxOutputTokens) this.metadata = { budget_max_tokens: outputTokens };
  }

  sent(): void {
    for (const request of this.#holds) {
      if (request.isSent) continue;
      request.isSent = true;
      request.client.sent(request.hold);
    }
  }

  refused(retryAfterMs: number): void {
    for (const { parts } of this.#holds) for (const { budget, key } of parts) budget.pause(key, retryAfterMs);
  }

  charge(cost: EntryCost, usage: EntryUsage | undefined): EntryBudget[] {
    const heldOf = this.#held();
    const left = new Map([...heldOf].map(([budget, held]) => [budget, chargeOf(budget.terms, cost, usage, held)]));
    const settled = this.#settleAll(({ budget, isLast, amount, isSent }) => {
      if (budget.terms.unit === "calls") return isSent ? amount : 0;
      const rest = left.get(budget) ?? 0;
      const charged = isLast ? rest : Math.min(rest, amount);
      left.set(budget, rest - charged);
      return charged;
    });
    return this.#entries(heldOf, settled);
  }

  async settle({ mayHaveCost }: CallEnd): Promise<void> {
    if (!this.#isCharged)
      this.#settleAll(({ budget, amount, isSent }) =>
        isSent && (mayHaveCost || budget.terms.unit === "calls") ? amount : 0,
      );
    await this.#settling;
  }

  #settleAll(chargeFor: (draw: DrawOfCall) => number): Map<Budget, number> {
    this.#isCharged = true;
    const settled = new Map<Budget, number>();
    const settling = this.#holds.map(({ client, hold, parts, isSent }, index) => {
      const amounts = parts.map(({ budget }, place) => {
        const isLast = !this.#holds
          .slice(index + 1)
          .some((later) => later.parts.some((part) => part.budget === budget));
        const charged = chargeFor({ budget, amount: hold.draws[place]?.amount ?? 0, isSent, isLast });
        settled.set(budget, (settled.get(budget) ?? 0) + charged);
        return charged;
      });
      return client.settle(hold, amounts);
    });
    this.#settling = Promise.all([this.#settling, ...settling]).then(() => this.#tell());
    return settled;
  }

  /** Says where budgets stand now, to those who asked to be told of thresholds. */
  async #tell(): Promise<void> {
    for (const { parts } of this.#holds)
      for (const { budget, key } of parts)
        if (budget.terms.onThreshold !== undefined)
          await budget.state(key).then(
            (state) => budget.tell(state),
            () => undefined,
          );
  }

  #held(): Map<Budget, number> {
    const sums = new Map<Budget, number>();
    for (const { hold, parts } of this.#holds)
      parts.forEach(({ budget }, place) =>
        sums.set(budget, (sums.get(budget) ?? 0) + (hold.draws[place]?.amount ?? 0)),
      );
    return sums;
  }

  #entries(held: ReadonlyMap<Budget, number>, settled: ReadonlyMap<Budget, number>): EntryBudget[] {
    const entries = new Map<Budget, EntryBudget>();
    for (const { hold, parts } of this.#holds)
      parts.forEach(({ budget, key }, place) => {
        const pot = hold.draws[place]?.pot;
        if (pot === undefined || entries.has(budget)) return;
        const { name, terms } = budget;
        entries.set(budget, {
          name,
          key,
          pot: pot.id,
          ...(pot.window === undefined ? {} : { from: new Date(pot.window.fromMs).toISOString() }),
          held: toText(held.get(budget) ?? 0, terms.unit),
          settled: toText(settled.get(budget) ?? 0, terms.unit),
        });
      });
    return [...entries.values()];
  }
}

interface DrawOfCall {
  budget: Budget;
  amount: number;
  isSent: boolean;
  /** Whether it is the call's last draw on the budget: what is left to be charged goes there. */
  isLast: boolean;
}
