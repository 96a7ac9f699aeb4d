import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { InMemoryCache } from "@langchain/core/caches";
import type { CostCallbackHandler } from "../../src/callbacks.js";
import { ChatFireworks } from "../../src/fireworks.js";
import { ChatOllamaLite } from "../../src/ollama.js";
import { ChatOpenLLM } from "../../src/openllm.js";
import { PRICES } from "./bill.js";
import type { CallPlan } from "./plan.js";

/** How the names of models end that stand in for others. */
export const FALLBACK = "-fallback";

/** A model under test. */
export type Model = ChatFireworks | ChatOpenLLM | ChatOllamaLite;

/** What all models under test share. */
export interface Surroundings {
  /** Where the server is, and where none is. */
  url: string;
  nowhere: string;
  costs: CostCallbackHandler;
  watcher: BaseCallbackHandler;
  /** Of all runs of the model. */
  metadata?: Record<string, unknown>;
}

/** How long a silent server is waited for where a time-out is under test, in milliseconds. */
const PATIENCE_MS = 60;

/** The model for a call. */
export function modelFor(plan: CallPlan, surroundings: Surroundings, suffix = ""): Model {
  const { url, nowhere, costs, watcher, metadata } = surroundings;
  const { kind, maxTokens, streamUsage, maxRetries, path } = plan;
  const fields = {
    model: `${kind === "fireworks" ? "accounts/fireworks/models/" : ""}gpt-oss-120b${suffix}`,
    // A path of its own: what a model learns of a server stays with the call.
    baseURL: `${plan.scenario.act === "call nobody" ? nowhere : url}/${plan.index}${kind === "ollama" ? "" : "/v1"}`,
    pricing: PRICES.declared,
    costs,
    callbacks: [watcher],
    ...(metadata === undefined ? {} : { metadata }),
    maxRetries,
    maxTokens,
    streamUsage,
    streaming: path.name === "invoke, streaming underneath",
    ...limitsOf(plan),
    ...(path.name === "cache" ? { cache: new InMemoryCache() } : {}),
  };
  switch (kind) {
    case "fireworks":
      return new ChatFireworks({
        ...fields,
        apiKey: "none",
        ...(path.name === "invoke, made to stream" ? { streaming: "auto" as const } : {}),
      });
    case "openllm":
      return new ChatOpenLLM(fields);
    case "ollama":
      return new ChatOllamaLite(fields);
  }
}

function limitsOf({ scenario: { act }, path }: CallPlan): {
  timeout?: number;
  firstByteTimeout?: number;
  idleTimeout?: number;
} {
  switch (act) {
    case "break":
    case "throw":
      // Core's generators do not hear that they are left before the next chunk comes, and a silent server sends none.
      return path.name === "stream" ? {} : { idleTimeout: PATIENCE_MS };
    case "time-out of the call":
      return { timeout: PATIENCE_MS };
    case "time-out of the first byte":
      return { firstByteTimeout: PATIENCE_MS };
    case "time-out of silence":
    case "abandon":
      return { idleTimeout: PATIENCE_MS };
    default:
      return {};
  }
}
