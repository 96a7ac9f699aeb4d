import { fieldsOf, itemsOf } from "../base/json.js";
import { known, type Fields } from "./spellings/spelled.js";

/**
 * What is kept of how a call was parametrised: only what a reader of its answer asks for. The rest may be large (schemas of tools,
 * a prediction) or secret (the tokens of MCP servers), and a stream that is left is remembered for long.
 */
export function keptParams(extraParams: unknown): Fields {
  const params = fieldsOf(fieldsOf(extraParams).invocation_params);
  return (
    known({
      ...Object.fromEntries(KEPT.map((name) => [name, params[name]])),
      tools: listOf(params.tools, (tool) => ({ type: fieldsOf(tool).type })),
      mcp_servers: listOf(params.mcp_servers, () => ({})),
    }) ?? {}
  );
}

const KEPT = [
  "model",
  "service_tier",
  "serviceTier",
  "speed",
  "inference_geo",
  "performanceConfig",
  "guardrailConfig",
  "search_parameters",
  "web_search_options",
];

function listOf(value: unknown, keep: (item: unknown) => object): readonly object[] | undefined {
  return Array.isArray(value) ? itemsOf(value).map(keep) : undefined;
}
