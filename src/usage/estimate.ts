import { LONGEST_TOKEN_CHARACTERS, lookedAt, utf8Length, wordsUpTo } from "./characters.js";
import type { Estimate } from "./bounds.js";
import { Counting } from "./counting.js";
import { FOR_COUNTS, FOR_ESTIMATES } from "./pace.js";
import type { Counted, CountMethod } from "./count_memory.js";
import type { MessageParts, PromptParts } from "./prompt_parts.js";

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
/** Characters between words that cost as much as a token. */
const CHARACTERS_PER_WORK = 8;

/** An estimate of texts, and by what they were counted. */
export interface TextEstimate extends Estimate {
  method: CountMethod;
}

/** Tokens of one text, by the o200k vocabulary: within a few percent for most open models. Offline, and linear in its length. */
export async function countTextTokens(text: string): Promise<number> {
  const [counted] = await (await Counting.start(FOR_COUNTS)).count([{ texts: [text] }]);
  return counted?.tokens ?? 0;
}

/**
 * Our own count of a prompt, with figures that contain the server's.
 * @param wanted "bounds" where nobody asks for the count itself, which is far dearer
 */
export async function estimatePrompt(
  parts: PromptParts,
  counting: Counting,
  wanted: "count" | "bounds" = "count",
): Promise<TextEstimate> {
  const groups = [...parts.messages, ...parts.tools];
  const counts = await counting.count(groups, wanted === "count" ? "tokens" : "bytes");
  let tokens = TOKENS_PER_PROMPT;
  let high = besidesBytes(parts);
  let characters = 0;
  for (const [index, message] of parts.messages.entries()) {
    const { tokens: own = 0, bytes = 0 } = counts[index] ?? {};
    tokens += own + besidesText(message);
    high += bytes;
    for (const { length } of message.texts) characters += length;
  }
  for (const { tokens: own, bytes } of counts.slice(parts.messages.length)) {
    tokens += own + TOKENS_PER_TOOL;
    high += COPIES_OF_SCHEMAS * bytes;
  }
  for (const text of [...parts.messages.flatMap(({ optional }) => optional), ...parts.optional])
    high += COPIES_OF_SCHEMAS * (await counting.bytesOf(text));
  return { tokens, low: Math.floor(characters / LONGEST_TOKEN_CHARACTERS), high, method: methodOf(counts, counting) };
}

/** Texts of so many characters are looked at in one go, which takes less time than anything else that a call does. */
const AT_ONCE = 524_288;

/** An upper bound of a prompt's tokens. */
export async function promptAtMost(parts: PromptParts): Promise<number> {
  const { messages, tools, optional } = parts;
  let room = AT_ONCE;
  const bytesOf = (texts: readonly string[]): number => {
    let bytes = 0;
    for (const text of texts) {
      room -= text.length;
      if (room >= 0) bytes += BEYOND_ASCII.test(text) ? utf8Length(text) : text.length;
    }
    return bytes;
  };
  let high = besidesBytes(parts) + COPIES_OF_SCHEMAS * bytesOf(optional);
  for (const message of messages) high += bytesOf(message.texts) + COPIES_OF_SCHEMAS * bytesOf(message.optional);
  for (const tool of tools) high += COPIES_OF_SCHEMAS * bytesOf(tool.texts);
  return room >= 0 ? high : (await estimatePrompt(parts, await Counting.start(), "bounds")).high;
}

/** Looking for it takes a fraction of the time of writing a text as bytes. */
const BEYOND_ASCII = /[^\0-\x7f]/;

/** What the dearest servers count of a prompt beside the bytes of its texts. */
function besidesBytes({ messages }: PromptParts): number {
  return messages.reduce(
    (sum, { images, files }) =>
      sum + TEMPLATE_BYTES_PER_MESSAGE + images * MOST_TOKENS_PER_IMAGE + files * MOST_TOKENS_PER_FILE,
    TEMPLATE_BYTES,
  );
}

/** Tokens that the server counts of a message beside its text. */
function besidesText({ images, files }: MessageParts): number {
  return TOKENS_PER_MESSAGE + (images + files) * TOKENS_PER_IMAGE;
}

/** What each message of a prompt adds to it, and the prompt as a whole. However long that takes: see `FOR_COUNTS`. */
export async function countMessages(
  messages: readonly MessageParts[],
): Promise<{ ofPrompt: number; perMessage: number[] }> {
  const counts = await (await Counting.start(FOR_COUNTS)).count(messages);
  const perMessage = messages.map((message, index) => (counts[index]?.tokens ?? 0) + besidesText(message));
  return { ofPrompt: TOKENS_PER_PROMPT, perMessage };
}

/**
 * Our own count of texts that are embedded or ranked, with figures that contain the server's.
 * @param mostPerText the most tokens that the model adds to each text
 */
export async function estimateTexts(
  texts: readonly string[],
  mostPerText: number = MARKERS_PER_TEXT,
): Promise<TextEstimate> {
  const counting = await Counting.start(FOR_ESTIMATES);
  const counts = await counting.count(texts.map((text) => ({ texts: [text] })));
  const sum = { tokens: 0, low: 0, high: 0, method: methodOf(counts, counting) };
  for (const [index, { tokens, bytes }] of counts.entries()) {
    const text = texts[index] ?? "";
    sum.tokens += tokens;
    await counting.spend(lookedAt(text) / CHARACTERS_PER_WORK);
    // WordPiece, by which some of these models read, drops blanks, and makes one token of a word that is too long for it.
    sum.low += wordsUpTo(text, Math.floor(text.length / LONGEST_TOKEN_CHARACTERS));
    sum.high += bytes + mostPerText;
  }
  return sum;
}

/** The least exact method of several. */
export function methodOf(
  counts: readonly Pick<Counted, "method">[],
  { method }: Pick<Counting, "method">,
): CountMethod {
  const used = new Set(counts.map((counted) => counted.method));
  return used.has("bytes") ? "bytes" : used.has("sample") ? "sample" : method;
}
