import { RateLimiterMemory } from "rate-limiter-flexible";
import { Budget } from "../../../src/budget/budget.js";
import { BudgetGate } from "../../../src/budget/gate.js";
import { memoryBudgetStore } from "../../../src/budget/memory_store.js";
import type { EntryCost, EntryUsage } from "../../../src/ledger/entry.js";
import { proposedCall } from "../../../tests/support/proposed_call.js";
import { LIMIT, pairOf, POT } from "./pair.js";
import { inTurns } from "./rounds.js";
import { SHOWN_MODEL } from "../../demo/shown_model.js";

const FACTS = { provider: "fireworks", modelRequested: SHOWN_MODEL };
const USAGE: EntryUsage = { inputTokens: 10, outputTokens: 20, source: "server" };
const COST: EntryCost = {
  status: "priced",
  usd: "0.00001",
  lowUsd: "0.00001",
  highUsd: "0.00001",
  components: {},
  basis: "table",
  row: null,
  checkedOn: null,
  reason: "",
  assumptions: [],
  warnings: [],
};
const WAY = { rounds: 9, warmUp: 2, times: 10_000 };

/** Prints microseconds of CPU time, each for a hold that is taken and settled. */
export async function measureInMemory(print: (line: string) => void): Promise<void> {
  const steps = {
    "reserve + settle, the store alone": storeAlone(),
    "reserve + settle, closed": pairOf(memoryBudgetStore(), "closed"),
    "reserve + settle, escrow": pairOf(memoryBudgetStore(), "escrow"),
    "admit + charge + settle, BudgetGate": throughGate(),
    "consume, rate-limiter-flexible": rateLimiter(),
  };
  for (const [name, us] of await inTurns(steps, WAY)) print(`${name.padEnd(38)}${us.toFixed(2)} us of CPU, in memory`);
}

function storeAlone(): () => Promise<void> {
  const store = memoryBudgetStore();
  let count = 0;
  return async () => {
    const hold = { id: `${(count += 1)}`, draws: [{ pot: POT, amount: 5 }] };
    await store.reserve(hold, 60_000);
    await store.settle(hold, [3]);
  };
}

/** A call as a handler has it admitted and charged, without the run around it. */
function throughGate(): () => Promise<void> {
  const gate = new BudgetGate([new Budget({ limitUsd: "1000000" })], {});
  return async () => {
    const call = proposedCall({ maxOutputTokens: 100 });
    const hold = await gate.admit(call, FACTS);
    hold.sent();
    hold.charge(COST, USAGE);
    await hold.settle({ mayHaveCost: true });
  };
}

function rateLimiter(): () => Promise<unknown> {
  const limiter = new RateLimiterMemory({ points: LIMIT, duration: 60 });
  return () => limiter.consume("usd", 5);
}
