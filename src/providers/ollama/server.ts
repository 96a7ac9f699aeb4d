import type { ModelProfile } from "@langchain/core/language_models/profile";
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
   * Ollama answers an image to a model that cannot see with 200 and a guess, so it is looked at first whether the model
   * can: the user's `profile` says so, else the server. Where the server does not tell, it is asked all the same.
   */
  async checkMedia(call: ModelCall): Promise<void> {
    const kinds = mediaKinds(call.messages);
    const { profile = {} } = this.model.settled as { profile?: ModelProfile };
    for (const [kind, capability, field] of MEDIA) {
      if (!kinds.has(kind) || profile[field] === true) continue;
      const capabilities = profile[field] === false ? undefined : await this.capabilities(call);
      if (profile[field] !== false && capabilities?.includes(capability) !== false) continue;
      const why = capabilities
        ? `its capabilities are \`${capabilities.join("`, `")}\``
        : `\`profile.${field}\` is false`;
      throw new ConfigurationError(
        "messages",
        `Model \`${this.model.model}\` takes no ${kind} input; ${why}.`,
        `Use a model with \`${capability}\`: without it, Ollama passes over the ${kind} and answers anyway. Where that is wrong, set \`profile: { ${field}: true }\`.`,
        "INVALID_PROMPT_INPUT",
      );
    }
  }

  private async capabilities(call: ModelCall): Promise<readonly string[] | undefined> {
    const facts = await this.loadFacts(call.signal).catch(() => undefined);
    call.signal.throwIfAborted();
    return facts?.capabilities;
  }
}

/** A kind of media, the server's word for a model that takes it, and the field of LangChain's profile. */
const MEDIA = [
  ["image", "vision", "imageInputs"],
  ["audio", "audio", "audioInputs"],
] as const;
