import type { ToolCallDelta } from "../answer/delta.js";
import { isObject, nonEmpty, type Json } from "../json.js";
import { tokenCount } from "../usage/usage.js";

/** What of a request decides how its answer is read. */
export interface SentRequest {
  /** The names of the tools that were offered. */
  tools: readonly string[];
  /** A schema, or "json", was asked for. */
  hasFormat: boolean;
  /** The size of the context window in tokens, where it is known. */
  contextTokens?: number;
}

/** What was seen of an answer by its end. */
export interface SeenAnswer {
  text: boolean;
  thinking: boolean;
  toolCalls: number;
}

/** What an answer's last object says beside its text. */
export interface AnswerEnding {
  /** For `response_metadata`. */
  metadata: Json;
  /** A call that was begun and of which nothing arrived. */
  cutCall?: ToolCallDelta;
  /** The counts leave out a part of what was generated. */
  isMiscounted: boolean;
}

/** Times in ns, counts, and who answered: all under the server's names. */
const KEPT = [
  "done_reason",
  "created_at",
  "remote_model",
  "remote_host",
  "total_duration",
  "load_duration",
  "prompt_eval_count",
  "prompt_eval_cached_count",
  "prompt_eval_duration",
  "eval_count",
  "eval_duration",
];

const CUT_CALL = "The answer was cut off inside a tool call, and Ollama hands out whole calls only. Raise `maxTokens`.";
const ONLY_THOUGHT = "The model thought and gave no answer: it never ended its thinking, and a format applies only after that. Set `think: false`.";
const MISCOUNTED =
  "With `format`, a model that thinks is asked twice, and servers before 0.33.3 count the second time only: the thinking is in no count.";

/** Reads the last object of an answer, and says where it is less than it seems. */
export function readMetadata(line: Json, sent: SentRequest, seen: SeenAnswer): AnswerEnding {
  const metadata: Json = {};
  const model = nonEmpty(line.model);
  if (model !== undefined) Object.assign(metadata, { model_name: model, model });
  for (const key of KEPT) if (line[key] !== undefined && line[key] !== null && line[key] !== "") metadata[key] = line[key];
  const isSilent = !seen.text && seen.toolCalls === 0;
  const generated = tokenCount(line.eval_count) ?? 0;
  const isCutCall = isSilent && !seen.thinking && sent.tools.length > 0 && line.done_reason === "length" && generated > 0;
  if (isCutCall) metadata.incomplete = CUT_CALL;
  else if (isSilent && seen.thinking && sent.hasFormat) metadata.incomplete = ONLY_THOUGHT;
  const prompt = tokenCount(line.prompt_eval_count);
  // Ollama cuts a prompt in silence, and then it fills the window to the last token.
  if (prompt !== undefined && prompt === sent.contextTokens) metadata.prompt_truncated = true;
  const isMiscounted = sent.hasFormat && seen.thinking && !isSilent && line.prompt_eval_cached_count === undefined;
  if (isMiscounted) metadata.usage_gap = MISCOUNTED;
  return { metadata, isMiscounted, ...(isCutCall ? { cutCall: cutCallOf(sent.tools) } : {}) };
}

function cutCallOf(tools: readonly string[]): ToolCallDelta {
  const [only, ...others] = tools;
  return { index: 0, ...(only !== undefined && others.length === 0 ? { name: only } : {}), args: "" };
}

/** What of a request's body decides how its answer is read. */
export function sentRequest(params: Json, contextTokens: number | undefined): SentRequest {
  const tools = Array.isArray(params.tools) ? params.tools.filter(isObject) : [];
  return {
    tools: tools.map((tool) => String(isObject(tool.function) ? tool.function.name : undefined)),
    hasFormat: params.format !== undefined,
    ...(contextTokens === undefined ? {} : { contextTokens }),
  };
}
