import type { RunnableConfig } from "@langchain/core/runnables";
import { toChunk } from "../../answer/chunk.js";
import type { AnswerDelta } from "../../answer/delta.js";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import type { Dialect } from "../../wires/openai/dialect.js";
import { withInstruction } from "../../wires/openai/instruction.js";
import { toWireMessages } from "../../wires/openai/messages.js";
import { openLLMDialect } from "./dialect.js";
import { concede } from "../../wires/openai/refusals.js";
import type { ServerModel } from "./server_models.js";
import { withoutShortUsage } from "../../wires/openai/short_usage.js";
import { completionWire, newToolCallId } from "../../wires/openai/wire.js";
import { parseEndpoint } from "../../transport/endpoint.js";
import type { ErrorContext } from "../../transport/server_error.js";
import { fromEnvironment, readFields, requireModel, toText } from "../../models/fields.js";
import type { ModelCall } from "../../run/model_call.js";
import { maxRetriesOf } from "../../models/options.js";
import { withModelNames } from "./model_names.js";
import type { AnswerWatch } from "./answer_watch.js";
import { Answering, hasToolHistory, type Asker } from "./answering.js";
import { askForStream, askForWhole, type BuildExchange, type Ways } from "./asking.js";
import { checkChoices } from "./choices.js";
import { explainOpenLLM } from "./explain.js";
import { liftLimits } from "./extra_body.js";
import { OPENLLM_FIELDS, OPENLLM_KEYS, type ChatOpenLLMCallOptions, type ChatOpenLLMInput } from "./options.js";
import { openLLMParams, openLLMTools } from "./params.js";
import { RequestPlan } from "./request_plan.js";
import type { Changes } from "./schema_caller.js";
import { SelfHostedModel } from "./self_hosted_model.js";
import { answerWarnings, TOOLS_UNKNOWN, truncationWarning } from "./warnings.js";

const DEFAULT_LOADING_MS = 60_000;

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
    yield* this.answering(call, options).stream();
  }

  protected override answerWhole(call: ModelCall, options: this["ParsedCallOptions"]): Promise<AnswerDelta[]> {
    return this.answering(call, options).whole();
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

  private plan(): RequestPlan {
    const { loadingTimeout, maxRetries, fitMaxTokens } = this.input;
    const loadingTimeoutMs = loadingTimeout ?? (maxRetries === 0 ? 0 : DEFAULT_LOADING_MS);
    return new RequestPlan(this.endpoint.url, this.knowledge, {
      loadingTimeoutMs,
      fitMaxTokens: fitMaxTokens ?? false,
    });
  }

  private answering(call: ModelCall, options: this["ParsedCallOptions"]): Answering {
    const { forcedTools, repairJson, dropSchemaKeywords } = this.input;
    const answering = {
      forcedTools: forcedTools ?? "schema",
      repairJson: repairJson ?? true,
      dropSchemaKeywords: dropSchemaKeywords ?? [],
      hasToolHistory: hasToolHistory(call.messages),
    };
    return new Answering(this.asker(call, options), this.invocationParams(options), answering, this.knowledge);
  }

  private asker(call: ModelCall, options: this["ParsedCallOptions"]): Asker {
    const ways = (stream: boolean, changes?: Changes): Ways => ({
      plan: this.plan(),
      build: this.build(call, options, stream, changes),
      explain: (error) => withModelNames(error, () => this.models({ signal: call.signal })),
    });
    return {
      stream: () => askForStream(call, ways(true)),
      whole: async (changes) => {
        if (changes) await this.admit(call, options);
        const answers = withoutShortUsage(await askForWhole(call, ways(false, changes)));
        return answers.map((answer) => this.bookUsage(call, answer) ?? {});
      },
      keep: (answer) => call.delivered.add(toChunk(answer, this.provider, call.messageId)),
      warnings: (watch, metadata) => this.warnings(call, options, watch, metadata),
    };
  }

  /** How a request is built in the form that a plan has come to. */
  private build(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    stream: boolean,
    changes?: Changes,
  ): BuildExchange {
    return async (plan) => {
      this.checkModel();
      const limited = this.limited(call, options);
      const params = this.invocationParams(
        plan.maxTokens === undefined ? limited : { ...limited, maxTokens: plan.maxTokens },
      );
      const wired = await toWireMessages(call.messages, this.dialect);
      const messages = changes?.instruction === undefined ? wired : withInstruction(wired, changes.instruction);
      const body = concede(
        { ...params, ...changes?.params, ...(stream ? { n: undefined } : {}), messages },
        plan.concessions,
      );
      const includeUsage = (options.streamUsage ?? this.asksForUsage()) && !plan.concessions.has("stream_options");
      const headers = { ...this.authorization(), ...this.fields.headers, ...options.headers };
      const { messages: sent, ...fields } = body;
      const request = {
        url: `${plan.url}/chat/completions`,
        headers,
        messages: sent as Json[],
        params: fields,
        stream,
        includeUsage,
      };
      const context = this.errorContext();
      const wire = completionWire(request, this.dialect, context, newToolCallId);
      const isLeft = (error: unknown) => plan.waitsFor(error);
      return { transport: this.transport, wire, context, maxRetries: maxRetriesOf(options), isLeft };
    };
  }

  private async warnings(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    watch: AnswerWatch,
    metadata: Json,
  ): Promise<string[]> {
    const warnings = answerWarnings(watch, metadata);
    const truncation = truncationWarning(call.messages, call.usage, this.profile.maxInputTokens);
    if (truncation !== undefined) warnings.push(truncation);
    // Only llama.cpp drops tools without a word, and only it sends timings.
    const mayDropTools = !watch.hasCalls && isObject(metadata.timings) && this.toolsOf(options).length > 0;
    if (mayDropTools && (await this.server(options.signal).templateKnowsTools()) === false)
      warnings.push(TOOLS_UNKNOWN);
    return warnings;
  }
}
