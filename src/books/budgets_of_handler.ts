import { BudgetExceededError } from "../base/errors.js";
import { toBudgets, type Budget } from "../budget/budget.js";
import { BudgetGate } from "../budget/gate.js";
import type { CallFacts, EntryBudget, LedgerEntry } from "../ledger/entry.js";
import type { CostOptions } from "../pricing/cost.js";
import type { Admission, ProposedCall } from "../seam/gate.js";
import type { OpenCalls } from "./open_calls.js";
import type { OpenRun } from "./open_run.js";
import type { CostCallbackHandlerInput } from "./options.js";

/** What a cost handler does with its budgets. */
export class BudgetsOfHandler {
  readonly list: readonly Budget[];
  /** Whether one of them counts requests, also those that cost nothing. */
  readonly countsRequests: boolean;
  readonly #gate: BudgetGate;

  /** @throws ConfigurationError */
  constructor(given: CostCallbackHandlerInput["budget"], options: CostOptions, warn: (warning: string) => void) {
    this.list = toBudgets(given);
    this.countsRequests = this.list.some(({ terms }) => terms.unit === "calls" && terms.per === "minute");
    this.#gate = new BudgetGate(this.list, options, warn);
  }

  /** The first limit in dollars. */
  get limitUsd(): number | undefined {
    const budget = this.list.find(({ terms }) => terms.unit === "usd");
    return budget === undefined ? undefined : Number(budget.limit);
  }

  /** @throws BudgetExceededError, BudgetUnavailableError; the signal's reason, where a call is aborted that waits */
  async admit(call: ProposedCall, expected: CallFacts, open: OpenCalls): Promise<Admission> {
    if (this.list.length === 0) return {};
    const hold = await this.#gate.admit(call, expected);
    // Of several calls with one id, each settles the hold of one: all holds are settled, at all of their costs.
    const run = open.get(call.runId, (one) => one.expected.isOurs && (one.hold ?? hold) === hold);
    if (run !== undefined) run.hold ??= hold;
    return hold;
  }

  /** Whether anything is left for a call that nobody holds anything for. @throws BudgetExceededError, BudgetUnavailableError */
  check(run: OpenRun): Promise<void> | undefined {
    return this.list.length === 0 ? undefined : this.#gate.check(proposedOf(run));
  }

  /**
   * Settles what an ended call holds, or charges one that was not asked about; of one that was denied, says by which budget.
   * @param result - what the call ended with
   */
  charge(run: OpenRun, { cost, usage, outcome }: LedgerEntry, result: unknown): EntryBudget[] {
    const charged = run.hold?.charge(cost, usage) ?? [];
    if (outcome === "denied" && BudgetExceededError.isInstance(result)) return withDenier(charged, this.list, result);
    if (run.hold !== undefined || run.expected.isOurs || outcome === "cache-hit" || this.list.length === 0)
      return charged;
    return this.#gate.chargeUnasked(proposedOf(run), cost, usage);
  }
}

function withDenier(
  charged: EntryBudget[],
  budgets: readonly Budget[],
  { scope: name, key }: BudgetExceededError,
): EntryBudget[] {
  const pot = budgets.find((budget) => budget.name === name)?.potAt(key, Date.now()).id ?? "";
  const own = charged.find((budget) => budget.name === name && budget.key === key);
  const denier = own ?? { name, key, pot, held: "0", settled: "0" };
  return [denier, ...charged.filter((budget) => budget !== own)];
}

const NEVER = /* @__PURE__ */ new AbortController().signal;

/** A call as budgets need to know it that hold nothing for it. */
function proposedOf({ runId, expected, labels }: OpenRun): ProposedCall {
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
