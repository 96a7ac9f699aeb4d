/** `langchain-metered/fireworks`: chat models and embeddings on Fireworks AI. */
export { ChatFireworks } from "./chat_models/fireworks.js";
export type {
  ChatFireworksCallOptions,
  ChatFireworksInput,
  FireworksOptions,
} from "./chat_models/fireworks/options.js";
export {
  FireworksEmbeddings,
  type FireworksEmbeddingsCallOptions,
  type FireworksEmbeddingsInput,
} from "./embeddings/fireworks.js";
export * from "./model_errors.js";
