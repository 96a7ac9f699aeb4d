import { ConfigurationError } from "../../base/errors.js";
import type { ModelHandle } from "../../models/provider.js";
import type { ModelCall } from "../../run/model_call.js";
import type { ErrorContext } from "../../transport/server_error.js";
import { mediaKinds } from "../../wires/ollama/media.js";
import { explainOllama } from "./explain.js";
import { showModel, type OllamaServer } from "./models_client.js";
import { readShow, type ModelFacts } from "./profile.js";

/** A model whose server is an Ollama. */
export interface OllamaModel extends ModelHandle {
  readonly server: OllamaModelServer;
}

/** The Ollama behind a model, and what it has said of the model. */
export class OllamaModelServer {
  /** Absent until the server has been asked. */
  facts: ModelFacts | undefined;

  constructor(private readonly model: ModelHandle) {}

  get context(): ErrorContext {
    const { model, baseURL } = this.model;
    return { server: `Ollama at \`${baseURL}\``, model, explain: (status, body) => explainOllama(model, status, body) };
  }

  /** How to ask it for anything but an answer. */
  get asked(): OllamaServer {
    const { transport, baseURL, settled } = this.model;
    const headers = { ...(settled.headers as Record<string, string> | undefined) };
    return { transport, baseURL, headers, context: this.context };
  }

  async loadFacts(signal?: AbortSignal): Promise<ModelFacts> {
    return (this.facts ??= readShow({ ...(await showModel(this.asked, this.model.model, { signal })) }));
  }

  /**
   * Ollama answers an image to a model that cannot see with 200 and a guess, so the model's capabilities are looked at
   * first. Where the server does not tell them, it is asked all the same.
   */
  async checkMedia(call: ModelCall): Promise<void> {
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
        `Model \`${this.model.model}\` takes no ${kind} input; its capabilities are \`${capabilities.join("`, `")}\`.`,
        `Use a model with \`${capability}\`: without it, Ollama passes over the ${kind} and answers anyway.`,
        "INVALID_PROMPT_INPUT",
      );
    }
  }
}
