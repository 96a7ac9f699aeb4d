import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { isObject, type Json } from "../../../base/json.js";
import { isLeftByCut } from "../../../usage/cut_prompt.js";
import { promptParts } from "../../../usage/prompt_parts.js";
import type { Question } from "../question.js";
import type { AnswerWatch } from "./watch.js";
import { charactersIn, HARDLY_POSSIBLE } from "./whole_usage.js";

/**
 * What self-hosted servers alone do wrong in an answer that they call a success, after the warnings that its metadata
 * have. What any server may do is in `answer/signs.ts`.
 */
export async function warningsOf(question: Question, watch: AnswerWatch, metadata: Json): Promise<string[]> {
  const before: unknown = metadata.warnings;
  const warnings = [...(Array.isArray(before) ? before.map(String) : []), ...answerWarnings(watch)];
  const { messages, usage } = question.call;
  const truncation = truncationWarning(messages, usage, question.contextTokens());
  if (truncation !== undefined) warnings.push(truncation);
  // Only llama.cpp drops tools without a word, and only it sends timings.
  if (!watch.hasCalls && isObject(metadata.timings) && (await question.losesTools())) warnings.push(TOOLS_UNKNOWN);
  return warnings;
}

function answerWarnings({ hasOthers, hasText, hasCalls, hasReasoning, hasMedia }: AnswerWatch): string[] {
  const warnings: string[] = [];
  if (hasOthers)
    warnings.push("The server streamed more than one answer. This is the first; `generate` with `n` gives all.");
  if (!hasText && !hasCalls && !hasReasoning && !hasMedia)
    warnings.push("The answer is empty. Some servers answer so when the prompt is longer than their context window.");
  return warnings;
}

/** A shorter prompt is hardly ever cut. */
const SHORTEST_SUSPECT = 4_000;
/** Characters to a token above which a prompt was cut if its count is that of a window besides. */
const UNLIKELY = 5;

/**
 * Whether the server counted so few prompt tokens that it must have cut the prompt, which Ollama does without a word.
 * By the number of characters alone, and without reading many of them.
 */
function truncationWarning(
  messages: readonly BaseMessage[],
  usage: UsageMetadata | undefined,
  contextTokens: number | undefined,
): string | undefined {
  if (usage === undefined) return undefined;
  const { input_tokens: tokens, total_tokens: total } = usage;
  const texts = promptParts(messages).messages.flatMap((message) => message.texts);
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length < SHORTEST_SUSPECT || length < tokens * UNLIKELY) return undefined;
  const isAtLimit =
    isLeftByCut(tokens, contextTokens) ||
    [tokens, total].some((count) => count === contextTokens || isWindowSize(count));
  const suspect = Math.max(SHORTEST_SUSPECT, tokens * (isAtLimit ? UNLIKELY : HARDLY_POSSIBLE));
  if (length < suspect || charactersIn(texts) < suspect) return undefined;
  return `The server counted ${tokens} prompt tokens, too few for a prompt of ${length} characters: it may have cut the prompt to its context window.`;
}

/** 2048, 4096, ...: the sizes that servers start with. */
function isWindowSize(count: number): boolean {
  return count >= 2_048 && Number.isInteger(Math.log2(count));
}

const TOOLS_UNKNOWN =
  "The server's chat template knows no tools, so the model has not seen them. Start llama-server with a template that does.";
