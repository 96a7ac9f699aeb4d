/**
 * Chat models, embeddings and ranking on Fireworks AI.
 * @module langchain-metered/fireworks
 */
export { toolMessagesOfInvalidCalls } from "./answer/invalid_calls.js";
export { ChatFireworks } from "./providers/fireworks/chat.js";
export type { FireworksAnnotations } from "./providers/fireworks/annotations.js";
export type {
  ChatFireworksCallOptions,
  ChatFireworksInput,
  ChatFireworksInputBesideModel,
  FireworksOptions,
} from "./providers/fireworks/options.js";
export type { FireworksModelProfile } from "./providers/fireworks/profiles.js";
export {
  FireworksEmbeddings,
  type FireworksEmbeddingsCallOptions,
  type FireworksEmbeddingsInput,
  type FireworksEmbeddingsInputBesideModel,
} from "./providers/fireworks/embeddings/fireworks.js";
export {
  FireworksRerank,
  type FireworksRerankCallOptions,
  type FireworksRerankInput,
  type FireworksRerankInputBesideModel,
} from "./providers/fireworks/rerank/fireworks.js";
export type { RerankResult } from "./providers/fireworks/rerank/response.js";
export type { FireworksTextInput } from "./providers/fireworks/texts/options.js";
export * from "./base/model_errors.js";
export type * from "./models/public_types.js";
export type { ApiKey } from "./transport/api_key.js";
