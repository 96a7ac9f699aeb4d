import { AIMessage, HumanMessage, type UsageMetadata } from "@langchain/core/messages";
import { v7 as uuid } from "@langchain/core/utils/uuid";
import type { CostCallbackHandler } from "../../../models/default_tally.js";
import { ServerError } from "../../../base/errors.js";
import { loadOnce } from "../../../base/once.js";
import { Admissions } from "../../../run/admission.js";
import type { MeteredFacts } from "../../../seam/gate.js";
import type { Call } from "../../../transport/call.js";
import type { EmbeddingAnswer } from "./response.js";
import { estimateTexts } from "../../../usage/estimate.js";
import { spendOf } from "./spend.js";

const PROVIDER = "fireworks";

/** A request for embeddings, as the books need to know it. */
export interface EmbeddingCall {
  texts: readonly string[];
  model: string;
  facts: MeteredFacts;
  tags: readonly string[];
  call: Call;
}

/**
 * Runs a request for embeddings as a run of the handler, with the events that LangChain gives to chat models only. The
 * handler is asked before anything is sent, and told of the end, whichever it is.
 */
export async function bookEmbedding(
  costs: CostCallbackHandler,
  embedding: EmbeddingCall,
  request: () => Promise<EmbeddingAnswer>,
): Promise<number[][]> {
  const { model, texts, facts, tags } = embedding;
  const runId = uuid();
  const metadata = { ls_provider: PROVIDER, ls_model_name: model, ls_model_type: "embedding", metered: facts };
  costs.handleChatModelStart({}, [], runId, undefined, {}, [...tags], metadata);
  const proposal = {
    runId,
    provider: PROVIDER,
    model,
    messages: texts.map((text) => new HumanMessage(text)),
    n: 1,
    metadata,
    handlers: [costs],
    maxInputTokens: loadOnce(async () => (await estimateTexts(texts)).high),
  };
  const admissions = new Admissions(embedding.call, [costs], proposal, 0);
  embedding.call.watch = admissions;
  try {
    await admissions.ask();
    const answer = await request();
    const message = await toMessage(embedding, answer);
    costs.handleLLMEnd({ generations: [[{ text: "", message }]] }, runId);
    return answer.vectors;
  } catch (error) {
    await addSpend(error, embedding);
    costs.handleLLMError(error, runId);
    throw error;
  } finally {
    await admissions.settle();
  }
}

/** Puts onto an error what the request may have cost, where a server has worked for it. */
async function addSpend(error: unknown, embedding: EmbeddingCall): Promise<void> {
  const { call } = embedding;
  call.secrets.redactError(error);
  if (ServerError.isInstance(error) && error.isRefusal) call.refuse(error.message);
  if (typeof error !== "object" || error === null || !call.reachedServer) return;
  const { message, partialOutput } = error as { message?: unknown; partialOutput?: AIMessage };
  const usage = partialOutput?.usage_metadata;
  const partial = await toMessage(embedding, { usage }, String(message));
  Object.defineProperty(error, "partialOutput", {
    value: partial,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

/** What the books read: a message without text, with the usage of the request. */
async function toMessage(
  { texts, model, facts, call }: EmbeddingCall,
  answer: { usage?: UsageMetadata; servedModel?: string },
  problem?: string,
): Promise<AIMessage> {
  const { usage, ...source } = await spendOf(call, texts, answer.usage, problem);
  const response_metadata = {
    model_provider: PROVIDER,
    model_name: answer.servedModel ?? model,
    metered: facts,
    created: Math.floor(Date.now() / 1000),
    ...source,
    ...(call.attempts.length > 1 ? { requests: call.attempts.map((attempt) => ({ ...attempt })) } : {}),
  };
  return new AIMessage({ content: "", usage_metadata: usage, response_metadata });
}
