import { AIMessage } from "@langchain/core/messages";
import { BudgetExceededError } from "../base/errors.js";
import type { Budget } from "../budget/budget.js";
import { inWords } from "../budget/unit.js";
import type { Denial } from "./denial.js";

/** Where a budget stood when it denied a call, as plain data. Amounts are decimal strings: USD, or whole tokens or calls. */
export interface DeniedState {
  name: string;
  key: string;
  /** Absent where the budget is none of the middleware's. */
  unit?: "usd" | "tokens" | "calls";
  limit: string;
  spent: string;
  held: string;
  /** What the call might have needed; absent where nothing bounds that. */
  requested?: string;
  /** When the budget begins anew, as ISO 8601; absent where it never does. */
  resetsAt?: string;
}

/** What a refusal says of its budget. */
export function deniedState(error: BudgetExceededError, budgets: readonly Budget[]): DeniedState {
  const { scope, key, limit, spent, held, requested, resetsAt } = error;
  const unit = budgets.find(({ name }) => name === scope)?.terms.unit;
  return {
    name: scope,
    key,
    ...(unit === undefined ? {} : { unit }),
    limit,
    spent,
    held,
    ...(requested === undefined ? {} : { requested }),
    ...(resetsAt === undefined ? {} : { resetsAt: resetsAt.toISOString() }),
  };
}

/** The message that ends an agent: what was said before it was stopped, and why it stops. It calls no tools. */
export function lastMessage(denial: Denial, budgets: readonly Budget[]): AIMessage {
  const { partialOutput } = denial;
  const isExceeded = BudgetExceededError.isInstance(denial);
  const state = isExceeded ? deniedState(denial, budgets) : undefined;
  const words = state === undefined ? `I have to stop here: ${denial.message}` : wordsOf(state);
  return new AIMessage({
    content: [partialOutput?.text ?? "", words].filter((text) => text !== "").join("\n\n"),
    usage_metadata: partialOutput?.usage_metadata,
    response_metadata: { finish_reason: "budget", ...(state === undefined ? {} : { budget: state }) },
  });
}

/** Why an agent stops, for whoever reads its last message. */
function wordsOf({ name, key, unit, limit, spent, held, requested, resetsAt }: DeniedState): string {
  const shown = (amount: string) => (unit === undefined ? amount : inWords(amount, unit));
  const whose = key === "" ? `\`${name}\`` : `\`${name}\` of \`${key}\``;
  const others = held === "0" ? "" : `, and ${shown(held)} held by calls that are under way`;
  const need = requested === undefined ? "" : ` The next step may need ${shown(requested)}.`;
  const anew = resetsAt === undefined ? "" : ` It begins anew at ${resetsAt}.`;
  return `I have to stop here: of the budget ${whose}, ${shown(spent)} of ${shown(limit)} is spent${others}.${need}${anew}`;
}
