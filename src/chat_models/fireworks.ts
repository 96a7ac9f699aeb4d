import { ConfigurationError } from "../errors.js";
import type { Dialect } from "../openai_wire/dialect.js";
import { COMMON_FIELDS, type FieldMap } from "../openai_wire/request.js";
import { parseEndpoint } from "../transport/endpoint.js";
import type { ErrorContext } from "../transport/server_error.js";
import { CompletionsModel } from "./completions_model.js";
import { fromEnvironment, readFields, requireModel } from "./fields.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "./options.js";

const DEFAULT_BASE_URL = "https://api.fireworks.ai/inference/v1";

/** Options of ChatFireworks. */
export interface ChatFireworksInput extends MeteredChatModelInput {
  /** @default the environment's FIREWORKS_API_KEY */
  apiKey?: string;
  /** @default the environment's FIREWORKS_API_BASE or FIREWORKS_BASE_URL, else Fireworks' own */
  baseURL?: string;
}

/** Options of one call of ChatFireworks. */
export interface ChatFireworksCallOptions extends MeteredCallOptions {}

const DIALECT: Dialect = {
  provider: "fireworks",
  parts: ["text", "image_url"],
  replayReasoning: () => ["reasoning_content"],
  emptyContent: null,
  sendName: true,
  thinkTags: "auto",
};

/** Chat models on Fireworks AI. */
export class ChatFireworks extends CompletionsModel<ChatFireworksCallOptions> {
  protected readonly dialect = DIALECT;
  protected readonly fieldMap: FieldMap = { ...COMMON_FIELDS, topK: "top_k", minP: "min_p" };

  constructor(model: string, fields?: Omit<ChatFireworksInput, "model">);
  constructor(fields?: ChatFireworksInput);
  constructor(modelOrFields?: string | ChatFireworksInput, more?: Omit<ChatFireworksInput, "model">) {
    const fields = readFields<ChatFireworksInput>(modelOrFields, more);
    const apiKey = fields.apiKey ?? fromEnvironment("FIREWORKS_API_KEY");
    if (!apiKey) {
      throw new ConfigurationError(
        "apiKey",
        "No Fireworks API key was found.",
        "Set the environment variable `FIREWORKS_API_KEY`, or pass `apiKey`.",
        "MODEL_AUTHENTICATION",
      );
    }
    const baseURL = fields.baseURL ?? fromEnvironment("FIREWORKS_API_BASE", "FIREWORKS_BASE_URL") ?? DEFAULT_BASE_URL;
    super(fields, {
      provider: "fireworks",
      endpoint: parseEndpoint(baseURL, "baseURL"),
      model: requireModel(fields.model, "accounts/fireworks/models/gpt-oss-120b"),
      apiKey,
    });
  }

  static override lc_name(): string {
    return "ChatFireworks";
  }

  override get lc_secrets(): Record<string, string> {
    return { apiKey: "FIREWORKS_API_KEY" };
  }

  protected override errorContext(): ErrorContext {
    return { server: "Fireworks", model: this.model };
  }
}
