import type { ToolCallDelta } from "../../answer/delta.js";
import type { ThinkTags } from "../../answer/think_tags.js";
import { isObject, nonEmpty, type Json } from "../../base/json.js";
import { tokenCount } from "../../base/counts.js";
import { fills, isLeftByCut } from "../../usage/cut_prompt.js";
import { MOST_CHARACTERS_PER_TOKEN_OF_PROSE } from "../../usage/characters.js";

/** The facts of a request by which its answer is read. */
export interface SentRequest {
  /** The names of the tools that were offered. */
  tools: readonly string[];
  /** A schema, or "json", was asked for. */
  hasFormat: boolean;
  /** The size of the context window in tokens, where it is known. */
  contextTokens?: number;
  /** How many tokens of the prompt stay when it is cut. @default 4 */
  keptTokens?: number;
  /** @default "auto" */
  thinkTags?: ThinkTags;
  /** How long the texts of all messages and the tools are together. */
  readonly promptCharacters: number;
}

/** What was seen of an answer by its end. */
export interface SeenAnswer {
  text: boolean;
  thinking: boolean;
  /** Thoughts came between tags in the text. */
  tags: boolean;
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
const CUT_THOUGHT = "All output tokens went into thinking. Raise `maxTokens`, or set `think: false`.";
const CUT_THOUGHT_OR_CALL =
  "The answer was cut off in its thinking, or inside a tool call after it: Ollama hands out whole calls only. Raise `maxTokens`.";
const ONLY_THOUGHT =
  "The model thought and gave no answer: it never ended its thinking, and a format applies only after that. Set `think: false`.";
const NOTHING =
  "The server counted output tokens and handed on none of them: it may not have understood what the model wrote. Ask again, or set another value of `think`.";
const MISCOUNTED =
  "With `format`, a model that thinks is asked twice, and servers before 0.33.3 count the second time only: its thinking is in no count of the server's.";
const CUT_PROMPT = (tokens: number, window = tokens) =>
  `The prompt fills the context window of ${window} tokens to the last one${tokens === window ? "" : " but one"}, so Ollama has cut it. Raise \`numCtx\`, or set \`truncate: false\` to make that an error.`;
const SHORT_PROMPT = (tokens: number, characters: number) =>
  `The server counted ${tokens} prompt tokens, too few for ${characters} characters: it may have cut the prompt to its context window. Raise \`numCtx\`.`;

/** Reads the last object of an answer, and says where the answer is less than it seems. */
export function readMetadata(line: Json, sent: SentRequest, seen: SeenAnswer): AnswerEnding {
  const metadata: Json = {};
  const model = nonEmpty(line.model);
  if (model !== undefined) Object.assign(metadata, { model_name: model, model });
  for (const key of KEPT)
    if (line[key] !== undefined && line[key] !== null && line[key] !== "") metadata[key] = line[key];
  const isCutCall = hasCutCall(line, sent, seen);
  // What keeps tags in its text has not been asked twice.
  const isMiscounted =
    sent.hasFormat && seen.thinking && !seen.tags && !isSilent(seen) && line.prompt_eval_cached_count === undefined;
  const warnings = [
    isCutCall ? CUT_CALL : whyNoAnswer(line, sent, seen),
    isMiscounted ? MISCOUNTED : undefined,
    whyShortPrompt(line, sent),
  ].filter((warning) => warning !== undefined);
  if (warnings.length > 0) metadata.warnings = warnings;
  return { metadata, isMiscounted, ...(isCutCall ? { cutCall: cutCallOf(sent.tools) } : {}) };
}

const isSilent = ({ text, toolCalls }: SeenAnswer) => !text && toolCalls === 0;

/** Tools were offered, tokens were made, and nothing arrived: they were the beginning of a call. */
function hasCutCall(line: Json, { tools }: SentRequest, seen: SeenAnswer): boolean {
  const generated = tokenCount(line.eval_count) ?? 0;
  return isSilent(seen) && !seen.thinking && tools.length > 0 && line.done_reason === "length" && generated > 0;
}

function whyNoAnswer(line: Json, { hasFormat, tools }: SentRequest, seen: SeenAnswer): string | undefined {
  if (!isSilent(seen)) return undefined;
  // One is the token that ends an answer.
  if (!seen.thinking)
    return line.done_reason === "stop" && (tokenCount(line.eval_count) ?? 0) > 1 ? NOTHING : undefined;
  if (line.done_reason === "length") return tools.length > 0 && !hasFormat ? CUT_THOUGHT_OR_CALL : CUT_THOUGHT;
  return hasFormat ? ONLY_THOUGHT : undefined;
}

/** Ollama cuts a prompt without a word, and then its count is one that a cut leaves. */
function whyShortPrompt(line: Json, sent: SentRequest): string | undefined {
  const tokens = tokenCount(line.prompt_eval_count);
  const { contextTokens: window, keptTokens } = sent;
  if (tokens === undefined || !isLeftByCut(tokens, window, keptTokens)) return undefined;
  // Cut to leave one token for the answer, which then has that one.
  const isAllButOne = line.done_reason === "length" && line.eval_count === 1 && fills(tokens, window ?? 0);
  const isFull = tokens === window || isAllButOne;
  if (isFull) return CUT_PROMPT(tokens, window);
  const { promptCharacters } = sent;
  return promptCharacters > MOST_CHARACTERS_PER_TOKEN_OF_PROSE * tokens
    ? SHORT_PROMPT(tokens, promptCharacters)
    : undefined;
}

function cutCallOf(tools: readonly string[]): ToolCallDelta {
  const [only, ...others] = tools;
  return { index: 0, ...(only !== undefined && others.length === 0 ? { name: only } : {}), args: "" };
}

/** Takes from a request's body the facts by which its answer is read. */
export function sentRequest(
  params: Json,
  messages: readonly { content: string }[],
  contextTokens: number | undefined,
): SentRequest {
  const tools = Array.isArray(params.tools) ? params.tools.filter(isObject) : [];
  const keptTokens = isObject(params.options) ? tokenCount(params.options.num_keep) : undefined;
  const inMessages = messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    tools: tools.map((tool) => String(isObject(tool.function) ? tool.function.name : undefined)),
    hasFormat: params.format !== undefined,
    // Few counts are suspicious, and tools take longer to measure than texts.
    get promptCharacters() {
      return inMessages + (tools.length > 0 ? JSON.stringify(tools).length : 0);
    },
    ...(keptTokens === undefined ? {} : { keptTokens }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
  };
}
