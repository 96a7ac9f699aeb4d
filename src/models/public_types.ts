/** The types in signatures of the chat models: every entry point of a model has them. */
export type { ThinkTags } from "../answer/think_tags.js";
export type { ToolDefinition } from "../run/tool_definition.js";
export type { Fetch } from "../transport/patient_fetch.js";
export type { MessageTokens } from "./message_tokens.js";
export type { MeteredChatModel } from "./metered_chat_model.js";
export type { MeteredCallOptions, MeteredChatModelInput, OrUndefined, PerCall, SamplingOptions } from "./options.js";
export type { AnyRecord, OutputSchema, StructuredOutputConfig } from "./structured_output.js";
