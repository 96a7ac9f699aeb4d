import type { OfferedTools } from "../answer/signs.js";
import { isObject } from "../base/json.js";
import type { ModelCall } from "./model_call.js";

/** What a call tells the model of tools, in this turn or by its history. */
export function offeredTools({ settings, messages }: ModelCall): OfferedTools {
  const names = settings.tools.map((tool) => tool.function.name);
  return { names, mayBeCalled: names.length > 0 || messages.some(isToolUse) };
}

/** True for a message that calls tools, and for a tool's result. */
function isToolUse(message: object): boolean {
  return (
    isObject(message) &&
    ("tool_call_id" in message || (Array.isArray(message.tool_calls) && message.tool_calls.length > 0))
  );
}
