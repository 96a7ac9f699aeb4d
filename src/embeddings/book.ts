import { AIMessage } from "@langchain/core/messages";
import { v7 as uuid } from "@langchain/core/utils/uuid";
import type { Tally } from "../chat_models/default_tally.js";
import type { MeteredFacts } from "../seam/gate.js";
import type { Call } from "../transport/call.js";
import { countTextTokens } from "../usage/estimate.js";
import { toUsage } from "../usage/usage.js";
import type { EmbeddingAnswer } from "./response.js";

/** A request for embeddings, as the books need to know it. */
export interface EmbeddingCall {
  texts: readonly string[];
  model: string;
  facts: MeteredFacts;
  call: Call;
}

/** Runs a request for embeddings as a run of the handler: the same events as for a chat model, given by hand. */
export async function bookEmbedding(
  costs: Tally,
  embedding: EmbeddingCall,
  request: () => Promise<EmbeddingAnswer>,
): Promise<number[][]> {
  const runId = uuid();
  const metadata = { ls_provider: "fireworks", ls_model_name: embedding.model, metered: embedding.facts };
  costs.handleChatModelStart({}, [], runId, undefined, {}, [], metadata);
  try {
    const answer = await request();
    const message = await toMessage(embedding, answer);
    costs.handleLLMEnd({ generations: [[{ text: "", message }]] }, runId);
    return answer.vectors;
  } catch (error) {
    const wasSent = embedding.call.reachedServer;
    const spent = wasSent ? { partialOutput: await toMessage(embedding, undefined) } : {};
    costs.handleLLMError(Object.assign(error instanceof Error ? error : new Error(String(error)), spent), runId);
    throw error;
  }
}

async function toMessage({ texts, model, facts }: EmbeddingCall, answer: EmbeddingAnswer | undefined): Promise<AIMessage> {
  const common = { model_provider: "fireworks", model_name: answer?.servedModel ?? model, metered: facts, created: Math.floor(Date.now() / 1000) };
  if (answer?.usage) return new AIMessage({ content: "", usage_metadata: answer.usage, response_metadata: { ...common, usage_source: "server" } });
  let tokens = 0;
  let bytes = 0;
  for (const text of texts) {
    tokens += await countTextTokens(text);
    bytes += Buffer.byteLength(text) + MARKERS_PER_TEXT;
  }
  const usage_estimate = { reason: "the server reported no usage", inputTokens: [0, bytes], outputTokens: [0, 0] };
  return new AIMessage({ content: "", usage_metadata: toUsage(tokens, 0), response_metadata: { ...common, usage_source: "estimated", usage_estimate } });
}

/** Tokens that the model adds to each text. */
const MARKERS_PER_TEXT = 8;
