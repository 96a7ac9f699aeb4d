import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { v7 as uuid } from "@langchain/core/utils/uuid";
import type { Tally } from "../chat_models/default_tally.js";
import { ServerError } from "../errors.js";
import type { MeteredFacts } from "../seam/gate.js";
import type { Call } from "../transport/call.js";
import { isErrorLike } from "../transport/error_like.js";
import { countTextTokens } from "../usage/estimate.js";
import { toUsage, type UsageEstimate } from "../usage/usage.js";
import type { EmbeddingAnswer } from "./response.js";

const PROVIDER = "fireworks";

/** Tokens that a model adds to each text, at most. */
const MARKERS_PER_TEXT = 8;
/** No tokenizer in use makes fewer than one token of so many characters of ordinary text. */
const MOST_CHARACTERS_PER_TOKEN = 32;

/** A request for embeddings, as the books need to know it. */
export interface EmbeddingCall {
  texts: readonly string[];
  model: string;
  facts: MeteredFacts;
  call: Call;
}

/**
 * Runs a request for embeddings as a run of the handler, with the events that LangChain gives to chat models only. The
 * handler is asked before anything is sent, and told of the end, whichever it is.
 */
export async function bookEmbedding(
  costs: Tally,
  embedding: EmbeddingCall,
  request: () => Promise<EmbeddingAnswer>,
): Promise<number[][]> {
  const { model, texts, facts } = embedding;
  const runId = uuid();
  const metadata = { ls_provider: PROVIDER, ls_model_name: model, ls_model_type: "embedding", metered: facts };
  costs.handleChatModelStart({}, [], runId, undefined, {}, [], metadata);
  try {
    const messages = texts.map((text) => new HumanMessage(text));
    await costs.admit({ runId, provider: PROVIDER, model, messages, maxOutputTokens: 0, n: 1, metadata, handlers: [costs] });
    const answer = await request();
    const message = await toMessage(embedding, answer);
    costs.handleLLMEnd({ generations: [[{ text: "", message }]] }, runId);
    return answer.vectors;
  } catch (error) {
    const failure = await withSpend(error, embedding);
    costs.handleLLMError(failure, runId);
    throw failure;
  }
}

/** The error with what the request may have cost, where it reached a server that did not refuse it. */
async function withSpend(error: unknown, embedding: EmbeddingCall): Promise<unknown> {
  const wasRefused = ServerError.isInstance(error) && error.isRefusal;
  if (!isErrorLike(error) || wasRefused || !embedding.call.reachedServer) return error;
  if ("partialOutput" in error && error.partialOutput !== undefined) return error;
  return Object.assign(error, { partialOutput: await toMessage(embedding, undefined, error.message) });
}

/** What the books read: a message without text, with the usage of the request. */
async function toMessage(embedding: EmbeddingCall, answer: EmbeddingAnswer | undefined, problem = "the server reported no usage"): Promise<AIMessage> {
  const { model, facts, call } = embedding;
  const common = {
    model_provider: PROVIDER,
    model_name: answer?.servedModel ?? model,
    metered: facts,
    created: Math.floor(Date.now() / 1000),
    ...(call.attempts.length > 1 ? { requests: call.attempts.map((attempt) => ({ ...attempt })) } : {}),
  };
  if (answer?.usage) return new AIMessage({ content: "", usage_metadata: answer.usage, response_metadata: { ...common, usage_source: "server" } });
  const { tokens, low, high } = await countTexts(embedding.texts);
  const least = answer === undefined ? 0 : low;
  const usage_estimate: UsageEstimate = { reason: problem, inputTokens: [least, high], outputTokens: [0, 0] };
  return new AIMessage({ content: "", usage_metadata: toUsage(tokens, 0), response_metadata: { ...common, usage_source: "estimated", usage_estimate } });
}

/** Our own count of some texts, with figures that contain the server's. */
async function countTexts(texts: readonly string[]): Promise<{ tokens: number; low: number; high: number }> {
  const sum = { tokens: 0, low: 0, high: 0 };
  for (const text of texts) {
    sum.tokens += await countTextTokens(text);
    sum.low += Math.floor(text.length / MOST_CHARACTERS_PER_TOKEN);
    // Byte-level vocabularies make at most one token of a byte.
    sum.high += Buffer.byteLength(text) + MARKERS_PER_TEXT;
  }
  return sum;
}
