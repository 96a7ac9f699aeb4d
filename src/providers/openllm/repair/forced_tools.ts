import { StructuredOutputError } from "../../../base/errors.js";
import { isObject, type Json } from "../../../base/json.js";

/** As much of a tool as a call by schema needs. */
export interface CallableTool {
  name: string;
  description?: string;
  parameters: Json;
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

/** The only one of some tools; `undefined` where there are several. */
export function onlyTool(tools: readonly CallableTool[] | undefined): CallableTool | undefined {
  return tools?.length === 1 ? tools[0] : undefined;
}

/** The error for an answer that is no call of a tool that had to be called, but did something else. */
export function notCalled(tools: readonly CallableTool[], did: string, hint: string): StructuredOutputError {
  const names = tools.map(({ name }) => `\`${name}\``).join(" or ");
  return new StructuredOutputError(`The model was to call ${names} but ${did}. ${hint}`);
}

/** The deed of a model that said a text, and perhaps called a tool that was not the one; for the error's sentence. */
export function answered(text: string, calledInstead?: string): string {
  if (calledInstead !== undefined) return `called \`${calledInstead}\``;
  return `answered \`${text.length > 200 ? `${text.slice(0, 200)}...` : text}\``;
}
