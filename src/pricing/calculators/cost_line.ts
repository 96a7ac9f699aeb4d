import { checkFields, checkGiven } from "../../base/check_given.js";
import { toNumber, type Usd } from "../../base/money.js";

/** The figures of one line of a running account. Amounts are pico-dollars. */
export interface CostLine {
  totalPico: Usd;
  /** Absent when there is no budget. */
  budgetPico?: Usd | undefined;
  /** What the call cost; `undefined` when it had no price. */
  currentPico: Usd | undefined;
  promptTokens: number;
  completionTokens: number;
}

/**
 * The origin's log line, character for character: four decimals, three for the budget, rounded as Python formats the
 * nearest double. A call without a price says so, where the origin said `$0.0000`.
 * @throws ConfigurationError for amounts that are no `bigint`
 */
export function formatCostLine(line: CostLine): string {
  checkFields("line", line, "Pass `{ totalPico, currentPico, promptTokens, completionTokens }`.");
  const { totalPico, budgetPico, currentPico, promptTokens, completionTokens } = line;
  for (const [name, pico] of Object.entries({ totalPico, budgetPico, currentPico }))
    if (pico !== undefined || name === "totalPico") checkGiven(name, pico, isPico, "Pass pico-dollars as a bigint.");
  const budget = budgetPico === undefined ? "" : ` | Max budget: $${pythonFixed(toNumber(budgetPico), 3)}`;
  const current = currentPico === undefined ? "unpriced" : `$${pythonFixed(toNumber(currentPico), 4)}`;
  return `Total running cost: $${pythonFixed(toNumber(totalPico), 4)}${budget} | Current cost: ${current}, prompt_tokens: ${promptTokens}, completion_tokens: ${completionTokens}`;
}

const isPico = (value: unknown) => typeof value === "bigint";

/** More digits than any double of cents to billions has after the point. */
const EXACT_DIGITS = 80;

/** Python's `f"{value:.{digits}f}"`: a tie goes to the even digit, where JavaScript's `toFixed` goes up. */
export function pythonFixed(value: number, digits: number): string {
  const exact = value.toFixed(Math.min(100, EXACT_DIGITS));
  const cut = exact.indexOf(".") + 1 + digits;
  const isTie = /^50*$/.test(exact.slice(cut));
  const isEven = "02468".includes(exact.charAt(cut - 1));
  return isTie && isEven ? exact.slice(0, cut) : value.toFixed(digits);
}
