import type { AnswerDelta } from "../../answer/delta.js";
import type { Json } from "../../base/json.js";
import type { Exchange } from "../../models/exchange.js";
import type { ModelCall } from "../../run/model_call.js";
import type { ServerKnowledge } from "./negotiate/knowledge.js";
import type { FormSettings, RequestForm } from "./negotiate/request_form.js";
import type { ChatOpenLLMInput } from "./options.js";

/** What is done when a server refuses a request, or ignores a part of it. */
export interface AnswerSettings extends FormSettings {
  forcedTools: "schema" | "error" | "off";
  repairJson: boolean;
  dropSchemaKeywords: readonly string[];
}

/** One question to a self-hosted server, with all that the model gives for getting its answer. */
export interface Question {
  readonly call: ModelCall;
  /** The request's fields but for the messages, as the user means them. */
  readonly params: Json;
  readonly settings: AnswerSettings;
  /** As the user wrote it. */
  readonly baseURL: string;
  readonly knowledge: ServerKnowledge;
  /** Builds the request in the form that has been come to. */
  build(form: RequestForm): Promise<Exchange>;
  /** Asks the gates. The call's first request has been admitted; each further one is by this. */
  admit(): Promise<void>;
  /** Keeps an answer that will not be returned, for the error's `partialOutput`. */
  keep(answer: AnswerDelta): void;
  /** The error with what else helps to understand it. */
  explain(error: unknown): Promise<unknown>;
  /** The model's context window, as far as it is known. */
  contextTokens(): number | undefined;
  /** True when the call has tools and the server says that its chat template knows none. */
  losesTools(): Promise<boolean>;
}

const DEFAULT_LOADING_MS = 60_000;

/** The settings of a model's options, with what holds where the user said nothing. */
export function answerSettings(input: ChatOpenLLMInput): AnswerSettings {
  const { forcedTools, repairJson, dropSchemaKeywords, fitMaxTokens, messageForm, loadingTimeout, maxRetries } = input;
  return {
    forcedTools: forcedTools ?? "schema",
    repairJson: repairJson ?? true,
    dropSchemaKeywords: dropSchemaKeywords ?? [],
    fitMaxTokens: fitMaxTokens ?? false,
    messageForm: messageForm ?? [],
    loadingTimeoutMs: loadingTimeout ?? (maxRetries === 0 ? 0 : DEFAULT_LOADING_MS),
  };
}
