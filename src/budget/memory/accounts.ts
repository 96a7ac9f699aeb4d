import type { Pot, PotState } from "../store.js";
import type { Clock } from "./clock.js";
import { Sliding } from "./sliding.js";

/** How long a window is remembered after its end, for settles that come late. */
const rememberedMs = 3_600_000;

/** What was spent and is held of a pot, in one of its windows. */
export interface Account {
  readonly pot: Pot;
  spent: number;
  held: number;
  /** What `spent` consists of, in a sliding window. */
  readonly sliding?: Sliding;
}

/** The name of a pot's account: one for each of its windows. */
export function accountKey({ id, window, slidingMs }: Pot): string {
  return window === undefined ? `${slidingMs ?? ""}:${id}` : `${window.fromMs}-${window.toMs}:${id}`;
}

/** The accounts of all pots. Those that are empty, or whose window has ended, go away as others come. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  #hand = this.#accounts.entries();

  constructor(readonly clock: Clock) {}

  /** The account of that key; opened, if there is none. */
  of(key: string, pot: Pot): Account {
    const known = this.#accounts.get(key);
    if (known !== undefined) {
      this.#slide(known);
      return known;
    }
    this.#clean();
    this.#clean();
    const account = { pot, spent: 0, held: 0, sliding: pot.slidingMs === undefined ? undefined : new Sliding() };
    this.#accounts.set(key, account);
    return account;
  }

  /** What is in a pot; nothing, if it is not known. */
  read(key: string): PotState {
    const account = this.#accounts.get(key);
    if (account === undefined) return { spent: 0, held: 0 };
    this.#slide(account);
    return { spent: account.spent, held: account.held };
  }

  #slide(account: Account): void {
    if (account.sliding !== undefined) account.spent -= account.sliding.drop(this.clock.steadyMs());
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
    this.#slide(account);
    if (account.held !== 0) return;
    const endMs = account.pot.window?.toMs ?? Infinity;
    const isOver = endMs + rememberedMs <= this.clock.nowMs();
    if (account.spent !== 0 && !isOver) return;
    if (account.spent !== 0) this.clock.leave(endMs);
    this.#accounts.delete(key);
  }
}
