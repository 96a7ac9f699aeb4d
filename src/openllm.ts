/** `langchain-metered/openllm`: chat models on self-hosted OpenAI-compatible servers. */
export { ChatOpenLLM } from "./chat_models/openllm.js";
export type { CountTokensOptions, TokenCount } from "./chat_models/openllm/counting.js";
export type { ChatOpenLLMCallOptions, ChatOpenLLMInput, OpenLLMFields } from "./chat_models/openllm/options.js";
export type { DialectOptions, ReplayReasoning } from "./openai_wire/openllm_dialect.js";
export type { ServerModel } from "./openai_wire/server_models.js";
export { originReplyTokenCount, originTokenCount } from "./usage/origin_formula.js";
export * from "./model_errors.js";
