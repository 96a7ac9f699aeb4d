import { BudgetExceededError } from "../base/errors.js";
import type { BudgetGate } from "../budget/gate.js";
import type { EntryBudget, LedgerEntry } from "../ledger/entry.js";
import type { ProposedCall } from "../seam/gate.js";
import type { OpenRun } from "./open_run.js";

/**
 * Settles what an ended call holds, or charges one that was not asked about; of one that was denied, says by which budget.
 * @param result - what the call ended with
 */
export function chargeBudgets(
  gate: BudgetGate | undefined,
  run: OpenRun,
  { cost, usage, outcome }: LedgerEntry,
  result: unknown,
): EntryBudget[] | undefined {
  const charged = run.hold?.charge(cost, usage);
  if (BudgetExceededError.isInstance(result)) return withDenier(charged ?? [], gate, result);
  if (run.hold !== undefined || run.expected.isOurs || outcome === "cache-hit") return charged;
  return gate?.chargeUnasked(proposedOf(run), cost, usage);
}

function withDenier(
  charged: EntryBudget[],
  gate: BudgetGate | undefined,
  { scope: name, key }: BudgetExceededError,
): EntryBudget[] {
  const pot = gate?.budgets.find((budget) => budget.name === name)?.potAt(key, Date.now()).id ?? "";
  if (charged.some((budget) => budget.name === name && budget.key === key)) return charged;
  return [{ name, key, pot, held: "0", settled: "0" }, ...charged];
}

const NEVER = /* @__PURE__ */ new AbortController().signal;

/** A call as budgets need to know it that hold nothing for it. */
export function proposedOf({ runId, expected, labels }: OpenRun): ProposedCall {
  const { user, session, threadId: thread_id } = labels;
  return {
    runId,
    call: labels,
    provider: expected.provider,
    model: expected.modelRequested,
    messages: [],
    n: 1,
    metadata: { ...labels.metadata, user, session, thread_id },
    handlers: [],
    signal: NEVER,
    attempt: 0,
    isResent: false,
    isExtra: false,
    maxInputTokens: async () => undefined,
  };
}
