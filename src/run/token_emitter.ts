import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import { isCallGate } from "../seam/gate.js";

/**
 * Tells handlers of a new chunk, the one with the usage included. `undefined` when none of them listens: going through
 * the callback manager for nothing costs more than making the chunk.
 */
export function tokenEmitter(
  manager: CallbackManagerForLLMRun | undefined,
): ((chunk: ChatGenerationChunk) => Promise<void>) | undefined {
  const hasListener = manager?.handlers.some(
    (handler) =>
      !handler.ignoreLLM &&
      typeof handler.handleLLMNewToken === "function" &&
      !(isCallGate(handler) && handler.readsEnds),
  );
  if (manager === undefined || hasListener !== true) return undefined;
  return (chunk) => {
    const completion = typeof chunk.generationInfo?.completion === "number" ? chunk.generationInfo.completion : 0;
    return manager.handleLLMNewToken(chunk.text, { prompt: 0, completion }, undefined, undefined, undefined, { chunk });
  };
}

/** The same for the events of a stream. */
export function eventEmitter(
  manager: CallbackManagerForLLMRun | undefined,
): ((event: ChatModelStreamEvent) => Promise<void>) | undefined {
  const hasListener = manager?.handlers.some(
    (handler) => !handler.ignoreLLM && typeof handler.handleChatModelStreamEvent === "function",
  );
  return hasListener === true
    ? (event) => manager?.handleChatModelStreamEvent?.(event) ?? Promise.resolve()
    : undefined;
}
