import { ConfigurationError } from "../base/errors.js";
import { isObject } from "../base/json.js";
import { slips } from "../base/slips.js";
import type { OptionTable } from "./option_table.js";

/** What a provider has to say of options that it does not have. */
export interface Remedies {
  /** Options of other classes, and what to write instead: a sentence. */
  readonly instead?: Readonly<Record<string, string>> | undefined;
  /** Where a field of the request goes that has no option. */
  readonly otherFields?: string | undefined;
}

/** What users of other classes write, and what it is here. */
const INSTEAD: Readonly<Record<string, string>> = {
  modelName: "model",
  modelId: "model",
  fireworksApiKey: "apiKey",
  openAIApiKey: "apiKey",
  openaiApiKey: "apiKey",
  maxOutputTokens: "maxTokens",
  maxNewTokens: "maxTokens",
  requestTimeout: "timeout",
  defaultHeaders: "headers",
  stream: "streaming",
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
  const [nearest, distance] = nearestOf(name, table, where);
  if (distance * 3 <= name.length || otherFields === undefined) return refused(problem, `Write \`${nearest}\`.`);
  return refused(problem, `The nearest that exists is \`${nearest}\`. ${otherFields}`);
}

/** The option that was probably meant: by another class's name for it, by its name on the wire, by the fewest slips. */
function nearestOf(name: string, table: OptionTable, where: "constructor" | "call"): [name: string, distance: number] {
  const other = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
  const taken = Object.keys(table).filter((option) => (table[option]?.only ?? where) === where);
  if (other !== undefined && taken.includes(other)) return [other, 0];
  let best: [string, number] = ["", Infinity];
  for (const option of taken) {
    const distance = Math.min(slips(name, option), slips(name, table[option]?.wire ?? option));
    if (distance < best[1]) best = [option, distance];
  }
  return best;
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
