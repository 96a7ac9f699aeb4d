/**
 * Chat models on Ollama's native API.
 * @module langchain-metered/ollama
 */
export { toolMessagesOfInvalidCalls } from "./answer/invalid_calls.js";
export { ChatOllamaLite } from "./providers/ollama/chat.js";
export type {
  ChatOllamaLiteCallOptions,
  ChatOllamaLiteInput,
  ChatOllamaLiteInputBesideModel,
  OllamaModelOptions,
  OllamaRequestOptions,
  PullMissing,
  Think,
} from "./providers/ollama/options.js";
export type { ModelsCallOptions, PullOptions } from "./providers/ollama/models_client.js";
export type {
  OllamaModelDetails,
  OllamaModelEntry,
  OllamaModelFacts,
  PullProgress,
} from "./providers/ollama/model_listing.js";
export * from "./base/model_errors.js";
export type * from "./models/public_types.js";
export type { ApiKey } from "./transport/api_key.js";
