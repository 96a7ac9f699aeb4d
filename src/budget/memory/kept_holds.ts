import type { Account } from "./accounts.js";
import { Queue, type Queued } from "./queue.js";

/** How long, and how many, ended holds are known for settles that come late or again. */
const rememberedMs = 3_600_000;
const rememberedHolds = 100_000;

/** What of an account is held, or was charged. */
export interface Part {
  readonly account: Account;
  amount: number;
}

/** A hold that is open or was, by the steady clock. */
export interface KeptHold extends Queued<KeptHold> {
  readonly id: string;
  readonly parts: readonly Part[];
  /** When its request left, once that is known. */
  sentMs: number | undefined;
  /** When it was settled, or its lease ended. */
  settledMs: number | undefined;
  leaseMs: number;
  /** When its lease ends, or when it is forgotten. */
  untilMs: number;
}

/** The holds of a store, in queues that are in the order of time. */
export class KeptHolds {
  readonly #holds = new Map<string, KeptHold>();
  /** Open ones by the length of their lease: those of one length end in the order in which they were renewed. */
  readonly #leases = new Map<number, Queue<KeptHold>>();
  readonly #ended = new Queue<KeptHold>();

  get(id: string): KeptHold | undefined {
    return this.#holds.get(id);
  }

  /** Keeps a hold until its lease ends; longer, where that is renewed. */
  lease(hold: KeptHold, leaseMs: number, nowMs: number): void {
    let queue = this.#leases.get(leaseMs);
    if (queue === undefined) this.#leases.set(leaseMs, (queue = new Queue()));
    this.#put(hold, queue, nowMs + leaseMs);
    hold.leaseMs = leaseMs;
  }

  /** Keeps a hold that has ended for a while. */
  end(hold: KeptHold, nowMs: number): void {
    this.#put(hold, this.#ended, nowMs + rememberedMs);
    for (let oldest = this.#ended.first; oldest !== undefined; oldest = this.#ended.first) {
      if (oldest.untilMs > nowMs && this.#ended.size <= rememberedHolds) return;
      this.#ended.remove(oldest);
      this.#holds.delete(oldest.id);
      forget(oldest);
    }
  }

  /** An open hold whose lease has ended. */
  due(nowMs: number): KeptHold | undefined {
    for (const { first } of this.#leases.values()) {
      if (first !== undefined && first.untilMs <= nowMs) return first;
    }
    return undefined;
  }

  /** When the first lease ends; `Infinity` where there is none. */
  firstEndMs(): number {
    let firstMs = Infinity;
    for (const { first } of this.#leases.values()) firstMs = Math.min(firstMs, first?.untilMs ?? Infinity);
    return firstMs;
  }

  #put(hold: KeptHold, queue: Queue<KeptHold>, untilMs: number): void {
    const left = hold.queue;
    if (left === undefined) this.#holds.set(hold.id, hold);
    queue.add(hold);
    hold.untilMs = untilMs;
    // A few empty queues are kept for the next hold that is leased so long.
    if (left?.size === 0 && this.#leases.size > 8) this.#leases.delete(hold.leaseMs);
  }
}

/** Lets go of the accounts of a hold. */
export function forget({ parts }: KeptHold): void {
  for (const { account } of parts) account.holds -= 1;
}
