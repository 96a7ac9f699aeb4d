import { signalOf } from "../../run/check_config.js";
import { ownFacts } from "../../seam/own_facts.js";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { BaseMessageLike } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { readFields } from "../../models/constructor_arguments.js";
import { MeteredChatModel } from "../../models/metered_chat_model.js";
import { checkMethod, type CountTokensOptions, type TokenCount } from "./server/counting.js";
import type { ChatOpenLLMCallOptions, ChatOpenLLMInput, ChatOpenLLMInputBesideModel } from "./options.js";
import { OwnServer, type SelfHostedModel } from "./own_server.js";
import { openLLM } from "./provider.js";
import type { ServerModel } from "./server/server_models.js";

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
export class ChatOpenLLM extends MeteredChatModel<ChatOpenLLMCallOptions> implements SelfHostedModel {
  readonly #own = new OwnServer(this);

  /**
   * @param model - the model's id, as the server knows it
   * @param fields - its options
   * @throws ConfigurationError for options that do not exist, and values that cannot be
   */
  constructor(model: string, fields?: ChatOpenLLMInputBesideModel);
  /** @param fields - its options, the model's name among them */
  constructor(fields?: ChatOpenLLMInput);
  constructor(modelOrFields?: string | ChatOpenLLMInput, more?: ChatOpenLLMInputBesideModel) {
    super(readFields<ChatOpenLLMInput>(modelOrFields, more), openLLM);
  }

  static override lc_name(): string {
    return "ChatOpenLLM";
  }

  /** The models that a server offers, without a model of one's own. */
  static models(fields: ChatOpenLLMInput = {}): Promise<ServerModel[]> {
    return new ChatOpenLLM(fields).models();
  }

  /** @ignore */
  get own(): OwnServer {
    return this.#own;
  }

  /**
   * The models that the server offers, with their context windows where it says them.
   * @throws ServerError, ConnectionError, CallTimeoutError
   */
  async models(options: { signal?: AbortSignal | undefined } = {}): Promise<ServerModel[]> {
    return this.own.models(signalOf(options));
  }

  /**
   * Asks the server for the context window, and llama.cpp whether its template knows tools; `profile` has it from then on.
   * @throws ServerError, ConnectionError, CallTimeoutError
   */
  async loadProfile(options: { signal?: AbortSignal | undefined } = {}): Promise<ModelProfile> {
    await this.ready();
    await this.own.learn(signalOf(options));
    return this.profile;
  }

  /**
   * How many tokens a prompt has: by the server, with its own template and vocabulary, where it can count; else our own
   * estimate. The answer says which. Tools are part of the count.
   */
  async countTokens(input: BaseLanguageModelInput, options: CountTokensOptions = {}): Promise<TokenCount> {
    checkMethod(options.method);
    const { method: _, ...asked } = options;
    return this.own.countTokens(this.messagesOf(input), options, async () => {
      await this.ready();
      return this.invocationParams({ ...asked, tools: options.tools ?? [] } as ChatOpenLLMCallOptions);
    });
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
  protected override ready(): Promise<void> | undefined {
    if (this.model !== "") return undefined;
    return this.own.findModel((id) => {
      this.model = id;
      this.metadata = { ...this.metadata, metered: ownFacts(this.facts()) };
    });
  }
}
