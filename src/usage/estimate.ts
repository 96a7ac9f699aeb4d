import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { loadTokenizer } from "./tokenizer.js";
import { addUsage, toUsage } from "../base/usage.js";
import type { Bounds, PartialUsage, UsageEstimate } from "./usage.js";

/** What chat templates add: tokens for each message, its role among them, and for the beginning of the answer. */
const TOKENS_PER_MESSAGE = 5;
const TOKENS_PER_PROMPT = 3;
const TOKENS_PER_TOOL = 10;
/** The dearest templates add a paragraph of their own (dates, tool instructions) and a few dozen bytes a message. */
const TEMPLATE_BYTES = 2_048;
const TEMPLATE_BYTES_PER_MESSAGE = 64;
/** What images cost differs by a factor of twenty between models; this is the middle of it. */
const TOKENS_PER_IMAGE = 768;
const MOST_TOKENS_PER_IMAGE = 16_384;
/** A film, a recording or a document can fill the longest context windows; how long it is, only its server sees. */
const MOST_TOKENS_PER_FILE = 1_048_576;
/** The longest tokens of today's vocabularies are runs of 128 spaces, dashes or equals signs. */
const MOST_CHARACTERS_PER_TOKEN = 128;
/** Some templates write every schema out again as prose or as code. */
const COPIES_OF_SCHEMAS = 4;

/** The parts of a prompt that are counted. */
export interface PromptParts {
  texts: string[];
  messages: number;
  tools: string[];
  images: number;
  /** Video, sound and documents. */
  files: number;
  /** What only some templates write: the reasoning of earlier turns, a schema for the answer. */
  optional: string[];
}

/**
 * What the server will count of a prompt: text of all parts, tool calls, tool schemas, images.
 * @param schemas - of the answer, where one was asked for
 */
export function promptParts(
  messages: readonly BaseMessage[],
  tools: readonly unknown[] = [],
  schemas: readonly unknown[] = [],
): PromptParts {
  const toTexts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value));
  const parts: PromptParts = {
    texts: [],
    messages: messages.length,
    tools: toTexts(tools),
    images: 0,
    files: 0,
    optional: toTexts(schemas),
  };
  for (const message of messages) addMessage(message, parts);
  return parts;
}

function addMessage(message: BaseMessage, parts: PromptParts): void {
  const content: unknown = message.content;
  if (Array.isArray(content)) for (const block of content) addBlock(block as { type?: string }, parts);
  else parts.texts.push(typeof content === "string" ? content : (JSON.stringify(content) ?? ""));
  if (message.name !== undefined) parts.texts.push(message.name);
  const { reasoning_content: reasoning } = message.additional_kwargs;
  if (typeof reasoning === "string") parts.optional.push(reasoning);
  if ("tool_calls" in message && Array.isArray(message.tool_calls) && message.tool_calls.length > 0) {
    parts.texts.push(JSON.stringify(message.tool_calls));
  }
}

const FILES = new Set(["video_url", "video", "input_audio", "audio", "file"]);

function addBlock(block: { type?: string }, parts: PromptParts): void {
  if ("text" in block && typeof block.text === "string") parts.texts.push(block.text);
  else if (block.type === "image_url" || block.type === "image") parts.images++;
  else if (block.type !== undefined && FILES.has(block.type)) parts.files++;
  else if (block.type === "reasoning" && "reasoning" in block) parts.texts.push(String(block.reasoning));
}

/** Tokens of one text, by the o200k vocabulary: within a few percent for most open models. Offline, and linear in its length. */
export async function countTextTokens(text: string): Promise<number> {
  return (await loadTokenizer()).count(text);
}

/** Our own count of a prompt, with figures that contain the server's. */
export async function estimatePrompt(parts: PromptParts): Promise<{ tokens: number; low: number; high: number }> {
  const tokenizer = await loadTokenizer();
  let tokens =
    TOKENS_PER_PROMPT + parts.messages * TOKENS_PER_MESSAGE + (parts.images + parts.files) * TOKENS_PER_IMAGE;
  let bytes = TEMPLATE_BYTES + parts.messages * TEMPLATE_BYTES_PER_MESSAGE;
  let characters = 0;
  for (const text of parts.texts) {
    tokens += tokenizer.count(text);
    bytes += Buffer.byteLength(text);
    characters += text.length;
  }
  for (const tool of parts.tools) {
    tokens += tokenizer.count(tool) + TOKENS_PER_TOOL;
    bytes += COPIES_OF_SCHEMAS * Buffer.byteLength(tool);
  }
  for (const text of parts.optional) bytes += COPIES_OF_SCHEMAS * Buffer.byteLength(text);
  return {
    tokens,
    low: Math.floor(characters / MOST_CHARACTERS_PER_TOKEN),
    high: bytes + parts.images * MOST_TOKENS_PER_IMAGE + parts.files * MOST_TOKENS_PER_FILE,
  };
}

/** What is known of a call that has requests whose usage the server did not report. */
export interface UnreportedCall {
  prompt: PromptParts;
  /** Everything that was delivered: text, reasoning, tool calls. */
  delivered: readonly string[];
  /** Why there is no report, in words that end a sentence: `the stream was left by its reader`. */
  reason: string;
  /** The answer came to its end. The server may have generated more all the same, such as reasoning that it hides. */
  complete: boolean;
  /** The most output tokens that one request allowed, in all of its answers. */
  maxOutputTokens?: number;
  /** What the server said of the last answer, where that is not a whole figure: a running one, or one count of the two. */
  running?: PartialUsage;
  /** Requests that were answered, at least in part, without a report. */
  answered: number;
  /** Requests without an answer that may have been charged all the same. */
  lost: number;
  /** The sum of the call's other requests, which were reported. */
  reported?: UsageMetadata;
}

/** One count: our own, and figures that contain the server's. */
interface Estimate {
  tokens: number;
  low: number;
  high: number | undefined;
}

/** Usage by our own count, and how sure it is. */
export async function estimateUsage(call: UnreportedCall): Promise<{ usage: UsageMetadata; estimate: UsageEstimate }> {
  const { reported, running, answered } = call;
  const before = reported ?? toUsage(0, 0);
  const input = await estimateInput(call);
  const output = await estimateOutput(call);
  const cached = answered > 0 ? running?.input_token_details?.cache_read : undefined;
  const cachedBefore = before.input_token_details?.cache_read ?? 0;
  return {
    usage: addUsage(reported, toUsage(input.tokens, output.tokens, { cacheRead: cached })),
    estimate: {
      reason: call.reason,
      inputTokens: above(before.input_tokens, input),
      outputTokens: above(before.output_tokens, output),
      cachedInputTokens: [cachedBefore + (cached ?? input.low), cachedBefore + (cached ?? 0)],
    },
  };
}

function above(before: number, { low, high }: Estimate): Bounds {
  return [before + low, high === undefined ? undefined : before + high];
}

async function estimateInput({
  prompt,
  delivered,
  complete,
  running,
  answered,
  lost,
  reported,
}: UnreportedCall): Promise<Estimate> {
  const one = await estimatePrompt(prompt);
  const said = answered > 0 ? running?.input_tokens : undefined;
  // Without a piece of an answer nothing says that the prompt was read at all.
  const wasRead = answered > 0 && reported === undefined && (complete || delivered.some((text) => text !== ""));
  const others = Math.max(0, answered - 1);
  const last = said ?? (answered > 0 ? one.high : 0);
  return {
    tokens: answered > 0 ? (said ?? one.tokens) + others * one.tokens : reported === undefined ? one.tokens : 0,
    low: said ?? (wasRead ? one.low : 0),
    high: last + (others + lost) * one.high,
  };
}

async function estimateOutput({
  delivered,
  complete,
  running,
  answered,
  lost,
  reported,
  maxOutputTokens: limit,
}: UnreportedCall): Promise<Estimate> {
  const said = running?.output_tokens;
  const ofLost = lost === 0 ? 0 : times(limit, lost);
  if (answered === 0) return { tokens: 0, low: 0, high: ofLost };
  if (complete && said !== undefined && answered === 1) return { tokens: said, low: said, high: sum(said, ofLost) };
  const tokenizer = await loadTokenizer();
  // What was delivered of the requests that were reported is in their figure already.
  const before = reported?.output_tokens ?? 0;
  const tokens = delivered.reduce((total, text) => total + tokenizer.count(text), -before);
  const characters = delivered.reduce((total, text) => total + text.length, 0);
  const low = Math.max(0, said ?? 0, Math.ceil(characters / MOST_CHARACTERS_PER_TOKEN) - before);
  // The token that ends an answer is charged, and is all there is of an empty one.
  const least = complete ? Math.max(low, 1) : low;
  const ofAnswered = times(limit, answered);
  const most = ofAnswered === undefined ? undefined : Math.max(ofAnswered, low);
  return { tokens: Math.min(Math.max(tokens, least), most ?? Infinity), low, high: sum(most, ofLost) };
}

function times(count: number | undefined, factor: number): number | undefined {
  return count === undefined ? undefined : count * factor;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
