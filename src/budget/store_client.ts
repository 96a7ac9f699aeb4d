import { attempt } from "../base/attempt.js";
import { BudgetUnavailableError } from "../base/errors.js";
import { randomId } from "../base/random_id.js";
import { Escrow } from "./escrow.js";
import { LeasedStore, type Asked } from "./leased_store.js";
import type { BudgetStore, Hold, Pot, PotStates, Reserved } from "./store.js";

/** How often a call is asked for again, if a window ends while its store is asked. */
const TRIES = 5;

const FLUSH_MS = 2_000;

/** One draw of a call, whose window depends on the store's clock. */
export interface Want {
  potAt(nowMs: number): Pot;
  amount: number;
  /** Taken whether it fits or not. */
  isSoft?: boolean;
}

/** How a call asks its store. */
export interface ReservePolicy {
  leaseMs: number;
  onStoreDown: "closed" | "open" | "escrow";
  signal?: AbortSignal;
}

/** What became of a reserve; `unchecked`: the store did not answer, and the call is allowed all the same. */
export interface Taken {
  hold: Hold;
  reply: Extract<Reserved, { kind: "granted" | "denied" }> | { kind: "unchecked" };
}

const clients = new WeakMap<BudgetStore, StoreClient>();

/**
 * What stands between the budgets of a process and their store: windows are those of the store's clock, its answers have only so
 * long, the leases of open holds are renewed, and what cannot be settled now is settled later. What waits is lost with the process;
 * its holds are charged whole by their leases.
 */
export class StoreClient {
  readonly #store: LeasedStore;
  readonly #escrow: Escrow;
  readonly #listeners = new Set<() => void>();
  readonly #name = randomId(24);
  #count = 0;

  private constructor(store: BudgetStore) {
    this.#store = new LeasedStore(
      store,
      () => this.#freed(),
      () => void this.#escrow.release("idle"),
    );
    this.#escrow = new Escrow(this.#store, () => this.#newId());
  }

  /** The client of a store in this process: one for each store object. */
  static of(store: BudgetStore): StoreClient {
    const known = clients.get(store);
    if (known !== undefined) return known;
    const client = new StoreClient(store);
    clients.set(store, client);
    return client;
  }

  /**
   * Asks the store for all that a call wants, or for nothing.
   * @throws BudgetUnavailableError where the store does not answer and the policy does not allow that, or has forgotten what it knew
   */
  async reserve(wants: readonly Want[], policy: ReservePolicy): Promise<Taken> {
    const id = this.#newId();
    let { nowMs } = this.#store;
    for (let tries = 0; tries < TRIES; tries += 1) {
      policy.signal?.throwIfAborted();
      const hold = { id, draws: drawsAt(nowMs, wants) };
      const reply = await this.#ask(hold, policy);
      if (reply.kind !== "stale") return { hold, reply };
      nowMs = reply.nowMs;
    }
    throw new BudgetUnavailableError(
      `The budget's windows ended \`${TRIES}\` times while its store was asked. See that its clock runs evenly, and try again.`,
    );
  }

  /** The hold's request leaves now: sliding windows count from here. */
  sent(hold: Hold): void {
    this.#store.sent(hold);
  }

  /** Ends a hold, once. Never rejects: what cannot be delivered is delivered later. */
  async settle(hold: Hold, amounts: readonly number[]): Promise<void> {
    if (!this.#escrow.has(hold)) return this.#store.settle(hold, amounts);
    await this.#escrow.settle(hold, amounts);
    this.#freed();
  }

  /** Charges what was not asked for. Never rejects. */
  async charge(wants: readonly Want[]): Promise<void> {
    const draws = drawsAt(await this.#store.askNowMs(), wants);
    const amounts = draws.map(({ amount }) => amount);
    await this.#store.settle({ id: this.#newId(), draws }, amounts);
  }

  /**
   * What is in pots now.
   * @throws BudgetUnavailableError
   */
  async state(potsAt: (nowMs: number) => Pot[]): Promise<PotStates & { at: readonly Pot[] }> {
    let { nowMs } = this.#store;
    for (let tries = 1; ; tries += 1) {
      const at = potsAt(nowMs);
      const states = await this.#escrow.state(at);
      nowMs = states.nowMs;
      if (tries === TRIES || at.every((pot) => isIn(pot, nowMs))) return { ...states, at };
    }
  }

  /** Calls back whenever a hold of this process has ended; returns how to stop. */
  onFreed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Gives back what is taken beforehand. Resolves when nothing waits to be delivered, or ms have passed. @param ms - @default 2000 */
  async flush(ms = FLUSH_MS): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([late, this.#escrow.release("all").then(() => this.#store.drain())]);
    clearTimeout(timer);
  }

  #ask(hold: Hold, { leaseMs, onStoreDown }: ReservePolicy): Promise<Asked> {
    if (onStoreDown === "escrow") return this.#escrow.reserve(hold, leaseMs);
    if (onStoreDown === "open") return this.#store.reserveOpen(hold, leaseMs);
    return this.#store.reserve(hold, leaseMs, true);
  }

  #newId(): string {
    this.#count += 1;
    return `${this.#name}-${this.#count.toString(36)}`;
  }

  #freed(): void {
    for (const listener of this.#listeners) attempt(listener, undefined);
  }
}

function drawsAt(nowMs: number, wants: readonly Want[]) {
  return wants.map((want) => ({ pot: want.potAt(nowMs), amount: want.amount, isSoft: want.isSoft }));
}

function isIn({ window }: Pot, nowMs: number): boolean {
  return window === undefined || (window.fromMs <= nowMs && nowMs < window.toMs);
}
