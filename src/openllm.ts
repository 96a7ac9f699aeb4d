/** `langchain-metered/openllm`: chat models on self-hosted OpenAI-compatible servers. */
export { ChatOpenLLM, type ChatOpenLLMCallOptions, type ChatOpenLLMInput } from "./chat_models/openllm.js";
