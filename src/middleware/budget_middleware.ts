import { createMiddleware, type AgentMiddleware, type AIMessage } from "langchain";
import { checkOptions, isFunction, type OptionChecks } from "../base/check_options.js";
import { BudgetExceededError, ConfigurationError } from "../base/errors.js";
import { toBudgets, type Budget } from "../budget/budget.js";
import type { BudgetInput, BudgetState } from "../budget/input.js";
import { GATING_CHECKS, type WithBudgetOptions } from "../with_budget/options.js";
import { obey, questionOf } from "./ask.js";
import { denialIn } from "./denial.js";
import { Gated } from "./gated.js";
import { lastMessage } from "./last_message.js";
import { pressedStates } from "./pressure.js";

/** What becomes of an agent at the limit. Prices and limits of other packages' models are as in `withBudget`. */
export interface BudgetMiddlewareOptions extends WithBudgetOptions {
  /**
   * `end`: the agent ends, with a last message that says so. `throw`: the `BudgetExceededError` is thrown, as the `cause` of LangChain's
   * `MiddlewareError`. `ask`: a person is asked by LangGraph's interrupt, for which the agent needs a checkpointer.
   * @default "end"
   */
  onExceed?: "end" | "throw" | "ask" | undefined;
  /** Whether an agent ends too while the budget's store does not answer. @default "throw" */
  onUnavailable?: "throw" | "end" | undefined;
  /** From which part of a limit on the model is told, in each of its calls, to come to an end. @default 0.8 */
  hintAt?: number | undefined;
  /** What the model is told. It is added to the system message of the request, and not to the thread. @default a sentence */
  hint?: ((state: BudgetState) => string) | undefined;
}

const CHECKS: OptionChecks<BudgetMiddlewareOptions> = {
  ...GATING_CHECKS,
  onExceed: [(value) => value === "end" || value === "throw" || value === "ask", 'Use "end", "throw" or "ask".'],
  onUnavailable: [(value) => value === "throw" || value === "end", 'Use "throw" or "end".'],
  hintAt: [(value) => typeof value === "number" && value > 0, "Use a number above 0, such as 0.8."],
  hint: [isFunction, "Pass a function that gives a text."],
};

/**
 * Middleware for LangChain's `createAgent`: whatever model the agent uses draws on the budgets, and at the limit the agent ends with
 * what it has. Put it after middleware that changes the model.
 * @param budget - one or several: all of them grant a call, or none is charged
 * @throws ConfigurationError
 * @example
 * const agent = createAgent({ model, tools, middleware: [budgetMiddleware({ limitUsd: "0.50" })] });
 */
export function budgetMiddleware(
  budget: BudgetInput | Budget | readonly (BudgetInput | Budget)[],
  options: BudgetMiddlewareOptions = {},
): AgentMiddleware<undefined, undefined, unknown, readonly []> {
  checkOptions("`budgetMiddleware`", options, CHECKS);
  const budgets = toBudgets(budget);
  if (budgets.length === 0)
    throw new ConfigurationError("budget", "There is no budget.", 'Pass `{ limitUsd: "5.00" }`, or a `Budget`.');
  const { onExceed = "end", onUnavailable = "throw", hintAt = 0.8, hint = wrapUp, ...gating } = options;
  const gated = new Gated(budgets, gating);
  return createMiddleware({
    // Agents refuse two of one name: each budget's are told apart.
    name: `budgetMiddleware(${budgets.map(({ name }) => name).join(", ")})`,
    async wrapModelCall(request, handler) {
      const pressed = await pressedStates(budgets, request, hintAt);
      const notes = [...new Set(pressed.map(hint))].filter((note) => note !== "");
      const systemMessage = notes.reduce(
        (message, note) => message.concat(message.text === "" ? note : `\n\n${note}`),
        request.systemMessage,
      );
      const call = async (): Promise<AIMessage> => {
        try {
          return await handler({
            ...request,
            model: gated.of(request.model),
            ...(notes.length > 0 ? { systemMessage } : {}),
          });
        } catch (error) {
          const denial = denialIn(error, onUnavailable);
          if (denial === undefined) throw error;
          if (onExceed === "throw") throw denial;
          if (onExceed === "end" || !BudgetExceededError.isInstance(denial)) return lastMessage(denial, budgets);
          const answer = request.runtime.interrupt?.(questionOf(denial, budgets));
          return obey(answer, denial, budgets) ? call() : lastMessage(denial, budgets);
        }
      };
      return call();
    },
  });
}

/** What a model is told when a budget is nearly spent. The same in each call, so that prompts stay cached. */
function wrapUp({ name }: BudgetState): string {
  return `The budget \`${name}\` of this conversation is nearly spent. Come to an end: answer with what you have, and call a tool only if you cannot answer without it.`;
}
