import { parseJson } from "../../answer/json_text.js";
import { isObject, type Json } from "../../base/json.js";
import { toGrammarSchema } from "./json_schema.js";

/** A tool as far as a call by schema needs it. */
export interface CallableTool {
  name: string;
  description?: string;
  parameters: Json;
}

/**
 * The `response_format` that leaves a model nothing but to call one of the tools, for servers that ignore `tool_choice`
 * and templates that know no tools. One tool: its arguments; several: `{ name, arguments }`.
 */
export function callFormat(tools: readonly CallableTool[], dropped: readonly string[] = []): Json {
  const [only, ...others] = tools;
  const schema =
    only !== undefined && others.length === 0
      ? argumentsOf(only, dropped)
      : { anyOf: tools.map((tool) => namedCall(tool, dropped)) };
  return { type: "json_schema", json_schema: { name: "tool_call", schema } };
}

function argumentsOf({ parameters }: CallableTool, dropped: readonly string[]): Json {
  return toGrammarSchema({ type: "object", ...parameters }, dropped);
}

function namedCall(tool: CallableTool, dropped: readonly string[]): Json {
  return {
    type: "object",
    properties: { name: { type: "string", enum: [tool.name] }, arguments: argumentsOf(tool, dropped) },
    required: ["name", "arguments"],
    additionalProperties: false,
  };
}

/** What the model is told besides: the template may have dropped the tools, and the schema alone says no purpose. */
export function callInstruction(tools: readonly CallableTool[]): string {
  const list = tools
    .map(({ name, description, parameters }) => JSON.stringify({ name, description, parameters }))
    .join("\n");
  if (tools.length === 1) return `Call this function. Answer with its arguments only, as a JSON object:\n${list}`;
  return `Call one of these functions. Answer with {"name": NAME, "arguments": ARGUMENTS} only, as a JSON object:\n${list}`;
}

/** The call that a text is, if it is one. */
export function readCall(text: string, tools: readonly CallableTool[]): { name: string; args: string } | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const named = tools.find((tool) => tool.name === value.name);
  if (named && isObject(value.arguments)) return { name: named.name, args: JSON.stringify(value.arguments) };
  const [only, ...others] = tools;
  return only !== undefined && others.length === 0 ? { name: only.name, args: JSON.stringify(value) } : undefined;
}
