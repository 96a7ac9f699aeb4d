import { fieldsOf, isObject } from "../../base/json.js";
import { areOwnFacts } from "../../seam/own_facts.js";
import type { Heard } from "../heard.js";
import type { Fields } from "./spelled.js";

/** One answer of a call, and all places in which packages say something of it. */
export interface Evidence {
  message: Fields;
  /** `response_metadata` of the message. In a stream numbers in it may be sums, and texts strung together. */
  metadata: Fields;
  /** `generationInfo`, which is that of the last chunk in a stream. */
  info: Fields;
  llmOutput: Fields;
  /** The class that was called, such as `ChatAnthropic`. */
  className?: string;
  /** The model that was asked for. */
  model?: string;
  /** What was asked for, as the package writes it, as far as `kept_params.ts` keeps it. */
  params: Fields;
  heard?: Heard;
}

/** What was known before the answer. */
export interface Asked {
  className?: string;
  model?: string;
  params?: Fields;
  heard?: Heard;
}

const NOTHING: Fields = {};

/** The evidence of one generation. */
export function evidenceOf(generation: unknown, llmOutput: unknown, asked: Asked): Evidence {
  const { message, generationInfo } = fieldsOf(generation);
  return evidenceOfMessage(message, asked, fieldsOf(generationInfo), fieldsOf(llmOutput));
}

/** The evidence of a message on its own, or with what stood beside it. */
export function evidenceOfMessage(
  message: unknown,
  { className, model, params = NOTHING, heard }: Asked = NOTHING,
  info: Fields = NOTHING,
  llmOutput: Fields = NOTHING,
): Evidence {
  const fields = fieldsOf(message);
  return {
    message: fields,
    metadata: fieldsOf(fields.response_metadata),
    info,
    llmOutput,
    className,
    model,
    params,
    heard,
  };
}

/** Whether a model of this package made the message, in this process. */
export function isOwnMessage({ metadata }: Evidence): boolean {
  return areOwnFacts(metadata.metered);
}

/** Whether the message has usage in LangChain's own place for it. */
export function hasUsage({ message }: Evidence): boolean {
  return isObject(message.usage_metadata);
}
