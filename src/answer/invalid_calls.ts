import { checkGiven } from "../base/check_given.js";
import { isObject } from "../base/json.js";
import { ToolMessage, type AIMessage } from "@langchain/core/messages";

/**
 * Answers to the calls of a message that cannot be made, one for each: tool messages with the status `"error"` that say
 * what is wrong, so that the model can call again. LangChain's agents look at `tool_calls` alone, and end without a word
 * where an answer has no other calls than broken ones.
 *
 * @example
 * ```ts
 * const answer = await model.invoke(messages);
 * messages.push(answer, ...toolMessagesOfInvalidCalls(answer));
 * ```
 */
export function toolMessagesOfInvalidCalls(message: AIMessage): ToolMessage[] {
  checkGiven("message", message, isObject, "Pass the answer of a model.");
  const { invalid_tool_calls: calls = [] } = message;
  return calls.flatMap(({ id, name, error }) => {
    // Without these two, no server would know what is answered.
    if (id === undefined || name === undefined) return [];
    const content = `The tool \`${name}\` was not called. ${error ?? ""} Call it again with one JSON object as its arguments.`;
    return [new ToolMessage({ tool_call_id: id, name, status: "error", content })];
  });
}
