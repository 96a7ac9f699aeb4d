import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import type { Evidence } from "./evidence.js";
import type { Fields } from "./spelled.js";

/** What an answer's content tells of what was billed beside its tokens. */
export interface Traces {
  /** Whether tools of the server were used, or may have been: those of MCP servers leave nothing in a stream. */
  usesTools: boolean;
  hasCompacted: boolean;
  /** Searches that found something: one that failed is not billed. */
  searches: number;
  codeExecutions: number;
}

/** Reads the content blocks of an answer of Anthropic's. */
export function tracesOf({ message, params }: Evidence): Traces {
  const content = itemsOf(message.content).map(blockOf);
  const calls = content.filter(({ type }) => type === "server_tool_use" || type === "server_tool_call");
  const results = content.filter(({ type }) => type === "web_search_tool_result");
  return {
    usesTools: calls.length > 0 || itemsOf(params.mcp_servers).length > 0,
    hasCompacted: content.some(({ type }) => type === "compaction"),
    searches: results.filter(({ content: found }) => Array.isArray(found)).length,
    codeExecutions: calls.filter(({ name }) => nonEmpty(name)?.endsWith("code_execution") === true).length,
  };
}

/** A block of a message's content; some are wrapped where core makes them its own. */
function blockOf(block: unknown): Fields {
  const fields = fieldsOf(block);
  return fields.type === "non_standard" ? fieldsOf(fields.value) : fields;
}
