import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { loadTokenizer } from "./tokenizer.js";
import { toUsage, type UsageEstimate } from "./usage.js";

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
  /** The server's own running figure, when it sent one before it was cut off. */
  running?: UsageMetadata;
}

/** Usage by our own count, and how sure it is. */
export async function estimateUsage(answer: UnreportedAnswer): Promise<{ usage: UsageMetadata; estimate: UsageEstimate }> {
  const { running } = answer;
  const tokenizer = await loadTokenizer();
  const prompt = await estimatePrompt(answer.prompt);
  let tokens = 0;
  let characters = 0;
  let bytes = 0;
  for (const text of answer.delivered) {
    tokens += tokenizer.count(text);
    characters += text.length;
    bytes += Buffer.byteLength(text);
  }
  const input = running?.input_tokens ?? prompt.tokens;
  const output = Math.max(tokens, running?.output_tokens ?? 0);
  const low = Math.max(Math.ceil(characters / MOST_CHARACTERS_PER_TOKEN), running?.output_tokens ?? 0);
  const high = answer.complete ? bytes + DELIVERED_OVERHEAD : answer.maxOutputTokens;
  return {
    usage: toUsage(input, output),
    estimate: {
      reason: answer.reason,
      inputTokens: running ? [input, input] : [prompt.low, prompt.high],
      outputTokens: [low, high === undefined ? undefined : Math.max(high, output)],
    },
  };
}

/** End markers, tags around reasoning and calls. */
const DELIVERED_OVERHEAD = 256;
