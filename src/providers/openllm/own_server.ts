import type { BaseMessage } from "@langchain/core/messages";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { Json } from "../../base/json.js";
import type { ModelHandle } from "../../models/provider.js";
import type { ErrorContext } from "../../transport/server_error.js";
import type { Dialect } from "../../wires/openai/dialect.js";
import { toWireMessages } from "../../wires/openai/messages.js";
import { estimateCount, givenCount, type CountTokensOptions, type TokenCount } from "./server/counting.js";
import { openLLMDialect } from "./dialect.js";
import { explainOpenLLM } from "./server/explain.js";
import { dialectIn, inForm } from "./negotiate/message_form.js";
import { concessionsTo, knowledgeOf, type ServerKnowledge } from "./negotiate/knowledge.js";
import { onlyModel } from "./server/model_names.js";
import type { ChatOpenLLMInput } from "./options.js";
import { Probe } from "./server/probe.js";
import { Server } from "./server/server.js";
import type { ServerModel } from "./server/server_models.js";
import { hasImages, shapingFields } from "./server/token_counters.js";

const DEFAULT_PROBE_MS = 2_000;

/** A model whose server can be asked about itself. */
export interface SelfHostedModel extends ModelHandle {
  readonly own: OwnServer;
}

/** The server behind a model: its models, their windows, how many tokens a prompt has. */
export class OwnServer {
  readonly dialect: Dialect;
  private finding: Promise<void> | undefined;
  private whyNoModel: Error | undefined;

  constructor(private readonly model: ModelHandle) {
    this.dialect = openLLMDialect(this.input);
  }

  /** The constructor's options. */
  get input(): ChatOpenLLMInput {
    return this.model.settled; // its table says of what kinds they are
  }

  /** What this process knows of the server, for the model's own account. */
  get knowledge(): ServerKnowledge {
    return this.knowledgeFor();
  }

  /** The same for a call that may ask for another account. */
  knowledgeFor(headersOfCall?: object): ServerKnowledge {
    // Functions are often made anew for each request: each by itself would never learn.
    const account = this.model.account(headersOfCall, "alike");
    return knowledgeOf(this.model.endpoint.url, this.model.model, account);
  }

  get context(): ErrorContext {
    const server = `The server at \`${this.model.baseURL}\``;
    return { server, model: this.model.model || undefined, explain: explainOpenLLM };
  }

  get profile(): ModelProfile {
    const { contextTokens, templateKnowsTools } = this.knowledge;
    return {
      ...(contextTokens === undefined ? {} : { maxInputTokens: contextTokens }),
      ...(typeof templateKnowsTools === "boolean" ? { toolCalling: templateKnowsTools } : {}),
    };
  }

  async models(signal?: AbortSignal): Promise<ServerModel[]> {
    const models = await this.ask(signal).models();
    this.knowledge.contextTokens ??= models.find(({ id }) => id === this.model.model)?.contextTokens;
    return models;
  }

  /** Asks for the context window, and llama.cpp whether its template knows tools. */
  async learn(signal?: AbortSignal): Promise<void> {
    const server = this.ask(signal);
    const models = await server.models();
    this.knowledge.contextTokens ??= await server.contextTokens(this.model.model, models);
    const listed = models.find(({ id }) => id === this.model.model);
    // Only llama.cpp's list keeps the window under `meta`: one that has it elsewhere is of no llama.cpp.
    if (listed?.contextTokens === undefined || listed.raw.meta !== undefined) await server.templateKnowsTools();
  }

  /** @param paramsOf the fields of the request that is meant */
  async countTokens(
    messages: readonly BaseMessage[],
    options: CountTokensOptions,
    paramsOf: () => Promise<Json>,
  ): Promise<TokenCount> {
    const forms = concessionsTo(this.knowledge, this.input.messageForm ?? []);
    const wire = inForm(await toWireMessages(messages, dialectIn(forms, this.dialect)), forms);
    if (typeof options.method === "function") return givenCount(options.method, wire);
    const tools = options.tools ?? [];
    if (options.method === "estimate") return estimateCount(messages, tools);
    const params = await paramsOf();
    const prompt = {
      model: this.model.model || undefined,
      messages: wire,
      tools: params.tools as unknown[] | undefined,
      shaping: shapingFields(params),
      hasImages: hasImages(wire),
    };
    const counted = await this.ask(options.signal).count(prompt);
    options.signal?.throwIfAborted();
    return counted ?? estimateCount(messages, tools);
  }

  /** Finds the server's only model, once for all who wait. Never rejects: the failure belongs to the run that needs it. */
  findModel(found: (id: string) => void): Promise<void> {
    return (this.finding ??= this.findOnly(found).finally(() => (this.finding = undefined)));
  }

  /** Throws when no model was named and none could be found. */
  checkModel(): void {
    if (this.model.model === "" && this.whyNoModel !== undefined) throw this.whyNoModel;
  }

  /** The server, to be asked about itself. */
  ask(signal?: AbortSignal): Server {
    const { fetch, headers, probeTimeout: timeoutMs = DEFAULT_PROBE_MS, maxResponseBytes } = this.input;
    const authorize = () => this.model.authorization();
    const limits = { timeoutMs, maxResponseBytes };
    const probe = new Probe({ fetch, authorize, headers: headers ?? {}, limits, context: this.context });
    return new Server(this.model.endpoint.url, probe, this.knowledge, signal);
  }

  private async findOnly(found: (id: string) => void): Promise<void> {
    try {
      const only = onlyModel(await this.models(), this.model.baseURL);
      const { url } = this.knowledge;
      found(only.id);
      Object.assign(this.knowledge, { url, contextTokens: only.contextTokens });
    } catch (error) {
      this.whyNoModel = error as Error; // all that is thrown on the way is one
    }
  }
}
