import type { BaseMessage } from "@langchain/core/messages";
import { SHORTEST_WITH_BYTES } from "../base/binary_text.js";
import { readBlock, type BlockPart } from "../base/content_block.js";
import { isObject } from "../base/json.js";
import { readResult, resultText } from "../base/tool_result.js";
import type { Estimate } from "./bounds.js";
import { LONGEST_TOKEN_CHARACTERS, utf8Length } from "./characters.js";
import { loadTokenizer } from "./tokenizer.js";

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
/** Some templates write every schema out again as prose or as code. */
const COPIES_OF_SCHEMAS = 4;

/** Tokens that a model of embeddings adds to each text, at most. */
const MARKERS_PER_TEXT = 8;
/** One character for each word: a match of whole words takes stack for each of their letters. */
const LAST_OF_WORD = /[\p{L}\p{N}](?![\p{L}\p{N}])/gu;

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
  if (typeof content === "string" && content.length < SHORTEST_WITH_BYTES) parts.texts.push(content);
  else for (const part of partsOf(content, "tool_call_id" in message)) addBlock(part, parts);
  if (message.name !== undefined) parts.texts.push(message.name);
  const { reasoning_content: reasoning } = message.additional_kwargs;
  if (typeof reasoning === "string") parts.optional.push(reasoning);
  if ("tool_calls" in message && Array.isArray(message.tool_calls) && message.tool_calls.length > 0) {
    parts.texts.push(JSON.stringify(message.tool_calls));
  }
}

function addBlock(part: BlockPart, parts: PromptParts): void {
  if (part.kind === "text") parts.texts.push(part.text);
  else if (part.kind === "image") parts.images++;
  else parts.files++;
}

/** What is sent of a content: bytes are none of its text, and what nobody knows of a tool's result is its JSON. */
function partsOf(content: unknown, isResult: boolean): readonly BlockPart[] {
  const result = isResult ? readResult(content) : undefined;
  if (result) return result;
  if (!Array.isArray(content))
    return [
      {
        kind: "text",
        text: isResult ? resultText(content) : typeof content === "string" ? content : (JSON.stringify(content) ?? ""),
      },
    ];
  return content.flatMap((block: unknown) => {
    if (!isObject(block)) return [];
    if (block.type === "reasoning") return [{ kind: "text" as const, text: String(block.reasoning) }];
    return readBlock(block) ?? (isResult ? [{ kind: "text" as const, text: resultText(block) }] : []);
  });
}

/** Tokens of one text, by the o200k vocabulary: within a few percent for most open models. Offline, and linear in its length. */
export async function countTextTokens(text: string): Promise<number> {
  return (await loadTokenizer()).count(text);
}

/** What our own counts are made by: the vocabulary, or the length of text where that could not be loaded. */
export async function countingMethod(): Promise<string> {
  return (await loadTokenizer()).method;
}

/** Our own count of a prompt, with figures that contain the server's. */
export async function estimatePrompt(parts: PromptParts): Promise<Estimate> {
  const tokenizer = await loadTokenizer();
  let tokens =
    TOKENS_PER_PROMPT + parts.messages * TOKENS_PER_MESSAGE + (parts.images + parts.files) * TOKENS_PER_IMAGE;
  let bytes = TEMPLATE_BYTES + parts.messages * TEMPLATE_BYTES_PER_MESSAGE;
  let characters = 0;
  for (const text of parts.texts) {
    tokens += tokenizer.count(text);
    bytes += utf8Length(text);
    characters += text.length;
  }
  for (const tool of parts.tools) {
    tokens += tokenizer.count(tool) + TOKENS_PER_TOOL;
    bytes += COPIES_OF_SCHEMAS * utf8Length(tool);
  }
  for (const text of parts.optional) bytes += COPIES_OF_SCHEMAS * utf8Length(text);
  return {
    tokens,
    low: Math.floor(characters / LONGEST_TOKEN_CHARACTERS),
    high: bytes + parts.images * MOST_TOKENS_PER_IMAGE + parts.files * MOST_TOKENS_PER_FILE,
  };
}

/** Our own count of texts that are embedded, with figures that contain the server's. */
export async function estimateTexts(texts: readonly string[]): Promise<Estimate> {
  const tokenizer = await loadTokenizer();
  const sum = { tokens: 0, low: 0, high: 0 };
  for (const text of texts) {
    sum.tokens += tokenizer.count(text);
    sum.low += Math.min(Math.floor(text.length / LONGEST_TOKEN_CHARACTERS), wordsOf(text));
    sum.high += utf8Length(text) + MARKERS_PER_TEXT;
  }
  return sum;
}

/** WordPiece, by which some of these models read, drops blanks, and makes one token of a word that is too long for it. */
function wordsOf(text: string): number {
  return text.match(LAST_OF_WORD)?.length ?? 0;
}
