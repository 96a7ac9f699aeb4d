import type { AnswerDelta } from "../../../answer/delta.js";
import { parseJson } from "../../../answer/json_text.js";
import { readWrittenCalls, type CallableTool } from "../../../answer/written_calls.js";
import { isObject, type Json } from "../../../base/json.js";
import { answered, notCalled } from "../../../models/asked_again.js";
import { spokenArguments } from "../../../models/spoken_arguments.js";
import { toGrammarSchema } from "../../../wires/openai/json_schema.js";
import { newToolCallId } from "../../../wires/openai/wire.js";
import type { Changes } from "../negotiate/request_form.js";
import { onlyTool } from "./forced_tools.js";

/**
 * The request that leaves a model nothing but to call one of the tools, for servers that ignore `tool_choice` and
 * templates that know no tools: the call itself is the JSON that is asked for.
 */
export function schemaCallChanges(tools: readonly CallableTool[], dropped: readonly string[]): Changes {
  return {
    params: {
      tools: undefined,
      tool_choice: undefined,
      parallel_tool_calls: undefined,
      n: undefined,
      response_format: callFormat(tools, dropped),
    },
    instruction: callInstruction(tools),
  };
}

/** The `response_format` of such a request. One tool: its arguments; several: `{ name, arguments }`. */
export function callFormat(tools: readonly CallableTool[], dropped: readonly string[] = []): Json {
  const only = onlyTool(tools);
  const schema = only ? argumentsOf(only, dropped) : { anyOf: tools.map((tool) => namedCall(tool, dropped)) };
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

/** The template may have dropped the tools, and a schema alone says no purpose. */
function callInstruction(tools: readonly CallableTool[]): string {
  const list = tools
    .map(({ name, description, parameters }) => JSON.stringify({ name, description, parameters }))
    .join("\n");
  if (tools.length === 1) return `Call this function. Answer with its arguments only, as a JSON object:\n${list}`;
  return `Call one of these functions. Answer with {"name": NAME, "arguments": ARGUMENTS} only, as a JSON object:\n${list}`;
}

/**
 * Turns the answer to such a request back into a tool call.
 * @throws StructuredOutputError when it is none
 */
export function toToolCall(answer: AnswerDelta, tools: readonly CallableTool[]): AnswerDelta {
  const call = readCall(answer.text ?? "", tools);
  if (call) return { toolCalls: [{ index: 0, id: newToolCallId(), ...call }], finishReason: "tool_calls" };
  const why =
    answer.finishReason === "length"
      ? "it was cut off at the output limit; raise `maxTokens`"
      : "the server seems to ignore `response_format` too";
  throw notCalled(tools, answered(answer.text ?? ""), `Asked for the call as JSON, it answered so again: ${why}.`);
}

/** The call that an answer is already, though it came as text. */
export function spokenCall(text: string, tools: readonly CallableTool[]): AnswerDelta | undefined {
  const call = readCall(text, tools);
  const tool = tools.find(({ name }) => name === call?.name);
  const isCall = call && tool && spokenArguments(call.args, tool.name, tool.parameters) !== undefined;
  return isCall ? { toolCalls: [{ index: 0, id: newToolCallId(), ...call }], finishReason: "tool_calls" } : undefined;
}

/** The call that a text is, if it is one. */
export function readCall(text: string, tools: readonly CallableTool[]): { name: string; args: string } | undefined {
  const [written, ...others] = readWrittenCalls(text, tools);
  if (written) return others.length === 0 ? written : undefined;
  const value = parseJson(text);
  const only = isObject(value) ? onlyTool(tools) : undefined;
  return only && { name: only.name, args: JSON.stringify(value) };
}
