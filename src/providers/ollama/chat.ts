import type { ModelProfile } from "@langchain/core/language_models/profile";
import { checkConfig, signalOf } from "../../run/check_config.js";
import { readFields } from "../../models/constructor_arguments.js";
import { MeteredChatModel } from "../../models/metered_chat_model.js";
import { listModels, pullModel, showModel, type ModelsCallOptions, type PullOptions } from "./models_client.js";
import type { OllamaModelEntry, OllamaModelFacts, PullProgress } from "./model_listing.js";
import type { ChatOllamaLiteCallOptions, ChatOllamaLiteInput, ChatOllamaLiteInputBesideModel } from "./options.js";
import { ollama } from "./provider.js";
import { OllamaModelServer, type OllamaModel } from "./server.js";

/**
 * Chat models on Ollama's native API.
 *
 * `tool_choice`, which the API does not have, is honoured as far as it can be: "none" sends no tools, a tool's name sends
 * that tool alone, and a name or "required" makes the answer one call by a schema, in one request.
 *
 * @example
 * ```ts
 * const model = new ChatOllamaLite("llama3.2");
 * const answer = await model.invoke("What are tides?");
 * model.costs.totals.costUsd; // "0": a model on this machine is free
 * ```
 */
export class ChatOllamaLite extends MeteredChatModel<ChatOllamaLiteCallOptions> implements OllamaModel {
  readonly #server = new OllamaModelServer(this);

  /**
   * @param model - such as `llama3.2`, or `llama3.2:1b` with a tag
   * @param fields - its options
   * @throws ConfigurationError for options that do not exist, and values that cannot be
   */
  constructor(model: string, fields?: ChatOllamaLiteInputBesideModel);
  /** @param fields - its options, the model's name among them */
  constructor(fields?: ChatOllamaLiteInput);
  constructor(modelOrFields?: string | ChatOllamaLiteInput, more?: ChatOllamaLiteInputBesideModel) {
    super(readFields<ChatOllamaLiteInput>(modelOrFields, more), ollama);
  }

  static override lc_name(): string {
    return "ChatOllamaLite";
  }

  /** @ignore */
  get server(): OllamaModelServer {
    return this.#server;
  }

  /**
   * Asks the server what the model can do (context length, tools, vision, thinking), once; `profile` has it from then on.
   * @throws ServerError when the server does not have the model
   */
  async loadProfile(options: ModelsCallOptions = {}): Promise<ModelProfile> {
    await this.server.loadFacts(signalOf(options));
    return this.profile;
  }

  /** What the server says of the model: `POST /api/show`. */
  async showModel(options: ModelsCallOptions = {}): Promise<OllamaModelFacts> {
    return showModel(this.server.asked, this.model, { signal: signalOf(options) });
  }

  /** The models that the server has: `GET /api/tags`. */
  async listModels(options: ModelsCallOptions = {}): Promise<OllamaModelEntry[]> {
    return listModels(this.server.asked, { signal: signalOf(options) });
  }

  /** Has the server pull the model, and yields the progress. Leaving the loop ends it. */
  async *pullModel(options: PullOptions = {}): AsyncGenerator<PullProgress, void, undefined> {
    checkConfig(options);
    yield* pullModel(this.server.asked, this.model, options);
    this.server.facts = undefined;
  }
}
