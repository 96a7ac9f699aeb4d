/**
 * Chat models on self-hosted OpenAI-compatible servers.
 * @module langchain-metered/openllm
 */
export { toolMessagesOfInvalidCalls } from "./answer/invalid_calls.js";
export { ChatOpenLLM } from "./providers/openllm/chat.js";
export type { CountTokensOptions, PromptCounter, TokenCount } from "./providers/openllm/server/counting.js";
export type {
  ChatOpenLLMCallOptions,
  ChatOpenLLMInput,
  ChatOpenLLMInputBesideModel,
  OpenLLMFields,
} from "./providers/openllm/options.js";
export type { DialectOptions, ReplayReasoning } from "./providers/openllm/dialect.js";
export type { MessageForm } from "./providers/openllm/negotiate/message_form.js";
export type { ServerModel } from "./providers/openllm/server/server_models.js";
export * from "./base/model_errors.js";
export type * from "./models/public_types.js";
export type { ApiKey } from "./transport/api_key.js";
