import type { BaseMessage } from "@langchain/core/messages";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { BudgetUnavailableError } from "../base/errors.js";
import { fieldsOf, itemsOf, nonEmpty } from "../base/json.js";
import type { Budget } from "../budget/budget.js";
import type { BudgetState } from "../budget/input.js";
import { openModel } from "../budget/quotable_model.js";
import type { ProposedCall } from "../seam/gate.js";

/** A call that an agent is about to make. */
export interface ComingCall {
  model: object;
  messages: readonly BaseMessage[];
}

/** Where those budgets stand of which such a part is spent. One whose store does not answer says nothing. */
export async function pressedStates(
  budgets: readonly Budget[],
  coming: ComingCall,
  hintAt: number,
): Promise<BudgetState[]> {
  const call = proposedOf(coming);
  const states = await Promise.all(
    budgets.map(async (budget) => {
      try {
        return await budget.state(budget.keyOf(call).key);
      } catch (error) {
        if (BudgetUnavailableError.isInstance(error)) return undefined;
        throw error;
      }
    }),
  );
  return states.filter((state) => state !== undefined && state.pressure >= hintAt) as BudgetState[]; // `filter` forgets it
}

/** As the gate will see it, as far as a budget's key depends on that. */
function proposedOf({ model, messages }: ComingCall): ProposedCall {
  // LangGraph hands a node's configuration on in this way.
  const config = fieldsOf(AsyncLocalStorageProviderSingleton.getRunnableConfig());
  const { metadata: own, params } = openModel(model);
  const metadata = { ...fieldsOf(config.metadata), ...own };
  return {
    runId: "",
    call: {},
    provider: nonEmpty(own.ls_provider) ?? "unknown",
    model: nonEmpty(own.ls_model_name) ?? "unknown",
    messages,
    tools: itemsOf(params.tools),
    n: 1,
    metadata,
    handlers: [],
    signal: new AbortController().signal,
    attempt: 0,
    isResent: false,
    isExtra: false,
    maxInputTokens: () => Promise.resolve(undefined),
  };
}
