import { isObject, type Json } from "../../base/json.js";
import { fits, SchemaRoom, type WrittenOut } from "../../base/schema_room.js";
import { withinGrammarBounds } from "../../models/grammar_bounds.js";
import { toCompletionParams } from "../../models/completions.js";
import type { AskedFor } from "../../models/provider.js";
import { toFields, type Settled } from "../../models/read_options.js";
import type { ToolDefinition } from "../../run/tool_definition.js";
import { writeOut } from "../../wires/openai/json_schema.js";
import { mergeExtraBody } from "./extra_body.js";
import { toGrammarFormat } from "./grammar_format.js";
import { isForcing } from "./negotiate/request_body.js";
import { OPENLLM_OPTIONS, type ChatOpenLLMInput } from "./options.js";

const KNOWN = { options: OPENLLM_OPTIONS };

/**
 * A request's fields as most servers take them, with what the user adds.
 * @throws ConfigurationError for values that no server takes
 */
export function openLLMParams(asked: AskedFor): Json {
  const { settled, ofModel, ofCall } = asked;
  const { dropSchemaKeywords: dropped = NONE, maxSchemaBytes } = settled as ChatOpenLLMInput;
  const room = new SchemaRoom(maxSchemaBytes);
  const params = toCompletionParams(KNOWN, offered(asked));
  if (params.model === "") delete params.model;
  if (params.repetition_penalty !== undefined) params.repeat_penalty = params.repetition_penalty;
  if (isObject(params.response_format)) params.response_format = toGrammarFormat(params.response_format, dropped, room);
  if (Array.isArray(params.tools))
    params.tools = params.tools.map((tool: unknown) => withGrammarParameters(tool, dropped, room));
  // Where the model may choose, no grammar holds it to the schema, which is a hint to it then.
  if (isForcing(params)) params.tools = (params.tools as ToolDefinition[]).map(withinBounds);
  const warning = room.warning("its references stay, with their definitions. Raise the option, or bind fewer tools.");
  if (warning !== undefined) asked.warn?.(warning);
  const named = withLimitField(params, settled);
  return { ...named, ...mergeExtraBody(ofModel.extraBody, saidByCall(named, ofCall), ofCall.extraBody) };
}

const NONE: readonly string[] = [];

/** The field of the output limit is the one that the server knows. */
export function withLimitField(params: Json, settled: Settled): Json {
  if (settled.maxTokensField !== "max_completion_tokens" || params.max_tokens === undefined) return params;
  const { max_tokens, ...rest } = params;
  return { ...rest, max_completion_tokens: max_tokens };
}

/** What a call says by options of its own names: more than the constructor's `extraBody`, and less than the call's. */
function saidByCall(params: Json, ofCall: Settled): Json {
  const names = Object.keys(toFields(OPENLLM_OPTIONS, ofCall));
  if (names.includes("repetition_penalty")) names.push("repeat_penalty");
  if (names.includes("max_tokens")) names.push("max_completion_tokens");
  return Object.fromEntries(names.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])));
}

/**
 * Tools and the choice among them in the form that every server understands: a named tool is the only one offered, and
 * required; with "none" none is offered, since models call them all the same when they see them.
 */
function offered(asked: AskedFor): AskedFor {
  const { forced, tools, settled } = asked;
  if (forced === "none") return { ...asked, tools: [], forced: undefined };
  if (typeof forced !== "object" || settled.namedToolChoice === "object") return asked;
  return { ...asked, tools: tools.filter((tool) => tool.function.name === forced.name), forced: "required" };
}

/** By the schema: bound tools come back with every call, and theirs never change. */
const bounded = new WeakMap<Json, Json>();

function withinBounds(tool: ToolDefinition): ToolDefinition {
  const { parameters: given } = tool.function;
  const parameters = bounded.get(given) ?? withinGrammarBounds(given);
  bounded.set(given, parameters);
  return { ...tool, function: { ...tool.function, parameters } };
}

/** The same by the keywords that are dropped. */
const converted = new WeakMap<readonly string[], WeakMap<Json, { most: number; written: WrittenOut }>>();

function withGrammarParameters(tool: unknown, dropped: readonly string[], room: SchemaRoom): unknown {
  const definition = isObject(tool) ? tool.function : undefined;
  if (!isObject(tool) || !isObject(definition) || !isObject(definition.parameters)) return tool;
  const { parameters: given } = definition;
  const known = converted.get(dropped) ?? new WeakMap<Json, { most: number; written: WrittenOut }>();
  converted.set(dropped, known);
  const parameters = room.write(String(definition.name), (most) => {
    const before = known.get(given);
    if (before && fits(before.written, before.most, most)) return before.written;
    const written = writeOut(given, dropped, most);
    known.set(given, { most, written });
    return written;
  });
  return { ...tool, function: { ...definition, parameters } };
}
