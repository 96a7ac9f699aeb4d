import { BudgetUnavailableError } from "../base/errors.js";
import { tryParseUsd } from "../base/money.js";
import { shown } from "../base/shown.js";
import { callKey } from "../ledger/call_key.js";
import type { EntryBudget, LedgerEntry } from "../ledger/entry.js";
import type { Pot } from "./store.js";
import { toNanos } from "./unit.js";

/** Entries of a ledger, wherever they are kept. */
export type LedgerEntries = Iterable<LedgerEntry> | AsyncIterable<LedgerEntry>;

const WHOLE_NUMBER = /^\d{1,16}$/;

/**
 * What a ledger says was spent of a pot: in its window, or as of `nowMs` where it is sliding. A call that comes twice counts once.
 * @throws BudgetUnavailableError for an amount that cannot be read, or a sum of 2^53 and more
 */
export async function seedOf(entries: LedgerEntries, pot: Pot, nowMs: number): Promise<number> {
  const byCall = new Map<string, number>();
  for await (const entry of entries) {
    const taken = (entry.budgets ?? []).filter((budget) => isIn(pot, budget, entry.endedAt, nowMs));
    if (taken.length === 0) continue;
    byCall.set(
      callKey(entry),
      taken.reduce((sum, budget) => sum + amountOf(budget, entry.id), 0),
    );
  }
  const spent = [...byCall.values()].reduce((sum, amount) => sum + amount, 0);
  if (Number.isSafeInteger(spent)) return spent;
  throw unreadable(`The ledger's sum of the pot \`${pot.id}\` is \`${spent}\`, which is not below 2^53.`);
}

/** A sliding amount counts from when its request left; of that, an entry knows only that it was before the call's end. */
function isIn({ id, window, slidingMs }: Pot, { pot, from }: EntryBudget, endedAt: string, nowMs: number): boolean {
  if (pot !== id) return false;
  if (slidingMs !== undefined) return !(Date.parse(endedAt) + slidingMs <= nowMs);
  return window === undefined || (from !== undefined && Date.parse(from) === window.fromMs);
}

/** Nano-dollars, rounded up; tokens and calls as they are. */
function amountOf({ pot, settled }: EntryBudget, entryId: string): number {
  const amount = pot.startsWith("usd:") ? nanoDollars(settled) : WHOLE_NUMBER.test(settled) ? Number(settled) : NaN;
  if (Number.isSafeInteger(amount)) return amount;
  throw unreadable(
    `The ledger's entry \`${entryId}\` says that \`${shown(settled)}\` was taken of the pot \`${pot}\`.`,
  );
}

function nanoDollars(usd: string): number {
  const pico = tryParseUsd(usd);
  return pico === undefined ? NaN : toNanos(pico);
}

function unreadable(problem: string): BudgetUnavailableError {
  return new BudgetUnavailableError(
    `${problem} So what was spent is not known. Correct the entry, or give the store another \`ledger\`.`,
    { retryable: false },
  );
}
