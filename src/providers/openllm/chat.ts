import type { RunnableConfig } from "@langchain/core/runnables";
import { toChunk } from "../../answer/chunk.js";
import type { AnswerDelta } from "../../answer/delta.js";
import { ConfigurationError } from "../../base/errors.js";
import type { Json } from "../../base/json.js";
import type { Exchange } from "../../models/exchange.js";
import type { Dialect } from "../../wires/openai/dialect.js";
import { toWireMessages } from "../../wires/openai/messages.js";
import { openLLMDialect } from "./dialect.js";
import type { ServerModel } from "./server/server_models.js";
import { completionWire, newToolCallId } from "../../wires/openai/wire.js";
import { parseEndpoint } from "../../transport/endpoint.js";
import type { ErrorContext } from "../../transport/server_error.js";
import { fromEnvironment, readFields, requireModel, toText } from "../../models/fields.js";
import type { ModelCall } from "../../run/model_call.js";
import { maxRetriesOf } from "../../models/options.js";
import { withModelNames } from "./server/model_names.js";
import { answer, answerWhole } from "./answer.js";
import { checkChoices } from "./choices.js";
import { explainOpenLLM } from "./server/explain.js";
import { liftLimits } from "./extra_body.js";
import { OPENLLM_FIELDS, OPENLLM_KEYS, type ChatOpenLLMCallOptions, type ChatOpenLLMInput } from "./options.js";
import { openLLMParams, openLLMTools } from "./params.js";
import type { RequestForm } from "./negotiate/request_form.js";
import { answerSettings, type Question } from "./question.js";
import { SelfHostedModel } from "./self_hosted_model.js";

/**
 * Chat models on any self-hosted server that speaks OpenAI's API: vLLM, SGLang, llama.cpp, LM Studio, TGI, LocalAI, ...
 *
 * @example
 * ```ts
 * const model = new ChatOpenLLM({ baseURL: "http://localhost:8000" });
 * const answer = await model.invoke("What are tides?");
 * answer.usage_metadata; // what the server counted
 * ```
 */
export class ChatOpenLLM extends SelfHostedModel {
  protected readonly dialect: Dialect;
  protected readonly fieldMap = OPENLLM_FIELDS;

  constructor(model: string, fields?: Omit<ChatOpenLLMInput, "model">);
  constructor(fields?: ChatOpenLLMInput);
  constructor(modelOrFields?: string | ChatOpenLLMInput, more?: Omit<ChatOpenLLMInput, "model">) {
    const fields = liftLimits(readFields<ChatOpenLLMInput>(modelOrFields, more));
    const baseURL = toText(fields.baseURL, "baseURL") ?? fromEnvironment("OPENLLM_BASE_URL", "OPEN_LLM_API_BASE");
    if (!baseURL) {
      throw new ConfigurationError(
        "baseURL",
        "No server was named.",
        "Set the environment variable `OPENLLM_BASE_URL`, or pass `baseURL`, such as `http://localhost:8000/v1`.",
      );
    }
    super(fields, {
      provider: "openllm",
      endpoint: parseEndpoint(baseURL, "baseURL"),
      model: fields.model === undefined ? "" : requireModel(fields.model, "llama-3.1-8b-instruct"),
      apiKey: toText(fields.apiKey, "apiKey") ?? fromEnvironment("OPENLLM_API_KEY"),
    });
    checkChoices(fields);
    this.dialect = openLLMDialect(fields);
    this.invocationParams();
  }

  static override lc_name(): string {
    return "ChatOpenLLM";
  }

  /** The models that a server offers, without a model of one's own. */
  static models(fields: ChatOpenLLMInput = {}): Promise<ServerModel[]> {
    return new ChatOpenLLM(fields).models();
  }

  override get lc_secrets(): Record<string, string> {
    return { apiKey: "OPENLLM_API_KEY" };
  }

  override get lc_serializable_keys(): string[] {
    return [...new Set([...super.lc_serializable_keys, ...OPENLLM_KEYS])];
  }

  override get callKeys(): string[] {
    return [...new Set([...super.callKeys, ...Object.keys(OPENLLM_FIELDS), "extraBody"])];
  }

  /** @throws ConfigurationError for values that no server takes */
  override invocationParams(options?: this["ParsedCallOptions"]): Json {
    return openLLMParams(super.invocationParams(options), this.input, options ?? {});
  }

  protected override toolParams(...[tools, forced, parallel]: Parameters<SelfHostedModel["toolParams"]>): Json {
    return super.toolParams(...openLLMTools(tools, forced, parallel, this.input.namedToolChoice === "object"));
  }

  protected override async *answerStream(
    call: ModelCall,
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<AnswerDelta[]> {
    yield* answer(this.question(call, options));
  }

  protected override answerWhole(call: ModelCall, options: this["ParsedCallOptions"]): Promise<AnswerDelta[]> {
    return answerWhole(this.question(call, options));
  }

  protected override errorContext(): ErrorContext {
    return { ...super.errorContext(), model: this.model || undefined, explain: explainOpenLLM };
  }

  /** Limits in `extraBody` are the call's limits, which gates and the books must see. */
  protected override _separateRunnableConfigFromCallOptionsCompat(
    options?: Partial<ChatOpenLLMCallOptions>,
  ): [RunnableConfig, this["ParsedCallOptions"]] {
    const [config, call] = super._separateRunnableConfigFromCallOptionsCompat(options);
    return [config, liftLimits(call)];
  }

  /** What the answer modules need of this model for one call. */
  private question(call: ModelCall, options: this["ParsedCallOptions"]): Question {
    return {
      call,
      params: this.invocationParams(options),
      settings: answerSettings(this.input),
      baseURL: this.endpoint.url,
      knowledge: this.knowledge,
      build: (form) => this.build(form, call, options),
      admit: () => this.admit(call, options),
      bookUsage: (delta) => this.bookUsage(call, delta),
      keep: (delta) => call.delivered.push(toChunk(delta, this.provider, call.messageId)),
      explain: (error) => withModelNames(error, () => this.models({ signal: call.signal })),
      contextTokens: () => this.profile.maxInputTokens,
      losesTools: async () =>
        this.toolsOf(options).length > 0 && (await this.server(options.signal).templateKnowsTools()) === false,
    };
  }

  private async build(form: RequestForm, call: ModelCall, options: this["ParsedCallOptions"]): Promise<Exchange> {
    this.checkModel();
    const limited = this.limited(call, options);
    const params = this.invocationParams(
      form.maxTokens === undefined ? limited : { ...limited, maxTokens: form.maxTokens },
    );
    const messages = await toWireMessages(call.messages, this.dialect);
    const request = {
      url: `${form.url}/chat/completions`,
      headers: { ...this.authorization(), ...this.fields.headers, ...options.headers },
      ...form.shape(params, messages),
      stream: form.stream,
      includeUsage: (options.streamUsage ?? this.asksForUsage()) && form.mayAskForUsage,
    };
    const context = this.errorContext();
    const wire = completionWire(request, this.dialect, context, newToolCallId);
    const isLeft = (error: unknown) => form.waitsFor(error);
    return { transport: this.transport, wire, context, maxRetries: maxRetriesOf(options), isLeft };
  }
}
