import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { isObject, type Json } from "../../../base/json.js";
import { isLeftByCut } from "../../../usage/cut_prompt.js";
import { promptParts } from "../../../usage/estimate.js";
import type { Question } from "../question.js";
import type { AnswerWatch } from "./watch.js";
import { charactersIn, HARDLY_POSSIBLE } from "./whole_usage.js";

/**
 * All that is suspicious in an answer that the server called a success, after the warnings that its metadata have.
 * Goes into `response_metadata.warnings`.
 */
export async function warningsOf(question: Question, watch: AnswerWatch, metadata: Json): Promise<string[]> {
  const before: unknown = metadata.warnings;
  const warnings = [...(Array.isArray(before) ? before.map(String) : []), ...answerWarnings(watch, metadata)];
  const { messages, usage } = question.call;
  const truncation = truncationWarning(messages, usage, question.contextTokens());
  if (truncation !== undefined) warnings.push(truncation);
  // Only llama.cpp drops tools without a word, and only it sends timings.
  if (!watch.hasCalls && isObject(metadata.timings) && (await question.losesTools())) warnings.push(TOOLS_UNKNOWN);
  return warnings;
}

function answerWarnings(watch: AnswerWatch, metadata: Json): string[] {
  const warnings: string[] = [];
  const raw = metadata.finish_reason_raw ?? watch.finishReason;
  if (raw === "tool_calls" && !watch.hasCalls) warnings.push("The server announced a tool call and sent none.");
  if (watch.hasMarkup && !watch.hasCalls) {
    warnings.push(
      "The text has a raw tool call in it, which the server did not read: its tool parser may not fit the model, or the call was cut off.",
    );
  }
  if (watch.hasOthers)
    warnings.push("The server streamed more than one answer. This is the first; `generate` with `n` gives all.");
  if (watch.hasText || watch.hasCalls) return warnings;
  if (watch.hasReasoning && watch.finishReason === "length") {
    warnings.push("All output tokens went into reasoning. Raise `maxTokens`, or turn thinking off.");
  } else if (!watch.hasReasoning) {
    warnings.push("The answer is empty. Some servers answer so when the prompt is longer than their context window.");
  }
  return warnings;
}

/** A shorter prompt is hardly ever cut. */
const SHORTEST_SUSPECT = 4_000;
/** Characters to a token above which a prompt was cut if its count is that of a window besides. */
const UNLIKELY = 5;

/**
 * Whether the server counted so few prompt tokens that it must have cut the prompt, which Ollama does without a word.
 * By the number of characters alone, and of no more of them than it takes to know.
 */
function truncationWarning(
  messages: readonly BaseMessage[],
  usage: UsageMetadata | undefined,
  contextTokens: number | undefined,
): string | undefined {
  if (usage === undefined) return undefined;
  const { input_tokens: tokens, total_tokens: total } = usage;
  const { texts } = promptParts(messages);
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length < SHORTEST_SUSPECT || length < tokens * UNLIKELY) return undefined;
  const isAtLimit =
    isLeftByCut(tokens, contextTokens) ||
    [tokens, total].some((count) => count === contextTokens || isWindowSize(count));
  const suspect = Math.max(SHORTEST_SUSPECT, tokens * (isAtLimit ? UNLIKELY : HARDLY_POSSIBLE));
  if (charactersIn(texts, suspect) < suspect) return undefined;
  return `The server counted ${tokens} prompt tokens, too few for a prompt of ${length} characters: it may have cut the prompt to its context window.`;
}

/** 2048, 4096, ...: the sizes that servers start with. */
function isWindowSize(count: number): boolean {
  return count >= 2_048 && Number.isInteger(Math.log2(count));
}

const TOOLS_UNKNOWN =
  "The server's chat template knows no tools, so the model has not seen them. Start llama-server with a template that does.";
