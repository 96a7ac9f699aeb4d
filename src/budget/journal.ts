import { getRetryable } from "@langchain/core/errors";
import { quietTimer, type Timer } from "../base/quiet_timer.js";
import type { Hold } from "./store.js";

/** How many settles wait at most, one by one, for a store that does not answer. */
export const JOURNAL_LIMIT = 10_000;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** The end of a hold, and what is to be charged for it. */
export interface Settle {
  readonly hold: Hold;
  readonly amounts: readonly number[];
  /** When its request left, by `performance.now()`. */
  readonly sentAt?: number;
  /** Whether the store knows the hold, and charges it whole if this never comes. */
  readonly isLeased: boolean;
}

/**
 * Delivers settles, now or later: those that fail wait in memory, and are delivered in order, with growing pauses. Once the limit
 * is reached, a hold that the store knows is left to its lease, but for what it was passed by; what remains is added up, so that
 * the same pots have one settle.
 */
export class Journal {
  readonly #waiting: Settle[] = [];
  /** What was added up, by its pots, as long as no delivery of it was tried. */
  readonly #sums = new Map<string, number[]>();
  readonly #listeners: (() => void)[] = [];
  #underWay = 0;
  #isDelivering = false;
  #timer: Timer | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  /** @param deliver - gives a settle to the store */
  constructor(private readonly deliver: (settle: Settle) => Promise<void>) {}

  /** Resolves once the settle is delivered, or waits. Never rejects. */
  async settle(settle: Settle): Promise<void> {
    if (this.#waiting.length > 0) return this.#keep(settle);
    this.#underWay += 1;
    try {
      await this.deliver(settle);
    } catch {
      this.#keep(settle);
    }
    this.#underWay -= 1;
    this.#tell();
  }

  /** Delivers what waits, if anything does: the store has just answered. */
  resume(): void {
    if (this.#waiting.length > 0) void this.#deliverAll();
  }

  /** Tries at once, and resolves when nothing waits any more. */
  async drain(): Promise<void> {
    this.#pauseMs = FIRST_PAUSE_MS;
    this.resume();
    if (!this.#isEmpty) await new Promise<void>((resolve) => this.#listeners.push(resolve));
  }

  get #isEmpty(): boolean {
    return this.#underWay === 0 && this.#waiting.length === 0;
  }

  #tell(): void {
    if (this.#isEmpty) for (const listener of this.#listeners.splice(0)) listener();
  }

  #keep(settle: Settle): void {
    if (this.#waiting.length < JOURNAL_LIMIT) this.#waiting.push(settle);
    else this.#addUp(settle);
    if (!this.#isDelivering) this.#timer ??= quietTimer(() => void this.#deliverAll(), this.#pauseMs);
  }

  #addUp({ hold, amounts: all, isLeased }: Settle): void {
    const over = isLeased ? all.map((amount, i) => Math.max(0, amount - (hold.draws[i]?.amount ?? 0))) : all;
    if (over.every((amount) => amount === 0)) return;
    const key = potsKey(hold);
    const sum = this.#sums.get(key);
    if (sum?.every((amount, i) => Number.isSafeInteger(amount + (over[i] ?? 0)))) {
      for (const [i, amount] of over.entries()) sum[i] = (sum[i] ?? 0) + amount;
      return;
    }
    const amounts = [...over];
    this.#sums.set(key, amounts);
    // Never under the hold's own id: its settle there would be at the sum.
    this.#waiting.push({ hold: { ...hold, id: `${hold.id}+` }, amounts, isLeased: false });
  }

  async #deliverAll(): Promise<void> {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (await this.#deliverFirst());
    this.#isDelivering = false;
    this.#tell();
    if (this.#waiting.length === 0) return;
    this.#timer = quietTimer(() => void this.#deliverAll(), this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  async #deliverFirst(): Promise<boolean> {
    const [first] = this.#waiting;
    if (first === undefined) return false;
    const key = potsKey(first.hold);
    if (this.#sums.get(key) === first.amounts) this.#sums.delete(key);
    try {
      await this.deliver(first);
    } catch (error) {
      // What the store will never take must not be in the way of the others.
      if (getRetryable(error) === false) this.#waiting.push(...this.#waiting.splice(0, 1));
      return false;
    }
    this.#waiting.shift();
    this.#pauseMs = FIRST_PAUSE_MS;
    return true;
  }
}

/** Which pots a hold draws on, in which windows. */
function potsKey({ draws }: Hold): string {
  return JSON.stringify(draws.map(({ pot }) => [pot.id, pot.window?.fromMs]));
}
