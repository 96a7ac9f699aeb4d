import type { LangSmithParams } from "@langchain/core/language_models/chat_models";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { AnswerDelta } from "../../answer/delta.js";
import { ConfigurationError } from "../../base/errors.js";
import type { Json } from "../../base/json.js";
import { explainOllama, isMissingModel } from "./explain.js";
import { mediaFetcher, refuseMedia } from "../../wires/ollama/fetch_media.js";
import { mergeHeaders } from "../../wires/ollama/headers.js";
import { toOllamaHost } from "./hosts.js";
import { mediaKinds } from "../../wires/ollama/media.js";
import { toOllamaMessages } from "../../wires/ollama/messages.js";
import { sentRequest } from "../../wires/ollama/metadata.js";
import {
  listModels,
  pullModel,
  showModel,
  type ModelsCallOptions,
  type OllamaServer,
  type PullOptions,
} from "./models_client.js";
import type { OllamaModelEntry, OllamaModelFacts, PullProgress } from "./model_listing.js";
import { toOllamaParams } from "../../wires/ollama/params.js";
import { contextWindow, readShow, toProfile, type ModelFacts } from "./profile.js";
import { ollamaWire } from "../../wires/ollama/wire.js";
import type { CallLimits } from "../../transport/deadlines.js";
import { patientFetch } from "../../transport/patient_fetch.js";
import type { ErrorContext } from "../../transport/server_error.js";
import type { Exchange } from "../../models/exchange.js";
import { MeteredChatModel } from "../../models/metered_chat_model.js";
import { fromEnvironment, readFields, requireModel, toText } from "../../models/fields.js";
import type { ModelCall } from "../../run/model_call.js";
import {
  mergeSettings,
  offerTools,
  OLLAMA_OPTIONS,
  type ChatOllamaLiteCallOptions,
  type ChatOllamaLiteInput,
} from "./options.js";
import { maxRetriesOf } from "../../models/options.js";
import type { Prompt, Wire } from "../../models/wire.js";

const LONGEST_SILENCE_MS = 600_000;

/**
 * Chat models on Ollama's native API.
 *
 * `tool_choice`, which the API does not have, is honoured as far as it can be: "none" sends no tools, a tool's name sends
 * that tool alone, and a name or "required" makes the answer one call by a schema, in one request.
 */
export class ChatOllamaLite extends MeteredChatModel<ChatOllamaLiteCallOptions> {
  private readonly input: ChatOllamaLiteInput;
  private shown: ModelFacts | undefined;

  constructor(model: string, fields?: Omit<ChatOllamaLiteInput, "model">);
  constructor(fields?: ChatOllamaLiteInput);
  constructor(modelOrFields?: string | ChatOllamaLiteInput, more?: Omit<ChatOllamaLiteInput, "model">) {
    const fields = readFields<ChatOllamaLiteInput>(modelOrFields, more);
    const address = {
      baseURL: toText(fields.baseURL, "baseURL"),
      baseUrl: toText(fields.baseUrl, "baseUrl"),
      apiKey: toText(fields.apiKey, "apiKey"),
    };
    const { endpoint, apiKey } = toOllamaHost(address, fromEnvironment);
    super(
      { ...fields, maxTokens: fields.maxTokens ?? limitOf(fields.numPredict) },
      {
        provider: "ollama",
        endpoint,
        model: requireModel(fields.model, "llama3.2"),
        apiKey,
      },
    );
    this.input = fields;
    // A logged model shows what is enumerable, and headers and addresses may have secrets in them.
    Object.defineProperty(this, "input", { enumerable: false });
    this.invocationParams();
  }

  static override lc_name(): string {
    return "ChatOllamaLite";
  }

  override get lc_secrets(): Record<string, string> {
    return { apiKey: "OLLAMA_API_KEY" };
  }

  override get lc_serializable_keys(): string[] {
    return [...new Set([...super.lc_serializable_keys, ...OLLAMA_OPTIONS, "fetchImages"])];
  }

  override get callKeys(): string[] {
    return [...new Set([...super.callKeys, ...OLLAMA_OPTIONS])];
  }

  /** What the model can do: as the user said, else as `loadProfile` found, else empty. */
  override get profile(): ModelProfile {
    if (this.input.profile) return this.input.profile;
    return this.shown ? toProfile(this.shown, this.input.numCtx) : {};
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    const { temperature } = mergeSettings(this.input, options);
    return { ...super.getLsParams(options), ls_temperature: temperature ?? undefined };
  }

  /** @throws ConfigurationError for values that Ollama would answer with a 500, or pass over */
  override invocationParams(options?: this["ParsedCallOptions"]): Json {
    const call: Partial<ChatOllamaLiteCallOptions> = options ?? {};
    if (this.countOf(call) > 1) {
      throw new ConfigurationError(
        "n",
        `\`n\` is \`${this.countOf(call)}\`, but Ollama gives one answer to a request.`,
        "Use `batch` with the same input several times.",
      );
    }
    const settings = { ...mergeSettings(this.input, call), stop: this.stopOf(call) };
    return toOllamaParams(this.model, settings, offerTools(call.tools, call.tool_choice));
  }

  /**
   * Asks the server what the model can do (context length, tools, vision, thinking), once; `profile` has it from then on.
   * @throws ServerError when the server does not have the model
   */
  async loadProfile(options: ModelsCallOptions = {}): Promise<ModelProfile> {
    await this.loadFacts(options.signal);
    return this.profile;
  }

  /** What the server says of the model: `POST /api/show`. */
  showModel(options: ModelsCallOptions = {}): Promise<OllamaModelFacts> {
    return showModel(this.server(), this.model, options);
  }

  /** The models that the server has: `GET /api/tags`. */
  listModels(options: ModelsCallOptions = {}): Promise<OllamaModelEntry[]> {
    return listModels(this.server(), options);
  }

  /** Has the server pull the model, and yields the progress. Leaving the loop ends it. */
  async *pullModel(options: PullOptions = {}): AsyncGenerator<PullProgress, void, undefined> {
    yield* pullModel(this.server(), this.model, options);
    this.shown = undefined;
  }

  protected override async toWire(prompt: Prompt, options: Partial<ChatOllamaLiteCallOptions> = {}): Promise<Wire> {
    const { params, context, stream } = prompt;
    const fetchMedia =
      this.input.fetchImages === true ? mediaFetcher(this.input.fetch ?? patientFetch, options.signal) : refuseMedia;
    const messages = await toOllamaMessages(prompt.messages, fetchMedia);
    const { tools, isForced } = offerTools(options.tools, options.tool_choice);
    const numCtx = mergeSettings(this.input, options).numCtx;
    const sent = sentRequest(params, messages, contextWindow(this.shown ?? {}, numCtx));
    const forced = isForced ? tools.map((tool) => tool.function.name) : undefined;
    const headers = mergeHeaders(this.authorization(), prompt.headers);
    return ollamaWire({ baseURL: this.baseURL, headers, messages, params, stream, sent, forced }, context);
  }

  protected override async exchange(
    call: ModelCall,
    options: this["ParsedCallOptions"],
    stream: boolean,
    changes: Json = {},
  ): Promise<Exchange> {
    await this.checkMedia(call);
    const limited = { ...this.limited(call, options), signal: call.signal };
    const params = { ...this.invocationParams(limited), ...changes };
    const context = this.errorContext();
    const headers = mergeHeaders(this.input.headers, options.headers);
    const wire = await this.toWire({ messages: call.messages, params, stream, headers, context }, limited);
    return { transport: this.transport, wire, context, maxRetries: maxRetriesOf(options) };
  }

  protected override answerStream(call: ModelCall, options: this["ParsedCallOptions"]): AsyncGenerator<AnswerDelta[]> {
    return this.input.pull ? this.streamPulled(call, options) : super.answerStream(call, options);
  }

  protected override async answerWhole(call: ModelCall, options: this["ParsedCallOptions"]): Promise<AnswerDelta[]> {
    try {
      return await super.answerWhole(call, options);
    } catch (error) {
      await this.pullMissing(error, call);
      return super.answerWhole(call, options);
    }
  }

  /** Ollama hands out tool calls whole, and says nothing while it makes one. */
  protected override limits(): CallLimits {
    const limits = super.limits();
    return { ...limits, idleTimeoutMs: limits.idleTimeoutMs ?? Math.max(LONGEST_SILENCE_MS, limits.timeoutMs ?? 0) };
  }

  protected override errorContext(): ErrorContext {
    return {
      server: `Ollama at \`${this.baseURL}\``,
      model: this.model,
      explain: (status, body) => explainOllama(this.model, status, body),
    };
  }

  /** A call's `numPredict` is its output limit too, before the model's own. */
  protected override maxTokensOf(options: Partial<ChatOllamaLiteCallOptions> = {}): number | undefined {
    const { maxTokens, numPredict } = options;
    return maxTokens === undefined && numPredict !== undefined ? limitOf(numPredict) : super.maxTokensOf(options);
  }

  private async *streamPulled(call: ModelCall, options: this["ParsedCallOptions"]): AsyncGenerator<AnswerDelta[]> {
    try {
      yield* super.answerStream(call, options);
    } catch (error) {
      await this.pullMissing(error, call);
      yield* super.answerStream(call, options);
    }
  }

  /** Pulls the model if it is missing and that was asked for; throws the error again if not. */
  private async pullMissing(error: unknown, call: ModelCall): Promise<void> {
    const { pull } = this.input;
    if (!pull || !isMissingModel(error)) throw error;
    const { onProgress, insecure } = pull === true ? {} : pull;
    for await (const progress of this.pullModel({ signal: call.signal, insecure })) {
      onProgress?.(progress);
      await call.runManager?.handleCustomEvent("ollama_pull", progress, call.runManager.runId);
    }
  }

  /**
   * Ollama answers an image to a model that cannot see with 200 and a guess, so the model's capabilities are looked at
   * first. Where the server does not tell them, it is asked all the same.
   */
  private async checkMedia(call: ModelCall): Promise<void> {
    const kinds = mediaKinds(call.messages);
    if (kinds.size === 0) return;
    const facts = await this.loadFacts(call.signal).catch(() => undefined);
    call.signal.throwIfAborted();
    const { capabilities } = facts ?? {};
    for (const [kind, capability] of [
      ["image", "vision"],
      ["audio", "audio"],
    ] as const) {
      if (!capabilities || !kinds.has(kind) || capabilities.includes(capability)) continue;
      throw new ConfigurationError(
        "messages",
        `Model \`${this.model}\` takes no ${kind} input; its capabilities are \`${capabilities.join("`, `")}\`.`,
        `Use a model with \`${capability}\`: without it, Ollama passes over the ${kind} and answers anyway.`,
        "INVALID_PROMPT_INPUT",
      );
    }
  }

  private async loadFacts(signal?: AbortSignal): Promise<ModelFacts> {
    return (this.shown ??= readShow({ ...(await this.showModel({ signal })) }));
  }

  private server(): OllamaServer {
    const headers = mergeHeaders(this.authorization(), this.input.headers);
    return { transport: this.transport, baseURL: this.baseURL, headers, context: this.errorContext() };
  }
}

/** The output limit that a `numPredict` sets, if it sets one: values below 1 do not. */
function limitOf(numPredict: number | null | undefined): number | undefined {
  return typeof numPredict === "number" && numPredict > 0 ? numPredict : undefined;
}
