import { ConfigurationError } from "../errors.js";
import type { Dialect } from "../openai_wire/dialect.js";
import { COMMON_FIELDS, type FieldMap } from "../openai_wire/request.js";
import { parseEndpoint } from "../transport/endpoint.js";
import { CompletionsModel } from "./completions_model.js";
import { fromEnvironment, readFields, requireModel } from "./fields.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "./options.js";

/** Options of ChatOpenLLM. */
export interface ChatOpenLLMInput extends MeteredChatModelInput {
  /** Sent only when it is set. @default the environment's OPENLLM_API_KEY */
  apiKey?: string;
  /** @default the environment's OPENLLM_BASE_URL or OPEN_LLM_API_BASE */
  baseURL?: string;
}

/** Options of one call of ChatOpenLLM. */
export interface ChatOpenLLMCallOptions extends MeteredCallOptions {}

const DIALECT: Dialect = {
  provider: "openllm",
  parts: ["text", "image_url", "input_audio", "video_url", "file"],
  // Back under the name under which it came, and only where a model is in the middle of a tool loop.
  replayReasoning: (cameAs, hasToolCalls) => (cameAs !== undefined && cameAs !== "content" && hasToolCalls ? [cameAs] : []),
  emptyContent: "",
  sendName: false,
  thinkTags: "auto",
  keep: ["timings"],
};

/** Chat models on any self-hosted server that speaks OpenAI's API: vLLM, SGLang, llama.cpp, LM Studio, TGI, LocalAI. */
export class ChatOpenLLM extends CompletionsModel<ChatOpenLLMCallOptions> {
  protected readonly dialect = DIALECT;
  protected readonly fieldMap: FieldMap = { ...COMMON_FIELDS, topK: "top_k", minP: "min_p" };

  constructor(model: string, fields?: Omit<ChatOpenLLMInput, "model">);
  constructor(fields?: ChatOpenLLMInput);
  constructor(modelOrFields?: string | ChatOpenLLMInput, more?: Omit<ChatOpenLLMInput, "model">) {
    const fields = readFields<ChatOpenLLMInput>(modelOrFields, more);
    const baseURL = fields.baseURL ?? fromEnvironment("OPENLLM_BASE_URL", "OPEN_LLM_API_BASE");
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
      model: requireModel(fields.model, "llama-3.1-8b-instruct"),
      apiKey: fields.apiKey ?? fromEnvironment("OPENLLM_API_KEY"),
    });
  }

  static override lc_name(): string {
    return "ChatOpenLLM";
  }

  override get lc_secrets(): Record<string, string> {
    return { apiKey: "OPENLLM_API_KEY" };
  }
}
