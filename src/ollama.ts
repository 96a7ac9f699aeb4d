/** `langchain-metered/ollama`: chat models on Ollama's native API. */
export { ChatOllamaLite } from "./chat_models/ollama_lite.js";
export type { ChatOllamaLiteCallOptions, ChatOllamaLiteInput, PullMissing } from "./chat_models/ollama_options.js";
export type { ModelsCallOptions, PullOptions } from "./ollama_wire/models_client.js";
export type {
  OllamaModelDetails,
  OllamaModelEntry,
  OllamaModelFacts,
  PullProgress,
} from "./ollama_wire/model_listing.js";
export type { OllamaModelOptions } from "./ollama_wire/options.js";
export type { OllamaRequestOptions, Think } from "./ollama_wire/params.js";
export * from "./model_errors.js";
