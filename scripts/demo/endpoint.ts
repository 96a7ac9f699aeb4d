import type { BaseMessage } from "langchain";
import type { CostCallbackHandler } from "../../src/callbacks.js";
import { ChatFireworks } from "../../src/fireworks.js";
import { ChatOllamaLite } from "../../src/ollama.js";
import { ChatOpenLLM } from "../../src/openllm.js";
import { startLiveServer } from "../live/server.js";
import { weatherTurns } from "../live/weather.js";
import { startCannedServer } from "./canned_server.js";
import { SHOWN_MODEL } from "./shown_model.js";

/** Any of the three. */
export type MeteredModel = ChatFireworks | ChatOpenLLM | ChatOllamaLite;

/** Where the job runs, in words and as models. */
export interface Demonstration {
  says: string;
  models: MeteredModel[];
  shots: BaseMessage[];
  method: "functionCalling" | "jsonSchema";
  /** Money is at stake: say the most that it can cost first. */
  isPaid: boolean;
  close: () => Promise<void>;
}

/** No answer of the demonstration is longer than this: on a paid endpoint it bounds the cost. */
export const MAX_TOKENS = 200;

interface Limits {
  maxTokens: number;
  temperature: number;
  seed: number;
  costs: CostCallbackHandler;
}

const nothing = { shots: [], method: "functionCalling" as const, isPaid: false, close: () => Promise.resolve() };

/** The endpoint that the environment names, else the live server if asked for, else the canned one. All models share a tally. */
export async function chooseEndpoint(isLive: boolean, costs: CostCallbackHandler): Promise<Demonstration> {
  const limits: Limits = { maxTokens: MAX_TOKENS, temperature: 0, seed: 7, costs };
  if (isLive) return live(limits);
  const { FIREWORKS_API_KEY, FIREWORKS_MODEL, OPENLLM_BASE_URL, OPENLLM_MODEL, OLLAMA_HOST, OLLAMA_MODEL } =
    process.env;
  if (FIREWORKS_API_KEY) {
    const model = new ChatFireworks(FIREWORKS_MODEL ?? SHOWN_MODEL, limits);
    return {
      ...nothing,
      says: `Fireworks at ${model.baseURL}, model ${model.model} (paid; FIREWORKS_API_KEY is set).`,
      models: [model],
      isPaid: true,
    };
  }
  if (OPENLLM_BASE_URL) {
    // Without a name the model takes the one that the server has.
    const model = new ChatOpenLLM({ ...limits, model: OPENLLM_MODEL });
    return {
      ...nothing,
      says: `The server at ${model.baseURL}, model ${nameOf(model)} (OPENLLM_BASE_URL is set).`,
      models: [model],
    };
  }
  if (OLLAMA_HOST) {
    const model = new ChatOllamaLite(OLLAMA_MODEL ?? "llama3.2", limits);
    return {
      ...nothing,
      says: `Ollama at ${model.baseURL}, model ${model.model} (OLLAMA_HOST is set).`,
      models: [model],
    };
  }
  return canned(limits);
}

/** The model's name; before its first call a model that was given none has none yet. */
export function nameOf({ model }: MeteredModel): string {
  return model === "" ? "the server's own" : model;
}

async function canned(limits: Limits): Promise<Demonstration> {
  const server = await startCannedServer();
  return {
    ...nothing,
    says:
      `An embedded server at ${server.url}: its answers and its token counts are canned; everything else is real.\n` +
      "Set FIREWORKS_API_KEY, OPENLLM_BASE_URL or OLLAMA_HOST to use a real model, or run `npm run demo -- --live`.",
    models: [
      new ChatFireworks(SHOWN_MODEL, {
        ...limits,
        apiKey: "not-a-key",
        baseURL: `${server.url}/v1`,
      }),
      new ChatOpenLLM("llama-3.1-8b", { ...limits, baseURL: `${server.url}/v1` }),
      new ChatOllamaLite("llama3.2", { ...limits, baseURL: server.url }),
    ],
    close: server.close,
  };
}

async function live(limits: Limits): Promise<Demonstration> {
  const server = await startLiveServer({ template: "tools" });
  if (!server) throw new Error("The live server could not be started; the reason is above.");
  const model = new ChatOpenLLM(server.model, { ...limits, maxTokens: 64, baseURL: `${server.url}/v1` });
  return {
    says: `A real llama.cpp server at ${server.url} with SmolLM2-135M: a very small model, shown how to call the tool first.`,
    models: [model],
    shots: weatherTurns(),
    method: "jsonSchema",
    isPaid: false,
    close: () => server.close(),
  };
}
