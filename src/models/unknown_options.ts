import { ConfigurationError } from "../base/errors.js";
import { isObject } from "../base/json.js";
import { isNear, nearestOption, type Spelled } from "../base/nearest.js";
import type { OptionTable } from "./option_table.js";

/** What a provider has to say of options that it does not have. */
export interface Remedies {
  /** Options of other classes, and what to write instead: a sentence. */
  readonly instead?: Readonly<Record<string, string>> | undefined;
  /** Where a field of the request goes that has no option. */
  readonly otherFields?: string | undefined;
}

const A_BUDGET =
  'A budget is one of the books: `callbacks: [new CostCallbackHandler({ budget: { limitUsd: "5.00" } })]`, or `withBudget`.';

/** What users look for on a model, and find elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  budget: A_BUDGET,
  budgets: A_BUDGET,
  maxBudget: A_BUDGET,
  limitUsd: A_BUDGET,
  ledger: "A ledger is one of the books: `callbacks: [new CostCallbackHandler({ ledger })]`.",
};

/**
 * The error for an option that does not exist, or not there: a misspelt limit that is passed over costs money.
 * @param where it was set
 */
export function unknownOption(
  name: string,
  where: "constructor" | "call",
  table: OptionTable,
  { instead, otherFields }: Remedies,
): ConfigurationError {
  const refused = (problem: string, hint: string) => new ConfigurationError(name, problem, hint);
  if (Object.hasOwn(table, name)) {
    const problem = `\`${name}\` is no option of ${where === "call" ? "a call" : "the constructor"}.`;
    return refused(problem, where === "call" ? "Set it in the constructor." : "Pass it with a call, or `withConfig`.");
  }
  const problem = `There is no option \`${name}\`.`;
  const sentence = instead !== undefined && Object.hasOwn(instead, name) ? instead[name] : undefined;
  if (sentence !== undefined) return refused(problem, sentence);
  if (name === "configuration")
    return refused(problem, "Write `baseURL` for `configuration.baseURL`, and `headers` for its headers.");
  const general = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
  if (general !== undefined) return refused(problem, general);
  const [nearest, distance] = nearestOption(name, takenAt(where, table));
  if (isNear(name, distance)) return refused(problem, `Write \`${nearest}\`.`);
  // Of names that have little in common, the nearest is nobody's guess.
  if (distance * 2 > name.length && otherFields !== undefined) return refused(problem, otherFields);
  const further = otherFields === undefined ? "" : ` ${otherFields}`;
  return refused(problem, `The nearest that exists is \`${nearest}\`.${further}`);
}

/** The options that are taken there, each with its name on the wire. */
function takenAt(where: "constructor" | "call", table: OptionTable): Spelled[] {
  return Object.entries(table)
    .filter(([, { only = where }]) => only === where)
    .map(([option, { wire }]) => (wire === undefined ? [option] : [option, wire]));
}

/** What LangChain and LangGraph put into the config that they hand on to a model, beside what core takes out of it. */
const FRAMEWORK = new Set([
  "store",
  "context",
  "writer",
  "interrupt",
  "interruptBefore",
  "interruptAfter",
  "inputKeys",
  "outputKeys",
  "streamKeys",
  "streamMode",
  "streamChannels",
  "subgraphs",
  "debug",
  "checkpointDuring",
  "durability",
  "heartbeat",
  "executionInfo",
  "serverInfo",
  "control",
  "state",
  "toolCall",
  "toolCallId",
  "version",
  "encoding",
  "runType",
  "promptIndex",
  "config",
  // Agents ask for structured output in the words of all providers at once.
  "outputConfig",
  "responseSchema",
]);

/**
 * Whether an option of a call came from a framework and not from a user: a key that one is known to add, a private or
 * LangSmith's one, or what no user writes as an option: a function, an object of a class.
 */
export function isFromFramework(name: string, value: unknown): boolean {
  if (FRAMEWORK.has(name) || /^(__|ls_|lc_|langgraph_|checkpoint_)/.test(name)) return true;
  if (typeof value === "function") return true;
  if (!isObject(value)) return false;
  const prototype: unknown = Reflect.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== null;
}
