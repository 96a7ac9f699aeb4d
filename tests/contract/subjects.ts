import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { ChatOllamaLite } from "../../src/providers/ollama/chat.js";
import { ChatOpenLLM } from "../../src/providers/openllm/chat.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import type { WireScripts } from "./wires/answer_script.js";
import { ollamaScripts } from "./wires/ollama_scripts.js";
import { openaiScripts } from "./wires/openai_scripts.js";

/** One of the models that the contract holds for, and what a test needs to talk to it. */
export interface Subject {
  readonly name: string;
  /** LangSmith's name of the provider. */
  readonly provider: string;
  /** The variable that a user's API key stands in. */
  readonly keyVariable: string;
  /** The path of a chat request. */
  readonly path: string;
  readonly scripts: WireScripts;
  /** A model of a wire server. */
  create(url: string, fields?: MeteredChatModelInput): MeteredChatModel;
  /** The base URL of a wire server, with credentials where some are given. */
  baseURL(url: string): string;
}

const key = "sk-dummy-key";
const model = "test-model";

const fireworks: Subject = {
  name: "ChatFireworks",
  provider: "fireworks",
  keyVariable: "FIREWORKS_API_KEY",
  path: "/v1/chat/completions",
  scripts: openaiScripts,
  create: (url, fields) => new ChatFireworks({ model, apiKey: key, baseURL: `${url}/v1`, ...fields }),
  baseURL: (url) => `${url}/v1`,
};

const openllm: Subject = {
  name: "ChatOpenLLM",
  provider: "openllm",
  keyVariable: "OPENLLM_API_KEY",
  path: "/v1/chat/completions",
  scripts: openaiScripts,
  create: (url, fields) => new ChatOpenLLM({ model, baseURL: `${url}/v1`, ...fields }),
  baseURL: (url) => `${url}/v1`,
};

const ollama: Subject = {
  name: "ChatOllamaLite",
  provider: "ollama",
  keyVariable: "OLLAMA_API_KEY",
  path: "/api/chat",
  scripts: ollamaScripts,
  create: (url, fields) => new ChatOllamaLite({ model, baseURL: url, ...fields }),
  baseURL: (url) => url,
};

/** All models of the package. */
export const subjects: readonly Subject[] = [fireworks, openllm, ollama];
