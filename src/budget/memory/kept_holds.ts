import type { Draw, Hold } from "../store.js";
import { accountKey } from "./accounts.js";

/** How long, and how many, ended holds are known for settles that come late or again. */
const rememberedMs = 3_600_000;
const rememberedHolds = 100_000;

/** A hold that is open or was, by the steady clock. */
export interface KeptHold {
  readonly id: string;
  readonly draws: readonly Draw[];
  /** Of each draw's account. */
  readonly keys: readonly string[];
  /** For each draw, what is held or was charged. */
  amounts: readonly number[];
  leaseMs: number;
  leaseEndsMs: number;
  /** When its request left, once that is known. */
  sentMs?: number;
  /** When it was settled, or its lease ended. */
  settledMs?: number;
  /** Whether it was settled by its call, and not by the end of its lease. */
  isOver: boolean;
  forgottenMs: number;
}

/** The holds of a store, each in a queue that is in the order of time. */
export class KeptHolds {
  readonly #holds = new Map<string, KeptHold>();
  /** Open ones by the length of their lease: those of one length end in the order in which they were renewed. */
  readonly #leases = new Map<number, Set<KeptHold>>();
  readonly #ended = new Set<KeptHold>();

  get(id: string): KeptHold | undefined {
    return this.#holds.get(id);
  }

  /** Opens a hold, which is not among the others until it is leased or ended. */
  open({ id, draws }: Hold): KeptHold {
    return {
      id,
      draws,
      keys: draws.map(({ pot }) => accountKey(pot)),
      amounts: draws.map(({ amount }) => amount),
      leaseMs: 0,
      leaseEndsMs: 0,
      sentMs: undefined,
      settledMs: undefined,
      isOver: false,
      forgottenMs: 0,
    };
  }

  lease(hold: KeptHold, leaseMs: number, nowMs: number): void {
    this.#unlease(hold);
    hold.leaseMs = leaseMs;
    hold.leaseEndsMs = nowMs + leaseMs;
    const queue = this.#leases.get(leaseMs);
    if (queue === undefined) this.#leases.set(leaseMs, new Set([hold]));
    else queue.add(hold);
    this.#holds.set(hold.id, hold);
  }

  end(hold: KeptHold, nowMs: number): void {
    this.#unlease(hold);
    hold.forgottenMs = nowMs + rememberedMs;
    this.#ended.delete(hold);
    this.#ended.add(hold);
    this.#holds.set(hold.id, hold);
    for (const oldest of this.#ended) {
      if (oldest.forgottenMs > nowMs && this.#ended.size <= rememberedHolds) return;
      this.#ended.delete(oldest);
      this.#holds.delete(oldest.id);
    }
  }

  /** Open holds whose leases have ended. */
  *due(nowMs: number): Generator<KeptHold> {
    for (const queue of this.#leases.values()) {
      for (const hold of queue) {
        if (hold.leaseEndsMs > nowMs) break;
        yield hold;
      }
    }
  }

  /** When the first lease ends. */
  firstEndMs(): number | undefined {
    let firstMs: number | undefined;
    for (const queue of this.#leases.values()) {
      for (const { leaseEndsMs } of queue) {
        firstMs = Math.min(firstMs ?? Infinity, leaseEndsMs);
        break;
      }
    }
    return firstMs;
  }

  #unlease(hold: KeptHold): void {
    const queue = this.#leases.get(hold.leaseMs);
    if (queue?.delete(hold) === true && queue.size === 0) this.#leases.delete(hold.leaseMs);
  }
}
