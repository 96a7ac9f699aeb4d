import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { AnswerDelta } from "../../answer/delta.js";
import { ServerError } from "../../base/errors.js";
import type { Json } from "../../base/json.js";
import {
  FIREWORKS_ADDRESSES,
  FIREWORKS_BASE_URL,
  FIREWORKS_DIALECT,
  FIREWORKS_SERVER,
  explainFireworks,
  wantsStream,
} from "./dialect.js";
import { fullModelId } from "./ids.js";
import type { MeteredFacts } from "../../seam/gate.js";
import type { ErrorContext } from "../../transport/server_error.js";
import { gathered, sendStream, type Exchange } from "../../models/exchange.js";
import { CompletionsModel } from "../../models/completions_model.js";
import { readFields, requireApiKey, requireModel, toEndpoint } from "../../models/fields.js";
import { checkStops } from "./checks.js";
import { FIREWORKS_FIELDS } from "./fields.js";
import { optionHeaders } from "./headers.js";
import { mergeOptions } from "./merge.js";
import type { ChatFireworksCallOptions, ChatFireworksInput } from "./options.js";
import { fireworksProfile } from "./profiles.js";
import type { MeteredChatModelInput } from "../../models/options.js";
import type { ModelCall } from "../../run/model_call.js";

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
export class ChatFireworks extends CompletionsModel<ChatFireworksCallOptions> {
  protected readonly dialect = FIREWORKS_DIALECT;
  protected readonly fieldMap = FIREWORKS_FIELDS;

  constructor(model: string, fields?: Omit<ChatFireworksInput, "model">);
  constructor(fields?: ChatFireworksInput);
  constructor(modelOrFields?: string | ChatFireworksInput, more?: Omit<ChatFireworksInput, "model">) {
    const fields = readFields<ChatFireworksInput>(modelOrFields, more);
    const apiKey = requireApiKey(fields.apiKey, "FIREWORKS_API_KEY", FIREWORKS_SERVER);
    optionHeaders(mergeOptions(fields, {}));
    checkStops(fields.stop ?? fields.stopSequences);
    // `streaming: "auto"` and a number as `logprobs` are this class's own widening of the shared options.
    super(fields as MeteredChatModelInput, {
      provider: "fireworks",
      endpoint: toEndpoint(fields.baseURL, FIREWORKS_ADDRESSES, FIREWORKS_BASE_URL),
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
    return [
      ...super.lc_serializable_keys,
      ...Object.keys(FIREWORKS_FIELDS),
      "responseFormat",
      "parallelToolCalls",
      "modelKwargs",
    ];
  }

  override get profile(): ModelProfile {
    return { ...fireworksProfile(this.wireModel), ...this.fields.profile };
  }

  override invocationParams(options?: this["ParsedCallOptions"]): Json {
    checkStops(this.stopOf(options));
    const { modelKwargs, parallel_tool_calls } = mergeOptions(this.fields, options ?? {});
    const call = { ...options, parallel_tool_calls } as this["ParsedCallOptions"];
    return { ...super.invocationParams(call), ...modelKwargs };
  }

  protected override get wireModel(): string {
    return fullModelId(this.model);
  }

  protected override sources(call: object): object[] {
    return [mergeOptions(this.fields, call)];
  }

  protected override maxTokensOf(options?: Partial<ChatFireworksCallOptions>): number | undefined {
    const { maxTokens, maxCompletionTokens } = mergeOptions(this.fields, options ?? {});
    return maxTokens ?? maxCompletionTokens;
  }

  protected override countOf(options?: Partial<ChatFireworksCallOptions>): number {
    return mergeOptions(this.fields, options ?? {}).n ?? 1;
  }

  protected override limited(call: ModelCall, options: this["ParsedCallOptions"]): this["ParsedCallOptions"] {
    const usesOtherName = mergeOptions(this.fields, options).maxCompletionTokens !== undefined;
    if (call.maxOutputTokens === undefined || !usesOtherName) return super.limited(call, options);
    return { ...options, maxCompletionTokens: call.maxOutputTokens };
  }

  protected override factsOfCall(options: this["ParsedCallOptions"]): MeteredFacts {
    const { serviceTier } = mergeOptions(this.fields, options);
    return { ...super.factsOfCall(options), ...(serviceTier === undefined ? {} : { service_tier: serviceTier }) };
  }

  protected override errorContext(): ErrorContext {
    return { server: FIREWORKS_SERVER, model: this.model, explain: explainFireworks };
  }

  protected override exchange(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    stream: boolean,
    changes?: Json,
  ): Promise<Exchange> {
    const headers = { ...optionHeaders(mergeOptions(this.fields, options)), ...options.headers };
    return super.exchange(call, { ...options, headers }, stream, changes);
  }

  protected override async answerWhole(call: ModelCall, options: this["ParsedCallOptions"]): Promise<AnswerDelta[]> {
    try {
      return await super.answerWhole(call, options);
    } catch (error) {
      const mustStream = ServerError.isInstance(error) && error.status === 400 && wantsStream(error.message);
      if (!mustStream || (this.fields as ChatFireworksInput).streaming !== "auto") throw error;
    }
    return this.answerByStream(call, options);
  }

  /** The answer to a request that is streamed although nobody reads the stream. */
  private async answerByStream(call: ModelCall, options: this["ParsedCallOptions"]): Promise<AnswerDelta[]> {
    const answers = await gathered(call, sendStream(call, await this.exchange(call, options, true)));
    for (const answer of answers) this.bookUsage(call, answer);
    return answers;
  }
}
