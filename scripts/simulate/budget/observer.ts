import { setTimeout as delay } from "node:timers/promises";
import { Budget } from "../../../src/budget/budget.js";
import type { Joining } from "./messages.js";
import type { Pots } from "./pots.js";
import { openStore, type OpenStore } from "./stores.js";
import { until } from "./store_server.js";

const BETWEEN_MS = 100;
const SETTLED_WITHIN_MS = 30_000;

/** Looks again and again at what a shared store says of the pots of a round. */
export class Observer {
  /** What should not have been, in words. */
  readonly problems: string[] = [];
  readonly #budgets: ReadonlyMap<string, Budget>;
  #isWatching = true;
  readonly #watching: Promise<void>;

  private constructor(
    private readonly opened: OpenStore,
    { budgets }: Joining,
    private readonly pots: Pots,
  ) {
    this.#budgets = new Map(
      budgets.map((budget) => [
        budget.name ?? "",
        new Budget({ ...budget, onStoreDown: "closed", store: opened.store }),
      ]),
    );
    this.#watching = this.#watch();
  }

  static async start(joining: Joining, pots: Pots): Promise<Observer> {
    return new Observer(await openStore(joining.store, { create: false, number: 0 }), joining, pots);
  }

  /** Waits until nothing is held. */
  async settled(): Promise<void> {
    this.#isWatching = false;
    await this.#watching;
    const isSettled = async () => (await this.#look()) && this.pots.accounts.every(({ held }) => held === 0n);
    // What is held all the same is said of each account.
    await until("nothing is held", isSettled, SETTLED_WITHIN_MS).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#isWatching = false;
    await this.#watching;
    await this.opened.close();
  }

  async #watch(): Promise<void> {
    while (this.#isWatching) {
      await this.#look();
      await delay(BETWEEN_MS);
    }
  }

  /** False when the store does not answer, which it need not always. */
  async #look(): Promise<boolean> {
    try {
      for (const { name, key } of this.pots.accounts) {
        const state = await this.#budgets.get(name)?.state(key);
        if (state !== undefined)
          this.problems.push(...this.pots.note({ name, key, spent: state.spent, held: state.held }));
      }
      return true;
    } catch {
      return false;
    }
  }
}

/** Makes a store ready for budgets, where it is new or has forgotten all. */
export async function createStore({ store, budgets }: Joining): Promise<void> {
  const opened = await openStore(store, { create: true, number: 0 });
  await Promise.all(budgets.map((budget) => new Budget({ ...budget, store: opened.store }).state()));
  await opened.close();
}
