import { StoreClient } from "../../../src/budget/store_client.js";
import type { BudgetStore } from "../../../src/budget/store.js";

/** So high that nothing is denied, also to a slice of it. */
export const LIMIT = 1e15;

/** The one pot that all draw on: the worst case, for a store that locks what it changes. */
export const POT = { id: "usd", limit: LIMIT };

const wants = [{ potAt: () => POT, amount: 5 }];

/** A hold that is taken and settled, each time that it is called. */
export function pairOf(store: BudgetStore, onStoreDown: "closed" | "escrow"): () => Promise<void> {
  const client = StoreClient.of(store);
  return async () => {
    const { hold } = await client.reserve(wants, { leaseMs: 60_000, onStoreDown });
    client.sent(hold);
    await client.settle(hold, [3]);
  };
}
