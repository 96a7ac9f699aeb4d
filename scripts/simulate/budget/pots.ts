import { keyFor, note, openAccount, type Account } from "./accounts.js";
import type { SaidPot, SentBudget } from "./messages.js";

/** The accounts of the pots of some budgets, opened when the first call draws on them. */
export class Pots {
  readonly #accounts = new Map<string, Account>();

  constructor(readonly budgets: readonly SentBudget[]) {}

  get accounts(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  /** The accounts that a call draws on. */
  of(index: number): Account[] {
    return this.budgets.map((budget) => this.#account(budget, keyFor(budget, index)));
  }

  /** Notes what a budget says of one. @returns what is wrong, in words */
  note({ name, key, ...pot }: SaidPot): string[] {
    const account = this.#accounts.get(idOf(name, key));
    if (account === undefined) return [`nothing draws on \`${name}\` of \`${key}\``];
    return note(account, pot);
  }

  #account(budget: SentBudget, key: string): Account {
    const id = idOf(budget.name ?? "", key);
    const known = this.#accounts.get(id);
    if (known !== undefined) return known;
    const account = openAccount(budget, key);
    this.#accounts.set(id, account);
    return account;
  }
}

const idOf = (name: string, key: string) => `${name}/${key}`;
