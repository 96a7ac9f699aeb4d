import type { CallableTool } from "../../../answer/written_calls.js";
import { isObject, type Json } from "../../../base/json.js";

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

/** The only one of some tools; `undefined` where there are several. */
export function onlyTool(tools: readonly CallableTool[] | undefined): CallableTool | undefined {
  return tools?.length === 1 ? tools[0] : undefined;
}
