import { tokenCount } from "../../base/counts.js";
import { fieldsOf, isObject, itemsOf, nonEmpty } from "../../base/json.js";
import type { MoreCounts } from "../../pricing/units.js";
import type { Evidence } from "./evidence.js";
import { known, type Fields, type Reading, type SpelledUsage } from "./spelled.js";

/** What the server itself did for an answer, which it bills by the piece. */
export type ToolUse = Pick<SpelledUsage, "units"> & Pick<Reading, "atLeast">;

/** What is billed of the tools that a server runs; `undefined` where it ran none, and none was offered to it. */
export function toolsOf(evidence: Evidence, usage: Fields): ToolUse | undefined {
  const units = known(countsIn(usage));
  if (units !== undefined) return { units, atLeast: otherCalls(fieldsOf(usage.server_side_tool_usage_details)) };
  const items = itemsIn(evidence);
  if (items === undefined) return unseen(evidence.params, usage);
  const searches = fieldsOf(fieldsOf(evidence.metadata.tool_usage).web_search).num_requests;
  return itemised(items, tokenCount(searches) ?? 0);
}

/** xAI counts in the usage itself: calls of each tool, and in its older API the sources that a search brought. */
function countsIn(usage: Fields): NonNullable<SpelledUsage["units"]> {
  const calls = fieldsOf(usage.server_side_tool_usage_details);
  return {
    webSearch: calls.web_search_calls ?? (usage.num_sources_used === 0 ? undefined : usage.num_sources_used),
    socialSearch: calls.x_search_calls,
    codeExecution: calls.code_interpreter_calls,
    storageSearch: calls.file_search_calls,
  };
}

/** Calls that xAI counts and bills under no name of ours; those of servers of the caller's own are free. */
function otherCalls(calls: Fields): string | undefined {
  const isOther = (name: string) =>
    name.endsWith("_calls") && !/^(?:web_search|x_search|code_interpreter|file_search|mcp)_/.test(name);
  const name = Object.keys(calls).find((each) => isOther(each) && calls[each] !== 0);
  return name === undefined ? undefined : `what \`${name}\` cost is not counted`;
}

/** The parts of a response: all of them, or at least what tools made. */
function itemsIn({ metadata, message }: Evidence): readonly unknown[] | undefined {
  return [metadata.output, fieldsOf(message.additional_kwargs).tool_outputs].find(Array.isArray);
}

type CountedTool = keyof MoreCounts;

/** Each unit's own name for one piece, by the type of the item; an item that has none is not billed. */
const COUNTED_ITEMS: ReadonlyMap<string, readonly [unit: CountedTool, piece: (item: Fields) => unknown]> = new Map([
  // Pages that were opened or looked through are free.
  ["web_search_call", ["webSearch", (item) => (isSearch(item) ? (item.id ?? item) : undefined)]],
  ["x_search_call", ["socialSearch", (item) => item.id ?? item]],
  [
    "custom_tool_call",
    ["socialSearch", (item) => (X_SEARCH.test(nonEmpty(item.name) ?? "") ? (item.id ?? item) : undefined)],
  ],
  ["file_search_call", ["storageSearch", (item) => item.id ?? item]],
  // A container is billed, however often code ran in it.
  ["code_interpreter_call", ["codeExecution", (item) => item.container_id ?? item.id ?? item]],
]);

/** How xAI writes searches of X: as if they were tools of the caller's own. */
const X_SEARCH = /^x_(?:keyword_search|semantic_search|user_search|thread_fetch)$/;

function isSearch({ action }: Fields): boolean {
  const { type = "search" } = fieldsOf(action);
  return type === "search";
}

/** Items of these types are paid for by their tokens, or not at all. */
const FREE_ITEM = /^(?:function|computer|local_shell|apply_patch|mcp|tool_search)_/;

/** @param searches - how many searches of the web the response itself counts: of streams only */
function itemised(items: readonly unknown[], searches: number): ToolUse | undefined {
  const pieces = new Map<CountedTool, Set<unknown>>();
  const others = new Set<string>();
  for (const item of items.map(fieldsOf)) {
    const type = nonEmpty(item.type) ?? "";
    const [unit, pieceOf] = COUNTED_ITEMS.get(type) ?? [];
    if (unit !== undefined && pieceOf !== undefined) {
      const piece = pieceOf(item);
      if (piece !== undefined) pieces.set(unit, (pieces.get(unit) ?? new Set()).add(piece));
    } else if (type.endsWith("_call") && !FREE_ITEM.test(type)) others.add(type);
  }
  const units = Object.fromEntries([...pieces].map(([unit, found]) => [unit, found.size]));
  const [other] = others;
  if (other !== undefined) return { units, atLeast: `what \`${other}\` costs is not counted` };
  if (searches > (units.webSearch ?? 0)) return { units, atLeast: `the server counts ${searches} searches of the web` };
  return pieces.size === 0 ? undefined : { units };
}

/** Tools of these types run on the caller's side, or cost nothing but tokens. */
const FREE_TOOL = /^(?:function|custom|mcp|computer|local_shell|apply_patch|namespace|tool_search)/;

/** What a call was free to do without anybody saying whether it did. */
function unseen(params: Fields, usage: Fields): ToolUse | undefined {
  const model = nonEmpty(params.model) ?? "";
  if (SEARCHES_ALWAYS.test(model)) return { units: { webSearch: 1 } };
  const tool = itemsOf(params.tools)
    .map((offered) => nonEmpty(fieldsOf(offered).type))
    .find((type) => type !== undefined && !FREE_TOOL.test(type));
  const name = tool ?? optionOfSearch(params, usage);
  if (name !== undefined) return { atLeast: `how often \`${name}\` was used is not handed on` };
  return HAS_TOOLS.test(model) ? { atLeast: `what tools \`${model}\` used is not handed on` } : undefined;
}

/** The option of xAI's older API, or of OpenAI's, that lets a model search. */
function optionOfSearch({ search_parameters, web_search_options }: Fields, usage: Fields): string | undefined {
  const { mode = "off" } = fieldsOf(search_parameters);
  if (mode !== "off" && usage.num_sources_used === undefined) return "search_parameters";
  return isObject(web_search_options) ? "web_search_options" : undefined;
}

/** Models of OpenAI's that search once before each answer. */
const SEARCHES_ALWAYS = /^gpt-.*-search-(?:preview|api)/;

/** Systems of Groq's that search and run code by themselves. */
const HAS_TOOLS = /^(?:groq\/)?compound/;
