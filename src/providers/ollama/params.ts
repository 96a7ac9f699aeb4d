import { ConfigurationError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import { fits, SchemaRoom, type WrittenOut } from "../../base/schema_room.js";
import { withinGrammarBounds } from "../../models/grammar_bounds.js";
import type { AskedFor } from "../../models/provider.js";
import { toFields } from "../../models/read_options.js";
import { toSchema } from "../../models/tools.js";
import type { ForcedTool, ToolDefinition } from "../../run/tool_definition.js";
import { forcedCallFormat } from "../../wires/ollama/forced_call.js";
import { toFormat } from "../../wires/ollama/format.js";
import { writeTool, type OllamaTool } from "../../wires/ollama/tool_schema.js";
import { OLLAMA_OPTIONS } from "./options.js";

/**
 * The body of a request but for its messages.
 * @throws ConfigurationError for values that Ollama would answer with a 500, or pass over
 */
export function toOllamaParams(asked: AskedFor): Json {
  const { model, settled, forced } = asked;
  refuseSeveral(settled.n);
  const { tools, isForced } = offerTools(asked.tools, forced);
  const { options, fields } = inTheirPlaces(toFields(OLLAMA_OPTIONS, settled));
  const room = new SchemaRoom(settled.maxSchemaBytes as number | undefined);
  const format = isForced ? forcedCallFormat(tools, room) : toFormat(formatOf(asked));
  const wire: Json = {
    model,
    options,
    ...fields,
    // A schema binds a model only once it has thought; one that is made to call a tool should do just that.
    think: toThink(fields.think ?? (isForced ? false : undefined), format, model),
    format: isObject(format) ? withinGrammarBounds(format) : format,
    tools: tools.length > 0 ? tools.map((tool) => inItsWords(tool, room)) : undefined,
    keep_alive: toKeepAlive(settled.keepAlive),
    logprobs: fields.logprobs ?? (fields.top_logprobs === undefined ? undefined : true),
  };
  const warning = room.warning(WITHOUT);
  if (warning !== undefined) asked.warn?.(warning);
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined));
}

const WITHOUT =
  "a definition is written out where it is named first, and the other places say in words where that is. " +
  "Raise the option, or bind fewer tools.";

/** Models that know levels only. With thinking off and a format they answer nothing. (ollama/ollama#11691) */
const ALWAYS_THINKS = /gpt-?oss/i;

/**
 * A schema binds a model only once it has thought, so one that is made to call a tool does not think; where it cannot
 * but think, it thinks little.
 */
function toThink(think: unknown, format: unknown, model: string): unknown {
  return think === false && format !== undefined && ALWAYS_THINKS.test(model) ? "low" : think;
}

function refuseSeveral(n: unknown): void {
  if (typeof n !== "number" || n <= 1) return;
  throw new ConfigurationError(
    "n",
    `\`n\` is \`${n}\`, but Ollama gives one answer to a request.`,
    "Use `batch` with the same input several times.",
  );
}

const INSIDE = "options.";

/** How to sample and how to load the model goes into a field of its own. */
function inTheirPlaces(flat: Json): { options: Json; fields: Json } {
  const options: Json = {};
  const fields: Json = {};
  for (const [name, value] of Object.entries(flat)) {
    if (name.startsWith(INSIDE)) options[name.slice(INSIDE.length)] = value;
    else fields[name] = value;
  }
  return { options, fields };
}

/** By its schema, since bound tools come back with every call: their definitions are our own, and never change. */
const converted = new WeakMap<Json, { tool: OllamaTool; most: number; written: WrittenOut<OllamaTool> }>();

function inItsWords(tool: OllamaTool, room: SchemaRoom): OllamaTool {
  const { name, description, parameters } = tool.function;
  return room.write(name, (most) => {
    const known = converted.get(parameters);
    const isSame = known?.tool.function.name === name && known.tool.function.description === description;
    if (known && isSame && fits(known.written, known.most, most)) return known.written;
    const written = writeTool(tool, most);
    converted.set(parameters, { tool, most, written });
    return written;
  });
}

/** The tools of a request. */
export interface OfferedTools {
  tools: readonly OllamaTool[];
  /** One of them must be called. */
  isForced: boolean;
}

/**
 * The tools that are sent. Ollama's API has no `tool_choice`: "none" sends no tools, a name sends that tool alone, and a
 * name or "required" makes the answer a call by a schema.
 */
export function offerTools(tools: readonly ToolDefinition[], forced: ForcedTool | undefined): OfferedTools {
  if (forced === "none") return { tools: [], isForced: false };
  if (forced === undefined || forced === "auto") return { tools, isForced: false };
  if (forced === "required") return { tools, isForced: true };
  return { tools: tools.filter((tool) => tool.function.name === forced.name), isForced: true };
}

/** The answer's form: a call's before the model's, and a call's `format` before what LangChain's agents send. */
function formatOf({ ofModel, ofCall }: AskedFor): unknown {
  const own = ofCall.format === undefined ? fromResponseFormat(ofCall.response_format) : ofCall.format;
  const format = own === undefined ? ofModel.format : own;
  // A Standard Schema, such as zod's, may stand in place of a JSON schema.
  return isObject(format) && "~standard" in format ? toSchema(format, "`format`", "format") : format;
}

function fromResponseFormat(wanted: unknown): unknown {
  if (wanted === undefined || wanted === null) return undefined;
  if (isObject(wanted)) {
    if (wanted.type === "text") return undefined;
    if (wanted.type === "json_object") return "json";
    const schema = isObject(wanted.json_schema) ? wanted.json_schema.schema : undefined;
    if (wanted.type === "json_schema" && schema !== undefined)
      return toSchema(schema, "the schema of `response_format`", "response_format");
  }
  throw new ConfigurationError(
    "response_format",
    `\`response_format\` is \`${JSON.stringify(wanted)}\`.`,
    "Use `json_object`, or `json_schema` with a schema.",
  );
}

/** A number in quotes is a duration without a unit for Ollama, and an error. */
function toKeepAlive(keepAlive: unknown): unknown {
  // JSON knows no Infinity; a negative number is for ever.
  if (typeof keepAlive !== "string") return keepAlive === Infinity ? -1 : keepAlive;
  const text = keepAlive.trim();
  if (text === "") return undefined;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
