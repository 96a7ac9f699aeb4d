import type { BudgetState } from "./input.js";
import type { Pot, PotState } from "./store.js";
import type { Terms } from "./terms.js";
import { toText } from "./unit.js";

/** Where a budget stands, of what its store says. */
export function toState({ name, unit, limit }: Terms, key: string, pot: Pot, { spent, held }: PotState): BudgetState {
  return {
    name,
    key,
    limit: toText(limit, unit),
    spent: toText(spent, unit),
    held: toText(held, unit),
    remaining: toText(Math.max(0, limit - spent - held), unit),
    pressure: spent / limit,
    resetsAt: pot.window === undefined ? undefined : new Date(pot.window.toMs),
  };
}
