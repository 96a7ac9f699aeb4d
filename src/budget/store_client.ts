import { randomId } from "../base/random_id.js";
import type { BudgetStore, Draw, Hold, Pot, PotStates, Reserved } from "./store.js";

/** One draw of a call, whose window depends on the store's clock. */
export interface Want {
  potAt(nowMs: number): Pot;
  amount: number;
  isSoft?: boolean;
}

/** What became of a reserve. `unchecked`: the store did not answer, and the call is allowed all the same. */
export interface Taken {
  hold: Hold;
  reply: Extract<Reserved, { kind: "granted" | "denied" }> | { kind: "unchecked" };
}

/** How a reserve is made. */
export interface ReservePolicy {
  leaseMs: number;
  onStoreDown: "closed" | "open" | "escrow";
  signal?: AbortSignal;
}

/** A store's client. */
export class StoreClient {
  static readonly #clients = new WeakMap<BudgetStore, StoreClient>();
  #offsetMs = 0;
  readonly #listeners = new Set<() => void>();

  private constructor(private readonly store: BudgetStore) {}

  static of(store: BudgetStore): StoreClient {
    let client = this.#clients.get(store);
    if (client === undefined) this.#clients.set(store, (client = new StoreClient(store)));
    return client;
  }

  async reserve(wants: readonly Want[], { leaseMs }: ReservePolicy): Promise<Taken> {
    for (;;) {
      const draws: Draw[] = wants.map(({ potAt, amount, isSoft }) => ({
        pot: potAt(Date.now() + this.#offsetMs),
        amount,
        isSoft,
      }));
      const hold = { id: randomId(32), draws };
      const reply = await this.store.reserve(hold, leaseMs);
      this.#offsetMs = reply.nowMs - Date.now();
      if (reply.kind !== "stale") return { hold, reply };
    }
  }

  sent(_hold: Hold): void {}

  async settle(hold: Hold, amounts: readonly number[]): Promise<void> {
    await this.store.settle(hold, amounts);
    for (const listener of this.#listeners) listener();
  }

  async charge(wants: readonly Want[]): Promise<void> {
    const { hold } = await this.reserve(
      wants.map((want) => ({ ...want, isSoft: true })),
      { leaseMs: 60_000, onStoreDown: "open" },
    );
    await this.settle(
      hold,
      wants.map(({ amount }) => amount),
    );
  }

  async state(potsAt: (nowMs: number) => Pot[]): Promise<PotStates & { at: readonly Pot[] }> {
    const at = potsAt(Date.now() + this.#offsetMs);
    const states = await this.store.state(at);
    return { ...states, at };
  }

  onFreed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
