import { BudgetExceededError } from "../base/errors.js";
import type { BudgetState } from "./input.js";
import type { Terms } from "./terms.js";
import { inWords, toText } from "./unit.js";

/** How a budget stands, as far as its store was asked. */
type Standing = Pick<BudgetState, "name" | "key" | "limit"> & Partial<BudgetState>;

/** The error of a call that does not fit. @param amount - what it might have needed, or in words why nothing bounds that */
export function refusal(terms: Terms, standing: Standing, amount: number | string): BudgetExceededError {
  const { name, key, limit, spent, held, resetsAt } = standing;
  const shown = (text: string) => inWords(text, terms.unit);
  const whose = key === "" ? `\`${name}\`` : `\`${name}\` of \`${key}\``;
  const fields = { limit, spent: spent ?? "0", held: held ?? "0", scope: name, key, resetsAt };
  if (typeof amount === "string") {
    const remedy = 'Give what is missing, or set `onUnpriced: "allow"` on the budget.';
    return new BudgetExceededError(
      `The budget ${whose} cannot bound what the call may cost: ${amount}. ${remedy}`,
      fields,
    );
  }
  const requested = toText(amount, terms.unit);
  const stand = `Of ${shown(limit)}, ${shown(fields.spent)} is spent and ${shown(fields.held)} is held by calls under way.`;
  const anew = resetsAt === undefined ? "" : ` It begins anew at ${resetsAt.toISOString()}.`;
  const remedy = terms.unit === "calls" ? "Raise the limit." : "Raise the limit, or ask for fewer output tokens.";
  return new BudgetExceededError(
    `The budget ${whose} does not allow the call, which may need ${shown(requested)}. ${stand}${anew} ${remedy}`,
    { ...fields, requested },
  );
}
