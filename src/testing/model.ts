import type { Draw, OpenHold, Pot, PotState } from "../budget/store.js";

interface KnownHold {
  readonly draws: readonly Draw[];
  amounts: readonly number[];
  leaseEndsMs: number;
  sentMs?: number;
  settledMs?: number;
}

/** The contract of a store in the plainest words: it forgets nothing, and adds up everything whenever it is asked. */
export class ReferenceStore {
  readonly #holds = new Map<string, KnownHold>();

  constructor(readonly nowMs: () => number) {}

  /** What a reserve should be: `granted`, `denied` with the draw's index, `stale`, or `over`. */
  reserve({ id, draws }: OpenHold, leaseMs: number): string {
    this.#sweep();
    const nowMs = this.nowMs();
    const known = this.#holds.get(id);
    if (known?.settledMs !== undefined) return "over";
    if (known === undefined) {
      const isOutside = ({ pot: { window } }: Draw) => window && (nowMs < window.fromMs || window.toMs <= nowMs);
      if (draws.some(isOutside)) return "stale";
      const index = draws.findIndex((draw, at) => !this.#fits(draw, draws.slice(0, at)));
      if (index >= 0) return `denied ${index}`;
    }
    this.#take({ id, draws }).leaseEndsMs = nowMs + leaseMs;
    return "granted";
  }

  renew(hold: OpenHold, leaseMs: number): void {
    this.#sweep();
    const known = this.#take(hold);
    if (known.settledMs === undefined) known.leaseEndsMs = this.nowMs() + leaseMs;
  }

  settle(hold: OpenHold, amounts: readonly number[]): void {
    this.#sweep();
    const known = this.#take(hold);
    known.amounts = amounts;
    known.settledMs ??= this.nowMs();
  }

  state(pot: Pot): PotState {
    this.#sweep();
    let [spent, held] = [0, 0];
    for (const { draws, amounts, sentMs, settledMs } of this.#holds.values()) {
      const sinceMs = pot.slidingMs === undefined ? settledMs : (sentMs ?? settledMs);
      for (const [index, draw] of draws.entries()) {
        if (!isSame(draw.pot, pot)) continue;
        if (sinceMs === undefined) held += amounts[index] ?? 0;
        else if (this.nowMs() < sinceMs + (pot.slidingMs ?? Infinity)) spent += amounts[index] ?? 0;
      }
    }
    return { spent, held };
  }

  isOpen(id: string): boolean {
    this.#sweep();
    const known = this.#holds.get(id);
    return known !== undefined && known.settledMs === undefined;
  }

  #fits({ pot, amount, isSoft }: Draw, before: readonly Draw[]): boolean {
    const { spent, held } = this.state(pot);
    const asked = before.filter((draw) => isSame(draw.pot, pot)).reduce((sum, draw) => sum + draw.amount, amount);
    return amount === 0 || isSoft === true || spent + held + asked <= pot.limit;
  }

  /** The hold of that id, which is now known; and what is said of when its request left. */
  #take({ id, draws, sentMsAgo }: OpenHold): KnownHold {
    const known = this.#holds.get(id) ?? { draws, amounts: draws.map(({ amount }) => amount), leaseEndsMs: Infinity };
    if (sentMsAgo !== undefined) known.sentMs ??= this.nowMs() - sentMsAgo;
    this.#holds.set(id, known);
    return known;
  }

  #sweep(): void {
    for (const hold of this.#holds.values()) if (hold.leaseEndsMs <= this.nowMs()) hold.settledMs ??= hold.leaseEndsMs;
  }
}

function isSame(one: Pot, other: Pot): boolean {
  return one.id === other.id && one.window?.fromMs === other.window?.fromMs && one.slidingMs === other.slidingMs;
}
