import { AIMessage, HumanMessage, type UsageMetadata } from "@langchain/core/messages";
import { v7 as uuid } from "@langchain/core/utils/uuid";
import type { CostCallbackHandler } from "../../../models/default_tally.js";
import { ServerError } from "../../../base/errors.js";
import { loadOnce } from "../../../base/once.js";
import { Admissions } from "../../../run/admission.js";
import type { MeteredFacts } from "../../../seam/gate.js";
import type { Call } from "../../../transport/call.js";
import { estimateTexts } from "../../../usage/estimate.js";
import { spendOf, type SentTexts } from "./spend.js";

const PROVIDER = "fireworks";

/** A request that is billed by the texts that it sends, as the books need to know it. */
export interface TextCall extends SentTexts {
  kind: "embedding" | "rerank";
  model: string;
  facts: MeteredFacts;
  tags: readonly string[];
  call: Call;
}

/** What an answer says of itself. */
export interface TextAnswer {
  usage?: UsageMetadata;
  servedModel?: string;
}

/**
 * Runs a request as a run of the handler, with the events that LangChain gives to chat models only. The handler is asked before
 * anything is sent, and told of the end, whichever it is.
 */
export async function bookTexts<Answer extends TextAnswer>(
  costs: CostCallbackHandler,
  sent: TextCall,
  request: () => Promise<Answer>,
): Promise<Answer> {
  const { kind, model, texts, facts, tags } = sent;
  const runId = uuid();
  const metadata = { ls_provider: PROVIDER, ls_model_name: model, ls_model_type: kind, metered: facts };
  costs.handleChatModelStart({}, [], runId, undefined, {}, [...tags], metadata);
  const proposal = {
    runId,
    provider: PROVIDER,
    model,
    messages: texts.map((text) => new HumanMessage(text)),
    n: 1,
    metadata,
    handlers: [costs],
    maxInputTokens: loadOnce(async () => (await estimateTexts(texts, sent.mostPerText)).high),
  };
  const admissions = new Admissions(sent.call, [costs], proposal, 0);
  sent.call.watch = admissions;
  try {
    await admissions.ask();
    const answer = await request();
    const message = await toMessage(sent, answer);
    costs.handleLLMEnd({ generations: [[{ text: "", message }]] }, runId);
    return answer;
  } catch (error) {
    await addSpend(error, sent);
    costs.handleLLMError(error, runId);
    throw error;
  } finally {
    await admissions.settle();
  }
}

/** Puts onto an error what the request may have cost, where a server has worked for it. */
async function addSpend(error: unknown, sent: TextCall): Promise<void> {
  const { call } = sent;
  call.secrets.redactError(error);
  if (ServerError.isInstance(error) && error.isRefusal) call.refuse(error.message);
  if (typeof error !== "object" || error === null || !call.reachedServer) return;
  const { message, partialOutput } = error as { message?: unknown; partialOutput?: AIMessage };
  const usage = partialOutput?.usage_metadata;
  const partial = await toMessage(sent, { usage }, String(message));
  Object.defineProperty(error, "partialOutput", {
    value: partial,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

/** What the books read: a message without text, with the usage of the request. */
async function toMessage(sent: TextCall, answer: TextAnswer, problem?: string): Promise<AIMessage> {
  const { model, facts, call } = sent;
  const { usage, ...source } = await spendOf(call, sent, answer.usage, problem);
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
