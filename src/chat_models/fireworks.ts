import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { AnswerDelta } from "../answer/delta.js";
import { joinDeltas } from "../answer/join.js";
import { ConfigurationError, ServerError } from "../errors.js";
import type { Json } from "../json.js";
import { FIREWORKS_DIALECT, FIREWORKS_SERVER, explainFireworks } from "../openai_wire/fireworks_dialect.js";
import { parseEndpoint } from "../transport/endpoint.js";
import type { ErrorContext } from "../transport/server_error.js";
import { streamAnswer, type Exchange } from "./answers.js";
import { CompletionsModel } from "./completions_model.js";
import { fromEnvironment, readFields, requireModel } from "./fields.js";
import {
  checkStops,
  FIREWORKS_FIELDS,
  mergeExclusive,
  type ChatFireworksCallOptions,
  type ChatFireworksInput,
} from "./fireworks_options.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "./options.js";
import type { ModelCall } from "./model_call.js";

const DEFAULT_BASE_URL = "https://api.fireworks.ai/inference/v1";

/** Options in the types that all models share; the two that are wider here are read as they are. */
type CallOptions = ChatFireworksCallOptions & MeteredCallOptions;

/**
 * Chat models on Fireworks AI.
 *
 * @example
 * ```ts
 * const model = new ChatFireworks("accounts/fireworks/models/gpt-oss-120b", { maxTokens: 200 });
 * const answer = await model.invoke("What are tides?");
 * model.costs.totals.costUsd; // "0.000063"
 * ```
 */
export class ChatFireworks extends CompletionsModel<CallOptions> {
  protected readonly dialect = FIREWORKS_DIALECT;
  protected readonly fieldMap = FIREWORKS_FIELDS;

  constructor(model: string, fields?: Omit<ChatFireworksInput, "model">);
  constructor(fields?: ChatFireworksInput);
  constructor(modelOrFields?: string | ChatFireworksInput, more?: Omit<ChatFireworksInput, "model">) {
    const fields = readFields<ChatFireworksInput>(modelOrFields, more);
    const apiKey = fields.apiKey ?? fromEnvironment("FIREWORKS_API_KEY");
    if (!apiKey) {
      throw new ConfigurationError(
        "apiKey",
        "No Fireworks API key was found.",
        "Set the environment variable `FIREWORKS_API_KEY`, or pass `apiKey`.",
        "MODEL_AUTHENTICATION",
      );
    }
    const baseURL = fields.baseURL ?? fromEnvironment("FIREWORKS_API_BASE", "FIREWORKS_BASE_URL") ?? DEFAULT_BASE_URL;
    mergeExclusive(fields, {});
    // `streaming: "auto"` and a number as `logprobs` are this class's own widening of the shared options.
    super(fields as MeteredChatModelInput, {
      provider: "fireworks",
      endpoint: parseEndpoint(baseURL, "baseURL"),
      model: requireModel(fields.model, "accounts/fireworks/models/gpt-oss-120b"),
      apiKey,
    });
  }

  static override lc_name(): string {
    return "ChatFireworks";
  }

  override get lc_secrets(): Record<string, string> {
    return { apiKey: "FIREWORKS_API_KEY" };
  }

  override get lc_serializable_keys(): string[] {
    return [...super.lc_serializable_keys, ...Object.keys(FIREWORKS_FIELDS)];
  }

  override get profile(): ModelProfile {
    return { toolCalling: true, toolChoice: true, ...this.fields.profile };
  }

  override invocationParams(options?: this["ParsedCallOptions"]): Json {
    checkStops(this.stopOf(options));
    return super.invocationParams(options);
  }

  protected override get wireModel(): string {
    return fullModelId(this.model);
  }

  protected override sources(call: object): object[] {
    return [mergeExclusive(this.fields, call), call];
  }

  protected override maxTokensOf(options?: Partial<CallOptions>): number | undefined {
    const merged = mergeExclusive(this.fields, options ?? {}) as ChatFireworksInput;
    return options?.maxTokens ?? options?.maxCompletionTokens ?? merged.maxTokens ?? merged.maxCompletionTokens;
  }

  protected override limited(call: ModelCall, options: this["ParsedCallOptions"]): this["ParsedCallOptions"] {
    const usesOtherName = options.maxCompletionTokens ?? (options.maxTokens === undefined ? (this.fields as ChatFireworksInput).maxCompletionTokens : undefined);
    if (call.maxOutputTokens === undefined || usesOtherName === undefined) return super.limited(call, options);
    return { ...options, maxCompletionTokens: call.maxOutputTokens };
  }

  protected override errorContext(): ErrorContext {
    return { server: FIREWORKS_SERVER, model: this.model, explain: explainFireworks };
  }

  protected override exchange(call: ModelCall, options: this["ParsedCallOptions"], stream: boolean, changes?: Json): Promise<Exchange> {
    const { sessionAffinity, multiTurnSessionId } = { ...(this.fields as ChatFireworksInput), ...options } as ChatFireworksInput;
    const headers = {
      ...(sessionAffinity === undefined ? {} : { "x-session-affinity": sessionAffinity }),
      ...(multiTurnSessionId === undefined ? {} : { "x-multi-turn-session-id": multiTurnSessionId }),
      ...options.headers,
    };
    return super.exchange(call, { ...options, headers }, stream, changes);
  }

  protected override async answerWhole(call: ModelCall, options: this["ParsedCallOptions"]): Promise<AnswerDelta[]> {
    try {
      return await super.answerWhole(call, options);
    } catch (error) {
      if (!mustStream(error) || (this.fields as ChatFireworksInput).streaming !== "auto") throw error;
    }
    const deltas: AnswerDelta[] = [];
    for await (const group of streamAnswer(call, await this.exchange(call, options, true))) deltas.push(...group);
    const answers = joinDeltas(deltas);
    for (const answer of answers) this.bookUsage(call, answer);
    return answers;
  }
}

/** Fireworks refuses some requests for many tokens unless they are streamed; from how many on depends on model and time. */
function mustStream(error: unknown): boolean {
  return ServerError.isInstance(error) && error.status === 400 && /stream\s*=\s*true/i.test(error.message);
}

/** The full id of a short one: `gpt-oss-120b` and `fireworks/gpt-oss-120b` are in Fireworks' own account. */
function fullModelId(model: string): string {
  const [first, second, ...rest] = model.split("/");
  if (second === undefined) return model === "auto" ? model : `accounts/fireworks/models/${model}`;
  return first === "fireworks" && rest.length === 0 ? `accounts/fireworks/models/${second}` : model;
}
