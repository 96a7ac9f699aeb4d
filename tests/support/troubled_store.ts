import type { BudgetStore, Hold, OpenHold, Pot } from "../../src/budget/store.js";

/**
 * What becomes of what a store is asked. `fails`: nothing happens, and it says so. `hangs`: nothing happens, and it never answers.
 * `loses`: it happens, but no answer comes.
 */
export type Trouble = "none" | "fails" | "hangs" | "loses";

/** A store on a line that can be cut. */
export class TroubledStore implements BudgetStore {
  trouble: Trouble = "none";
  error: Error = new Error("connect ECONNREFUSED");
  /** What it was asked, in order. */
  readonly asked: ("reserve" | "renew" | "settle" | "state")[] = [];
  readonly renewed: (readonly OpenHold[])[] = [];

  constructor(private readonly store: BudgetStore) {}

  reserve(hold: Hold, leaseMs: number) {
    return this.#answer("reserve", () => this.store.reserve(hold, leaseMs));
  }

  renew(holds: readonly OpenHold[], leaseMs: number) {
    this.renewed.push(holds);
    return this.#answer("renew", () => this.store.renew(holds, leaseMs));
  }

  settle(hold: OpenHold, amounts: readonly number[]) {
    return this.#answer("settle", () => this.store.settle(hold, amounts));
  }

  state(pots: readonly Pot[]) {
    return this.#answer("state", () => this.store.state(pots));
  }

  /** How often it was asked for that. */
  count(what: (typeof this.asked)[number]): number {
    return this.asked.filter((asked) => asked === what).length;
  }

  async #answer<Answer>(what: (typeof this.asked)[number], answer: () => Promise<Answer>): Promise<Answer> {
    this.asked.push(what);
    if (this.trouble === "fails") throw this.error;
    if (this.trouble === "loses") await answer();
    if (this.trouble !== "none") return new Promise(() => undefined);
    return answer();
  }
}
