import { BudgetUnavailableError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { Accounts, accountKey } from "./memory/accounts.js";
import { clockOf } from "./memory/clock.js";
import { KeptHolds, type KeptHold } from "./memory/kept_holds.js";
import type { BudgetStore, Hold, OpenHold, Pot, PotStates, Reserved } from "./store.js";

/**
 * A store of budgets in this process's memory.
 * @param options.now - the clock of windows, leases and sliding amounts, for tests. @default the system's, with leases and sliding
 * amounts by its monotonic one
 */
export function memoryBudgetStore({ now }: { now?: () => Date } = {}): BudgetStore {
  const store = new MemoryStore(now);
  return {
    reserve: async (hold, leaseMs) => store.reserve(hold, leaseMs),
    renew: async (holds, leaseMs) => store.renew(holds, leaseMs),
    settle: async (hold, amounts) => store.settle(hold, amounts),
    state: async (pots) => store.state(pots),
  };
}

class MemoryStore {
  readonly #clock;
  readonly #accounts;
  readonly #holds = new KeptHolds();

  constructor(now?: () => Date) {
    this.#clock = clockOf(now);
    this.#accounts = new Accounts(this.#clock);
  }

  reserve(asked: Hold, leaseMs: number): Reserved {
    const steadyMs = this.#sweep();
    const known = this.#holds.get(asked.id);
    if (known !== undefined) return this.#again(known, leaseMs, steadyMs);
    const nowMs = this.#clock.nowMs();
    if (asked.draws.some(({ pot: { window } }) => window && !(window.fromMs <= nowMs && nowMs < window.toMs))) {
      return { kind: "stale", nowMs };
    }
    const hold = this.#holds.open(asked);
    for (const [index, draw] of hold.draws.entries()) {
      const { pot, amount } = draw;
      const { spent, held } = this.#accounts.of(hold.keys[index] ?? "", pot);
      if (amount === 0 || draw.isSoft === true || spent + held + amount <= pot.limit) {
        this.#count(hold, index, 1);
        continue;
      }
      const retryInMs = this.#retryInMs(hold, index, steadyMs);
      for (let taken = 0; taken < index; taken += 1) this.#count(hold, taken, -1);
      return { kind: "denied", index, retryInMs, ...this.#states(hold.keys) };
    }
    this.#holds.lease(hold, leaseMs, steadyMs);
    return { kind: "granted", ...this.#states(hold.keys) };
  }

  renew(holds: readonly OpenHold[], leaseMs: number): void {
    const steadyMs = this.#sweep();
    for (const renewed of holds) {
      const hold = this.#holds.get(renewed.id) ?? this.#take(renewed);
      this.#change(hold, { sentMs: sentMs(hold, renewed, steadyMs) });
      if (hold.settledMs === undefined) this.#holds.lease(hold, leaseMs, steadyMs);
    }
  }

  settle(settled: OpenHold, amounts: readonly number[]): void {
    const steadyMs = this.#sweep();
    const hold = this.#holds.get(settled.id) ?? this.#take(settled);
    this.#change(hold, {
      amounts: hold.draws.map(({ amount }, index) => amounts[index] ?? amount),
      sentMs: sentMs(hold, settled, steadyMs),
      settledMs: hold.settledMs ?? steadyMs,
      isOver: true,
    });
    this.#holds.end(hold, steadyMs);
  }

  state(pots: readonly Pot[]): PotStates {
    this.#sweep();
    return this.#states(pots.map(accountKey));
  }

  /** Charges holds whose leases have ended, and says what time it is. */
  #sweep(): number {
    const steadyMs = this.#clock.steadyMs();
    for (const hold of this.#holds.due(steadyMs)) {
      this.#change(hold, { settledMs: hold.leaseEndsMs });
      this.#holds.end(hold, steadyMs);
    }
    return steadyMs;
  }

  /** A reserve that is asked again. One that comes after its call has ended, delayed on its way, must not hold anything. */
  #again(hold: KeptHold, leaseMs: number, steadyMs: number): Reserved {
    if (hold.isOver) {
      throw new BudgetUnavailableError(`The hold \`${shown(hold.id)}\` was settled: reserve under another id.`, {
        retryable: false,
      });
    }
    if (hold.settledMs === undefined) this.#holds.lease(hold, leaseMs, steadyMs);
    return { kind: "granted", ...this.#states(hold.keys) };
  }

  /** Takes a hold that is not known, whatever is left. */
  #take(open: OpenHold): KeptHold {
    const hold = this.#holds.open(open);
    for (const index of hold.draws.keys()) this.#count(hold, index, 1);
    return hold;
  }

  #change(hold: KeptHold, to: Partial<KeptHold>): void {
    for (const index of hold.draws.keys()) this.#count(hold, index, -1);
    Object.assign(hold, to);
    for (const index of hold.draws.keys()) this.#count(hold, index, 1);
  }

  /** Puts what a draw holds or has spent on its account, or takes it from there. */
  #count(hold: KeptHold, index: number, sign: 1 | -1): void {
    const pot = hold.draws[index]?.pot;
    if (pot === undefined) return;
    const account = this.#accounts.of(hold.keys[index] ?? "", pot);
    const amount = sign * (hold.amounts[index] ?? 0);
    const sinceMs = pot.slidingMs === undefined ? hold.settledMs : (hold.sentMs ?? hold.settledMs);
    if (sinceMs === undefined) {
      account.held += amount;
      return;
    }
    if (account.sliding !== undefined) {
      const untilMs = sinceMs + (pot.slidingMs ?? 0);
      if (untilMs <= this.#clock.steadyMs()) return;
      account.sliding.add(amount, untilMs);
    }
    account.spent += amount;
  }

  /** When a draw that does not fit may fit. */
  #retryInMs(hold: KeptHold, index: number, steadyMs: number): number | undefined {
    const draw = hold.draws[index];
    if (draw === undefined || draw.amount > draw.pot.limit) return undefined;
    const { spent, held, sliding } = this.#accounts.of(hold.keys[index] ?? "", draw.pot);
    const atMs =
      sliding !== undefined
        ? sliding.whenDropped(spent + held + draw.amount - draw.pot.limit)
        : held > 0
          ? this.#holds.firstEndMs()
          : undefined;
    return atMs === undefined ? undefined : atMs - steadyMs;
  }

  #states(keys: readonly string[]): PotStates {
    return { nowMs: this.#clock.nowMs(), pots: keys.map((key) => this.#accounts.read(key)) };
  }
}

/** When a hold's request left: what was said of it first stays. */
function sentMs(hold: KeptHold, { sentMsAgo }: OpenHold, steadyMs: number): number | undefined {
  return hold.sentMs ?? (sentMsAgo === undefined ? undefined : steadyMs - sentMsAgo);
}
