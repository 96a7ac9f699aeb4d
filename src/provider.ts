/**
 * What a chat model on another OpenAI-compatible service is made of.
 * @module langchain-metered/provider
 */
export {
  completionsProvider,
  type CompletionsApi,
  type CompletionsProvider,
  type CompletionsService,
} from "./models/completions.js";
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
export type { AnswerDelta, ToolCallDelta } from "./answer/delta.js";
export type { Json } from "./base/json.js";
export type { KnownOptions, ReadOptions, Settled } from "./models/read_options.js";
export type { Remedies } from "./models/unknown_options.js";
export type { ThoughtInText } from "./answer/think_tags.js";
export type { PartialUsage } from "./usage/usage.js";
export type { ForcedTool } from "./run/tool_definition.js";
export type { CallLimits } from "./transport/deadlines.js";
export type { Endpoint } from "./transport/endpoint.js";
export type { ErrorBody } from "./transport/error_body.js";
export type { ErrorContext } from "./transport/server_error.js";
export type { AskedFor, ModelHandle, Place, Provider } from "./models/provider.js";
export { METERED_OPTIONS } from "./models/shared_options.js";
export type { Dialect, ServerHabits } from "./wires/openai/dialect.js";
export * from "./base/model_errors.js";
export type * from "./models/public_types.js";
export type { ApiKey } from "./transport/api_key.js";
