import { checkOptions, isFunction } from "../base/check_options.js";
import { BudgetUnavailableError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { Accounts } from "./memory/accounts.js";
import { clockOf, type Clock } from "./memory/clock.js";
import { forget, KeptHolds, type KeptHold, type Part } from "./memory/kept_holds.js";
import type { BudgetStore, Draw, Hold, OpenHold, Pot, PotStates, Reserved } from "./store.js";

/**
 * A store of budgets in this process's memory.
 * @param options - `now` is the clock of windows, leases and sliding amounts, for tests. Without it the system's clock is theirs, and
 * its monotonic one, which nobody sets, that of leases and sliding amounts
 */
export function memoryBudgetStore(options: { now?: (() => Date) | undefined } = {}): BudgetStore {
  checkOptions("`memoryBudgetStore`", options, { now: [isFunction, "Pass a function that returns a `Date`."] });
  const { now } = options;
  const store = new MemoryStore(clockOf(now));
  return {
    isLocal: true,
    reserve: async (hold, leaseMs) => store.reserve(hold, leaseMs),
    renew: async (holds, leaseMs) => store.renew(holds, leaseMs),
    settle: async (hold, amounts) => store.settle(hold, amounts),
    state: async (pots) => store.state(pots),
  };
}

/** Does its work at once, and so in one step. */
class MemoryStore {
  readonly #accounts: Accounts;
  readonly #holds = new KeptHolds();

  constructor(readonly clock: Clock) {
    this.#accounts = new Accounts(clock);
  }

  reserve({ id, draws }: Hold, leaseMs: number): Reserved {
    const steadyMs = this.#sweep();
    const known = this.#holds.get(id);
    if (known !== undefined) return this.#again(known, leaseMs, steadyMs);
    const nowMs = this.clock.nowMs();
    if (draws.some((draw) => !isCurrent(draw, nowMs))) return { kind: "stale", nowMs };
    const hold = this.#make(id, draws);
    for (const [index, part] of hold.parts.entries()) {
      if (this.#fits(part, draws[index])) {
        this.#count(hold, part, 1);
        continue;
      }
      const retryInMs = this.#retryInMs(part, draws[index], steadyMs);
      for (const taken of hold.parts.slice(0, index)) this.#count(hold, taken, -1);
      forget(hold);
      return { kind: "denied", index, retryInMs, ...this.#states(hold) };
    }
    this.#holds.lease(hold, leaseMs, steadyMs);
    return { kind: "granted", ...this.#states(hold) };
  }

  renew(holds: readonly OpenHold[], leaseMs: number): void {
    const steadyMs = this.#sweep();
    for (const renewed of holds) {
      const hold = this.#holds.get(renewed.id) ?? this.#take(renewed);
      this.#change(hold, () => learnSent(hold, renewed, steadyMs));
      if (hold.settledMs === undefined) this.#holds.lease(hold, leaseMs, steadyMs);
    }
  }

  settle(settled: OpenHold, amounts: readonly number[]): void {
    const steadyMs = this.#sweep();
    const hold = this.#holds.get(settled.id) ?? this.#take(settled);
    this.#change(hold, () => {
      for (const [index, part] of hold.parts.entries()) part.amount = amounts[index] ?? part.amount;
      learnSent(hold, settled, steadyMs);
      hold.settledMs ??= steadyMs;
    });
    this.#holds.end(hold, steadyMs);
  }

  state(pots: readonly Pot[]): PotStates {
    this.#sweep();
    return { nowMs: this.clock.nowMs(), pots: pots.map((pot) => this.#accounts.stateOf(pot)) };
  }

  /** Charges holds whose leases have ended, and says what time it is. */
  #sweep(): number {
    const steadyMs = this.clock.steadyMs();
    for (let hold = this.#holds.due(steadyMs); hold !== undefined; hold = this.#holds.due(steadyMs)) {
      const ended = hold;
      this.#change(ended, () => (ended.settledMs = ended.untilMs));
      this.#holds.end(ended, steadyMs);
    }
    return steadyMs;
  }

  /** A reserve that is asked again. One that arrives after its call has ended must not hold anything: nobody would settle it. */
  #again(hold: KeptHold, leaseMs: number, steadyMs: number): Reserved {
    if (hold.settledMs !== undefined) {
      const message = `The hold \`${shown(hold.id)}\` has ended, so it cannot be reserved. Reserve under another id.`;
      throw new BudgetUnavailableError(message, { retryable: false });
    }
    this.#holds.lease(hold, leaseMs, steadyMs);
    return { kind: "granted", ...this.#states(hold) };
  }

  #make(id: string, draws: readonly Draw[]): KeptHold {
    const parts = draws.map(({ pot, amount }) => ({ account: this.#accounts.open(pot), amount }));
    const place = { queue: undefined, before: undefined, after: undefined };
    return { id, parts, sentMs: undefined, settledMs: undefined, leaseMs: 0, untilMs: 0, ...place };
  }

  /** Takes a hold that is not known, whatever is left. */
  #take({ id, draws }: OpenHold): KeptHold {
    const hold = this.#make(id, draws);
    for (const part of hold.parts) this.#count(hold, part, 1);
    return hold;
  }

  #change(hold: KeptHold, change: () => void): void {
    for (const part of hold.parts) this.#count(hold, part, -1);
    change();
    for (const part of hold.parts) this.#count(hold, part, 1);
  }

  /** Adds what a hold has of an account to what is held or spent there, or takes it away. */
  #count({ sentMs, settledMs }: KeptHold, { account, amount }: Part, sign: 1 | -1): void {
    const { sliding, pot } = account;
    const sinceMs = sliding === undefined ? settledMs : (sentMs ?? settledMs);
    if (sinceMs === undefined) {
      account.held += sign * amount;
      return;
    }
    if (sliding !== undefined) {
      // Whole milliseconds, and never too early.
      const untilMs = Math.ceil(sinceMs + (pot.slidingMs ?? 0));
      if (untilMs <= this.clock.steadyMs()) return;
      sliding.add(sign * amount, untilMs);
    }
    account.spent += sign * amount;
  }

  #fits({ account, amount }: Part, draw: Draw | undefined): boolean {
    if (amount === 0 || draw?.isSoft === true) return true;
    const { spent, held } = this.#accounts.read(account);
    return spent + held + amount <= (draw?.pot.limit ?? 0);
  }

  /** When what does not fit may fit. */
  #retryInMs({ account, amount }: Part, draw: Draw | undefined, steadyMs: number): number | undefined {
    const { spent, held, sliding } = account;
    const limit = draw?.pot.limit ?? 0;
    if (amount > limit) return undefined;
    const tooMuch = spent + held + amount - limit;
    const atMs = sliding !== undefined ? sliding.whenDropped(tooMuch) : held > 0 ? this.#holds.firstEndMs() : Infinity;
    return atMs < Infinity ? atMs - steadyMs : undefined;
  }

  #states({ parts }: KeptHold): PotStates {
    return { nowMs: this.clock.nowMs(), pots: parts.map(({ account }) => this.#accounts.read(account)) };
  }
}

function isCurrent({ pot: { window } }: Draw, nowMs: number): boolean {
  return window === undefined || (window.fromMs <= nowMs && nowMs < window.toMs);
}

/** Notes when a hold's request left. What was said of it first stays. */
function learnSent(hold: KeptHold, { sentMsAgo }: OpenHold, steadyMs: number): void {
  if (sentMsAgo !== undefined) hold.sentMs ??= steadyMs - sentMsAgo;
}
