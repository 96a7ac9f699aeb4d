import type { AnswerDelta } from "../../answer/delta.js";
import { StructuredOutputError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import { callFormat, callInstruction, readCall, type CallableTool } from "../../wires/openai/schema_call.js";

/** A request that differs from the call's own. */
export interface Changes {
  /** Fields to set; `undefined` takes one out. */
  params: Json;
  /** What the model is told besides. */
  instruction?: string;
}

/** The tools of which one must be called, by a request's fields; `undefined` when the model may choose. */
export function forcedTools({ tools, tool_choice: choice }: Json): CallableTool[] | undefined {
  const callable = Array.isArray(tools) ? tools.flatMap(toCallable) : [];
  if (callable.length === 0) return undefined;
  if (choice === "required") return callable;
  const name = isObject(choice) && isObject(choice.function) ? choice.function.name : undefined;
  return name === undefined ? undefined : callable.filter((tool) => tool.name === name);
}

function toCallable(tool: unknown): CallableTool[] {
  const definition = isObject(tool) ? tool.function : undefined;
  if (!isObject(definition) || typeof definition.name !== "string") return [];
  const { name, description, parameters } = definition;
  return [
    {
      name,
      ...(typeof description === "string" ? { description } : {}),
      parameters: isObject(parameters) ? parameters : {},
    },
  ];
}

/** The request for a call as JSON by the tools' schemas. */
export function schemaCallChanges(
  tools: readonly CallableTool[],
  params: Json,
  dropped: readonly string[],
  quiet: boolean,
): Changes {
  return {
    params: {
      tools: undefined,
      tool_choice: undefined,
      parallel_tool_calls: undefined,
      n: undefined,
      response_format: callFormat(tools, dropped),
      ...(quiet ? withoutThinking(params) : {}),
    },
    instruction: callInstruction(tools),
  };
}

/** The template variables that turn thinking off, under both of their names: a model that thinks on never comes to the call. */
export function withoutThinking({ chat_template_kwargs: kwargs }: Json): Json {
  return { chat_template_kwargs: { ...(isObject(kwargs) ? kwargs : {}), enable_thinking: false, thinking: false } };
}

/**
 * Turns the answer to such a request back into a tool call.
 * @throws StructuredOutputError when it is none
 */
export function toToolCall(answer: AnswerDelta, tools: readonly CallableTool[], newId: () => string): AnswerDelta {
  const call = readCall(answer.text ?? "", tools);
  if (call) return { toolCalls: [{ index: 0, id: newId(), ...call }], finishReason: "tool_calls" };
  const why =
    answer.finishReason === "length"
      ? "it was cut off at the output limit; raise `maxTokens`"
      : "the server seems to ignore `response_format` too";
  throw notCalled(tools, answered(answer.text ?? ""), `Asked for the call as JSON, it answered so again: ${why}.`);
}

/** The error for an answer that is no call of a tool that had to be called, but did something else. */
export function notCalled(tools: readonly CallableTool[], did: string, hint: string): StructuredOutputError {
  const names = tools.map(({ name }) => `\`${name}\``).join(" or ");
  return new StructuredOutputError(`The model was to call ${names} but ${did}. ${hint}`);
}

/** What a model did that said a text, and perhaps called a tool that was not the one. */
export function answered(text: string, calledInstead?: string): string {
  if (calledInstead !== undefined) return `called \`${calledInstead}\``;
  return `answered \`${text.length > 200 ? `${text.slice(0, 200)}...` : text}\``;
}
