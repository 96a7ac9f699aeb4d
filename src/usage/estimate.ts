import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { loadTokenizer } from "./tokenizer.js";
import { addUsage, toUsage, type PartialUsage, type UsageEstimate } from "./usage.js";

/** What chat templates add: tokens for each message and for the beginning of the answer. */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_PROMPT = 3;
const TOKENS_PER_TOOL = 10;
/** The dearest templates add a paragraph of their own (dates, tool instructions) and a few dozen bytes a message. */
const TEMPLATE_BYTES = 2_048;
const TEMPLATE_BYTES_PER_MESSAGE = 64;
/** What images cost differs by a factor of twenty between models; this is the middle of it. */
const TOKENS_PER_IMAGE = 768;
const MOST_TOKENS_PER_IMAGE = 16_384;
/** No tokenizer in use makes fewer than one token of so many characters of ordinary text. */
const MOST_CHARACTERS_PER_TOKEN = 32;

/** The parts of a prompt that are counted. */
export interface PromptParts {
  texts: string[];
  messages: number;
  tools: string[];
  images: number;
}

/** What the server will count of a prompt: text of all parts, tool calls, tool schemas, images. */
export function promptParts(messages: readonly BaseMessage[], tools: readonly unknown[] = []): PromptParts {
  const parts: PromptParts = { texts: [], messages: messages.length, tools: tools.map((tool) => JSON.stringify(tool)), images: 0 };
  for (const message of messages) addMessage(message, parts);
  return parts;
}

function addMessage(message: BaseMessage, parts: PromptParts): void {
  if (typeof message.content === "string") parts.texts.push(message.content);
  else for (const block of message.content) addBlock(block, parts);
  if (message.name !== undefined) parts.texts.push(message.name);
  if ("tool_calls" in message && Array.isArray(message.tool_calls) && message.tool_calls.length > 0) {
    parts.texts.push(JSON.stringify(message.tool_calls));
  }
}

function addBlock(block: { type?: string }, parts: PromptParts): void {
  if ("text" in block && typeof block.text === "string") parts.texts.push(block.text);
  else if (block.type === "image_url" || block.type === "image") parts.images++;
  else if (block.type === "reasoning" && "reasoning" in block) parts.texts.push(String(block.reasoning));
}

/** Tokens of one text, by the o200k vocabulary: within a few percent for most open models. Offline, and linear in its length. */
export async function countTextTokens(text: string): Promise<number> {
  return (await loadTokenizer()).count(text);
}

/** Our own count of a prompt, with figures that contain the server's. */
export async function estimatePrompt(parts: PromptParts): Promise<{ tokens: number; low: number; high: number }> {
  const tokenizer = await loadTokenizer();
  let tokens = TOKENS_PER_PROMPT + parts.messages * TOKENS_PER_MESSAGE + parts.images * TOKENS_PER_IMAGE;
  let bytes = TEMPLATE_BYTES + parts.messages * TEMPLATE_BYTES_PER_MESSAGE;
  let characters = 0;
  for (const text of parts.texts) {
    tokens += tokenizer.count(text);
    bytes += Buffer.byteLength(text);
    characters += text.length;
  }
  for (const tool of parts.tools) {
    tokens += tokenizer.count(tool) + TOKENS_PER_TOOL;
    // Some templates write every schema out again as prose or as code.
    bytes += 4 * Buffer.byteLength(tool);
  }
  return {
    tokens,
    low: Math.floor(characters / MOST_CHARACTERS_PER_TOKEN),
    high: bytes + parts.images * MOST_TOKENS_PER_IMAGE,
  };
}

/** What is known of an answer whose usage the server did not report. */
export interface UnreportedAnswer {
  prompt: PromptParts;
  /** Everything that was delivered: text, reasoning, tool calls. */
  delivered: readonly string[];
  /** Why there is no report, in words that end a sentence: `the stream was left by its reader`. */
  reason: string;
  /** The answer came to its end, so nothing was generated that was not delivered. */
  complete: boolean;
  /** The most output tokens that the request allowed. */
  maxOutputTokens?: number;
  /** What the server said of it, where that is not a whole figure: a running one, or one count of the two. */
  running?: PartialUsage;
  /** Requests without a report. @default 1 */
  requests?: number;
  /** The sum of the call's other requests, which were reported. */
  reported?: UsageMetadata;
}

/** Usage by our own count, and how sure it is. */
export async function estimateUsage(answer: UnreportedAnswer): Promise<{ usage: UsageMetadata; estimate: UsageEstimate }> {
  const { running, requests = 1, reported } = answer;
  const prompt = await estimatePrompt(answer.prompt);
  const inputs = [prompt.tokens, prompt.low, prompt.high].map((one) => (running?.input_tokens ?? one) + (requests - 1) * one);
  const [input = 0, lowInput = 0, highInput = 0] = inputs;
  const output = await estimateOutput(answer);
  const before = reported ?? toUsage(0, 0);
  const above = output.high === undefined ? undefined : before.output_tokens + Math.max(output.high, output.tokens);
  return {
    usage: addUsage(reported, toUsage(input, output.tokens)),
    estimate: {
      reason: answer.reason,
      inputTokens: [before.input_tokens + lowInput, before.input_tokens + highInput],
      outputTokens: [before.output_tokens + output.low, above],
    },
  };
}

async function estimateOutput(answer: UnreportedAnswer): Promise<{ tokens: number; low: number; high: number | undefined }> {
  const { running, requests = 1, reported, complete, maxOutputTokens } = answer;
  const said = running?.output_tokens;
  if (complete && said !== undefined && requests === 1) return { tokens: said, low: said, high: said };
  const tokenizer = await loadTokenizer();
  // What was delivered of the requests that were reported is in their figure already.
  const sum = { tokens: -(reported?.output_tokens ?? 0), characters: 0, bytes: 0 };
  for (const text of answer.delivered) {
    sum.tokens += tokenizer.count(text);
    sum.characters += text.length;
    sum.bytes += Buffer.byteLength(text);
  }
  const least = Math.ceil(sum.characters / MOST_CHARACTERS_PER_TOKEN) - (reported?.output_tokens ?? 0);
  const limit = maxOutputTokens === undefined ? undefined : maxOutputTokens * requests;
  return {
    tokens: Math.max(sum.tokens, said ?? 0),
    low: Math.max(least, said ?? 0),
    high: complete ? sum.bytes + DELIVERED_OVERHEAD * requests : limit,
  };
}

/** End markers, tags around reasoning and calls. */
const DELIVERED_OVERHEAD = 256;
