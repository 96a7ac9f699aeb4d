import { ownFacts } from "../../src/seam/own_facts.js";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import {
  BaseChatModel,
  type BaseChatModelParams,
  type LangSmithParams,
} from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, type AIMessageFields, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { isCallGate, type MeteredFacts } from "../../src/seam/gate.js";
import { proposedCall } from "../support/proposed_call.js";

/** What a scripted model does when it is called. */
export interface Answer {
  messages?: AIMessageFields[];
  llmOutput?: Record<string, unknown>;
  generationInfo?: Record<string, unknown>;
  /** What a stream yields; by default the messages. */
  chunks?: AIMessageFields[];
  error?: unknown;
  /** Is awaited before the answer. */
  until?: Promise<void>;
}

export interface ScriptedModelFields extends BaseChatModelParams {
  answer?: Answer;
  provider?: string;
  model?: string;
  /** Makes it one of this package's models, as the handler sees them: gates are asked, errors carry the spend. */
  facts?: MeteredFacts;
}

/** A chat model on core's own machinery that answers as it is told. */
export class ScriptedModel extends BaseChatModel {
  answer: Answer;
  readonly #fields: ScriptedModelFields;

  constructor(fields: ScriptedModelFields = {}) {
    const { facts } = fields;
    super({
      ...fields,
      metadata: { ...fields.metadata, ...(facts === undefined ? {} : { metered: ownFacts(facts) }) },
    });
    this.#fields = fields;
    this.answer = fields.answer ?? { messages: [{ content: "hi" }] };
  }

  override _llmType(): string {
    return "scripted";
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    const { provider = "acme", model = "roadrunner" } = this.#fields;
    return { ...super.getLsParams(options), ls_provider: provider, ls_model_name: model };
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(
    _messages: BaseMessage[],
    _options: this["ParsedCallOptions"],
    manager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const { messages = [], llmOutput, generationInfo, error, until } = await this.#begin(manager);
    await until;
    if (error !== undefined) throw error;
    const generations = messages.map((fields) => ({
      text: String(fields.content),
      message: new AIMessage(fields),
      generationInfo,
    }));
    return { generations, llmOutput };
  }

  override async *_streamResponseChunks(
    _messages: BaseMessage[],
    _options: this["ParsedCallOptions"],
    manager?: CallbackManagerForLLMRun,
  ) {
    const { messages = [], chunks = messages, error, until } = await this.#begin(manager);
    for (const fields of chunks) {
      yield new ChatGenerationChunk({ text: String(fields.content), message: new AIMessageChunk(fields) });
    }
    await until;
    if (error !== undefined) throw error;
  }

  async #begin(manager: CallbackManagerForLLMRun | undefined): Promise<Answer> {
    const { facts, provider = "acme", model = "roadrunner" } = this.#fields;
    if (facts === undefined || manager === undefined) return this.answer;
    const { runId, handlers } = manager;
    const call = proposedCall({ runId, provider, model, metadata: { metered: ownFacts(facts) }, handlers });
    for (const handler of handlers) if (isCallGate(handler)) await handler.admit(call);
    return this.answer;
  }
}

/** Facts of a model on a public host. */
export const FACTS: MeteredFacts = ownFacts({
  requested_model: "roadrunner",
  private_host: false,
  host: "api.acme.test",
});

/** The same facts but for some. */
export function factsWith(other: Partial<MeteredFacts>): MeteredFacts {
  return ownFacts({ ...FACTS, ...other });
}
