import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { BaseMessageLike } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { toWireMessages } from "../../wires/openai/messages.js";
import type { ServerModel } from "./server_models.js";
import { hasImages, shapingFields } from "./token_counters.js";
import { CompletionsModel } from "../../models/completions_model.js";
import { checkMethod, estimateCount, givenCount, type CountTokensOptions, type TokenCount } from "./counting.js";
import { knowledgeOf, type ServerKnowledge } from "./knowledge.js";
import { onlyModel } from "./model_names.js";
import type { ChatOpenLLMCallOptions, ChatOpenLLMInput } from "./options.js";
import { Probe } from "./probe.js";
import { Server } from "./server.js";

const DEFAULT_PROBE_MS = 2_000;

/** A model whose server can be asked about itself: its models, their windows, how many tokens a prompt has. */
export abstract class SelfHostedModel extends CompletionsModel<ChatOpenLLMCallOptions> {
  private finding: Promise<void> | undefined;
  private whyNoModel: Error | undefined;

  /** What the model can do: as the user said, and for the rest as `loadProfile` found. */
  override get profile(): ModelProfile {
    const { contextTokens, templateKnowsTools } = this.knowledge;
    return {
      ...(contextTokens === undefined ? {} : { maxInputTokens: contextTokens }),
      ...(typeof templateKnowsTools === "boolean" ? { toolCalling: templateKnowsTools } : {}),
      ...this.input.profile,
    };
  }

  /**
   * The models that the server offers, with their context windows where it says them.
   * @throws ServerError, ConnectionError, CallTimeoutError
   */
  async models(options: { signal?: AbortSignal } = {}): Promise<ServerModel[]> {
    const models = await this.server(options.signal).models();
    this.knowledge.contextTokens ??= models.find(({ id }) => id === this.model)?.contextTokens;
    return models;
  }

  /**
   * Asks the server for the context window, and llama.cpp whether its template knows tools; `profile` has it from then on.
   * @throws ServerError, ConnectionError, CallTimeoutError
   */
  async loadProfile(options: { signal?: AbortSignal } = {}): Promise<ModelProfile> {
    await this.ready();
    const server = this.server(options.signal);
    this.knowledge.contextTokens ??= await server.contextTokens(this.model, await server.models());
    await server.templateKnowsTools();
    return this.profile;
  }

  /**
   * How many tokens a prompt has: by the server, with its own template and vocabulary, where it can count; else our own
   * estimate. The answer says which. Tools are part of the count.
   */
  async countTokens(input: BaseLanguageModelInput, options: CountTokensOptions = {}): Promise<TokenCount> {
    checkMethod(options.method);
    const messages = this.messagesOf(input);
    const wire = await toWireMessages(messages, this.dialect);
    if (typeof options.method === "function") return givenCount(options.method, wire);
    const tools = options.tools ?? [];
    if (options.method === "estimate") return estimateCount(messages, tools);
    await this.ready();
    const params = this.invocationParams({ ...options, tools } as ChatOpenLLMCallOptions);
    const shaping = shapingFields(params);
    const prompt = {
      model: this.model || undefined,
      messages: wire,
      tools: params.tools as unknown[] | undefined,
      shaping,
      hasImages: hasImages(wire),
    };
    const counted = await this.server(options.signal).count(prompt);
    options.signal?.throwIfAborted();
    return counted ?? estimateCount(messages, tools);
  }

  /** @ignore */
  override async generate(
    messages: BaseMessageLike[][],
    options?: string[] | Partial<ChatOpenLLMCallOptions>,
    callbacks?: Parameters<BaseChatModel["generate"]>[2],
  ): Promise<LLMResult> {
    // A cached answer has the model in its key.
    if (this.cache) await this.ready();
    return super.generate(messages, options, callbacks);
  }

  /** Finds the model where the user named none: the server's only one. */
  protected override ready(): Promise<void> {
    if (this.model !== "") return Promise.resolve();
    return (this.finding ??= this.findModel().finally(() => (this.finding = undefined)));
  }

  /** Throws when no model was named and none could be found. */
  protected checkModel(): void {
    if (this.model === "" && this.whyNoModel !== undefined) throw this.whyNoModel;
  }

  protected get input(): ChatOpenLLMInput {
    return this.fields;
  }

  private async findModel(): Promise<void> {
    try {
      const only = onlyModel(await this.models(), this.baseURL);
      const { url } = this.knowledge;
      this.model = only.id;
      Object.assign(this.knowledge, { url, contextTokens: only.contextTokens });
      this.metadata = { ...this.metadata, metered: this.facts() };
    } catch (error) {
      this.whyNoModel = error as Error; // all that is thrown on the way is one
    }
  }

  /** What this process knows of the server. */
  protected get knowledge(): ServerKnowledge {
    return knowledgeOf(this.endpoint.url, this.model);
  }

  /** The server, to be asked about itself. */
  protected server(signal?: AbortSignal): Server {
    const headers = { ...this.authorization(), ...this.fields.headers };
    const timeoutMs = this.input.probeTimeout ?? DEFAULT_PROBE_MS;
    const probe = new Probe({ fetch: this.fields.fetch, headers, timeoutMs, context: this.errorContext() });
    return new Server(this.endpoint.url, probe, this.knowledge, signal);
  }
}
