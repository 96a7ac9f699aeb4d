import type { CallableTool } from "../../answer/written_calls.js";
import type { ToolCallDelta } from "../../answer/delta.js";
import type { Json } from "../../base/json.js";
import { SchemaRoom } from "../../base/schema_room.js";
import { toGrammarPart } from "./format.js";
import type { OllamaTool } from "./tool_schema.js";

/**
 * The `format` that leaves a model nothing but to call one of the tools: Ollama has no `tool_choice`, and with a schema
 * it answers with JSON in the content even where tools are offered.
 */
export function forcedCallFormat(tools: readonly OllamaTool[], room = new SchemaRoom()): Json {
  const calls = tools.map(({ function: { name, parameters } }) => ({
    type: "object",
    properties: { name: { type: "string", enum: [name] }, arguments: toGrammarPart(parameters, name, room) },
    required: ["name", "arguments"],
  }));
  const [only, ...others] = calls;
  return only !== undefined && others.length === 0 ? only : { anyOf: calls };
}

/** The broken call that is in a text which was cut off in the middle of one. */
export function readCutCall(text: string, tools: readonly CallableTool[]): Omit<ToolCallDelta, "index"> | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  const name = /^\s*\{\s*"name"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? (tools.length === 1 ? tools[0]?.name : undefined);
  const start = /"arguments"\s*:\s*/.exec(text);
  return { name, args: start ? text.slice(start.index + start[0].length) : "" };
}
