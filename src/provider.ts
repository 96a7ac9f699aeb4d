/** `langchain-metered/provider`: what a chat model on another OpenAI-compatible service is made of. */
export { completionsProvider, type CompletionsProvider, type CompletionsService } from "./models/completions.js";
export { MeteredChatModel } from "./models/metered_chat_model.js";
export {
  choice,
  kept,
  number,
  sent,
  such,
  unstored,
  whole,
  type Fault,
  type Kind,
  type Option,
  type OptionTable,
} from "./models/option_table.js";
export type { MeteredCallOptions, MeteredChatModelInput, PerCall, SamplingOptions } from "./models/options.js";
export type { AskedFor, ModelHandle, Place, Provider } from "./models/provider.js";
export { METERED_OPTIONS } from "./models/shared_options.js";
export type { Dialect } from "./wires/openai/dialect.js";
export * from "./base/model_errors.js";
export type { ApiKey } from "./transport/api_key.js";
