import type { Pot, PotState } from "../store.js";
import type { Clock } from "./clock.js";
import { Sliding } from "./sliding.js";

/** What was spent and is held of a pot, in one of its windows. */
export interface Account {
  readonly pot: Pot;
  spent: number;
  held: number;
  /** What `spent` consists of, in a sliding window. */
  readonly sliding: Sliding | undefined;
  /** How many holds that are known drew on it: while there are any, it stays. */
  holds: number;
}

/** The accounts of all pots. Those that are empty, or whose window has ended, go away as others come. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  #hand = this.#accounts.entries();

  constructor(readonly clock: Clock) {}

  get size(): number {
    return this.#accounts.size;
  }

  /** The account of a pot, for one more hold. */
  open(pot: Pot): Account {
    const key = keyOf(pot);
    const known = this.#accounts.get(key);
    if (known !== undefined) {
      known.holds += 1;
      return known;
    }
    this.#clean();
    this.#clean();
    const sliding = pot.slidingMs === undefined ? undefined : new Sliding();
    const account = { pot, spent: 0, held: 0, sliding, holds: 1 };
    this.#accounts.set(key, account);
    return account;
  }

  /** What is in a pot; nothing, if it is not known. */
  stateOf(pot: Pot): PotState {
    const account = this.#accounts.get(keyOf(pot));
    return account === undefined ? { spent: 0, held: 0 } : this.read(account);
  }

  /** What is in an account now. */
  read(account: Account): PotState {
    if (account.sliding !== undefined) account.spent -= account.sliding.drop(this.clock.steadyMs());
    return { spent: account.spent, held: account.held };
  }

  /** Looks at one account, each time at the next: two for each that comes are enough to keep their number bounded. */
  #clean(): void {
    let next = this.#hand.next();
    if (next.done === true) {
      this.#hand = this.#accounts.entries();
      next = this.#hand.next();
    }
    if (next.done === true) return;
    const [key, account] = next.value;
    if (account.holds > 0) return;
    if (this.read(account).spent > 0) {
      const endMs = account.pot.window?.toMs ?? Infinity;
      if (this.clock.nowMs() < endMs) return;
      this.clock.leave(endMs);
    }
    this.#accounts.delete(key);
  }
}

/** One for each window of a pot. */
function keyOf({ id, window, slidingMs }: Pot): string {
  return window === undefined ? `${slidingMs ?? ""}:${id}` : `${window.fromMs}-${window.toMs}:${id}`;
}
