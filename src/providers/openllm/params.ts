import { isObject, type Json } from "../../base/json.js";
import { toGrammarSchema } from "../../wires/openai/json_schema.js";
import { toFields } from "../../wires/openai/request.js";
import { checkSampling } from "../../models/checks.js";
import type { ForcedTool, ToolDefinition } from "../../models/tools.js";
import { mergeExtraBody } from "./extra_body.js";
import { OPENLLM_FIELDS, type ChatOpenLLMCallOptions, type ChatOpenLLMInput } from "./options.js";

/**
 * A request's fields as most servers take them, with what the user adds.
 * @throws ConfigurationError for values that no server takes
 */
export function openLLMParams(common: Json, input: ChatOpenLLMInput, call: Partial<ChatOpenLLMCallOptions>): Json {
  checkSampling(call);
  const params = { ...common };
  if (params.model === "") delete params.model;
  if (params.repetition_penalty !== undefined) params.repeat_penalty = params.repetition_penalty;
  if (input.maxTokensField === "max_completion_tokens" && params.max_tokens !== undefined) {
    params.max_completion_tokens = params.max_tokens;
    delete params.max_tokens;
  }
  const dropped = input.dropSchemaKeywords ?? [];
  if (isObject(params.response_format)) params.response_format = withGrammarSchema(params.response_format, dropped);
  if (Array.isArray(params.tools))
    params.tools = params.tools.map((tool: unknown) => withGrammarParameters(tool, dropped));
  return { ...params, ...mergeExtraBody(input.extraBody, saidByCall(params, call), call.extraBody) };
}

/** What a call says by options of its own names: more than the constructor's `extraBody`, and less than the call's. */
function saidByCall(params: Json, call: Partial<ChatOpenLLMCallOptions>): Json {
  const names = Object.keys(toFields(OPENLLM_FIELDS, call));
  if (call.stop !== undefined) names.push("stop");
  if (names.includes("repetition_penalty")) names.push("repeat_penalty");
  return Object.fromEntries(names.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])));
}

function withGrammarSchema(format: Json, dropped: readonly string[]): Json {
  const inner = format.json_schema;
  if (!isObject(inner) || !isObject(inner.schema)) return format;
  return { ...format, json_schema: { ...inner, schema: toGrammarSchema(inner.schema, dropped) } };
}

function withGrammarParameters(tool: unknown, dropped: readonly string[]): unknown {
  const definition = isObject(tool) ? tool.function : undefined;
  if (!isObject(tool) || !isObject(definition) || !isObject(definition.parameters)) return tool;
  return { ...tool, function: { ...definition, parameters: toGrammarSchema(definition.parameters, dropped) } };
}

/**
 * Tools and the choice among them in the form that every server understands: a named tool is the only one offered, and
 * required; with "none" none is offered, since models call them all the same when they see them.
 */
export function openLLMTools(
  tools: ToolDefinition[],
  forced: ForcedTool | undefined,
  parallel: boolean | undefined,
  asObject: boolean,
): [ToolDefinition[], ForcedTool | undefined, boolean | undefined] {
  if (forced === "none") return [[], undefined, undefined];
  if (typeof forced !== "object" || asObject) return [tools, forced, parallel];
  return [tools.filter((tool) => tool.function.name === forced.name), "required", parallel];
}
