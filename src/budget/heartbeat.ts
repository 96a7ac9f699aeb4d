import { quietTimer, type Timer } from "../base/quiet_timer.js";
import type { Hold, OpenHold } from "./store.js";

/** In how many beats a lease ends: one may be lost, and one be late. */
const BEATS = 3;

/** An open hold of this process. */
interface Lease {
  readonly hold: Hold;
  readonly leaseMs: number;
  /** When its request left, by `performance.now()`. */
  sentAt?: number;
  /** Whether the store did not answer, so that it may not know the hold. */
  readonly isUnchecked?: boolean;
}

/** A hold as its store wants it: with how long ago its request left. */
export function openHold({ hold, sentAt }: Pick<Lease, "hold" | "sentAt">): OpenHold {
  return sentAt === undefined ? hold : { id: hold.id, draws: hold.draws, sentMsAgo: performance.now() - sentAt };
}

/** Renews the leases of open holds, all of one length in one call, each third of the shortest. Without open holds it has no timer after the next beat. */
export class Heartbeat {
  readonly #leases = new Map<string, Lease>();
  #timer: Timer | undefined;
  #periodMs = Infinity;
  #isRenewing = false;

  /**
   * @param renew - never rejects
   * @param beaten - called before leases are renewed, who may end some of them
   */
  constructor(
    private readonly renew: (holds: readonly OpenHold[], leaseMs: number) => Promise<void>,
    private readonly beaten: () => void,
  ) {}

  get(id: string): Lease | undefined {
    return this.#leases.get(id);
  }

  add(lease: Lease): void {
    this.#leases.set(lease.hold.id, lease);
    this.#start(Math.min(this.#periodMs, lease.leaseMs / BEATS));
  }

  /** Ends a lease. Where it was the last, the next beat is: a timer for each call would cost more than all else here. */
  take(id: string): Lease | undefined {
    const lease = this.#leases.get(id);
    this.#leases.delete(id);
    return lease;
  }

  #start(periodMs: number): void {
    if (periodMs === this.#periodMs) return;
    clearTimeout(this.#timer);
    this.#periodMs = periodMs;
    if (periodMs !== Infinity) this.#timer = quietTimer(() => void this.#beat(), periodMs);
  }

  async #beat(): Promise<void> {
    this.#periodMs = Infinity;
    this.beaten();
    const groups = this.#groups();
    this.#start(Math.min(...groups.keys()) / BEATS);
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    for (const [leaseMs, holds] of groups) await this.renew(holds, leaseMs);
    this.#isRenewing = false;
  }

  #groups(): Map<number, OpenHold[]> {
    const groups = new Map<number, OpenHold[]>();
    for (const lease of this.#leases.values()) {
      const group = groups.get(lease.leaseMs);
      if (group === undefined) groups.set(lease.leaseMs, [openHold(lease)]);
      else group.push(openHold(lease));
    }
    return groups;
  }
}
