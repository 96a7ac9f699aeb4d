import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type * as Package from "../../src/index.js";
import { floorOf } from "./floor.js";
import { WIRES, type ClassName } from "./jobs.js";
import { HISTORY, SHORT, tools } from "./prompts.js";

/** What one class can be asked to do. */
export interface Subject {
  stream(): Promise<AsyncIterable<unknown>>;
  events(): AsyncIterable<unknown>;
  eventsV2(): AsyncIterable<unknown>;
  invoke(): Promise<unknown>;
  history(): Promise<unknown>;
  tools(): Promise<unknown>;
}

/**
 * A class at a server. Ours are those of the build; the whole entry point is loaded for all, since it turns core's async
 * context on, as `langchain` does too: each promise then costs more.
 */
export async function subjectOf(name: ClassName, baseURL: string): Promise<Subject> {
  const built = await builtPackage();
  switch (name) {
    case WIRES.openai.floor:
      return floorOf("openai", baseURL);
    case WIRES.ollama.floor:
      return floorOf("ollama", baseURL);
    default:
      return modelSubject(await modelOf(name, baseURL, built));
  }
}

/** The package as it was built. */
export async function builtPackage(): Promise<typeof Package> {
  return (await import(new URL("../../dist/index.js", import.meta.url).href)) as typeof Package;
}

/** A model of a class, ours or LangChain's own. */
export async function modelOf(
  name: Exclude<ClassName, `fetch${string}`>,
  baseURL: string,
  built: typeof Package,
): Promise<BaseChatModel> {
  switch (name) {
    case "ChatFireworks":
      return new built.ChatFireworks({ model: "m", apiKey: "none", baseURL: `${baseURL}/v1` });
    case "ChatOpenLLM":
      return new built.ChatOpenLLM({ model: "m", baseURL: `${baseURL}/v1` });
    case "ChatOllamaLite":
      return new built.ChatOllamaLite({ model: "m", baseURL });
    case "ChatOpenAICompletions": {
      const { ChatOpenAICompletions } = await import("@langchain/openai");
      return new ChatOpenAICompletions({ model: "m", apiKey: "none", configuration: { baseURL: `${baseURL}/v1` } });
    }
    case "ChatOllama": {
      const { ChatOllama } = await import("@langchain/ollama");
      return new ChatOllama({ model: "m", baseUrl: baseURL });
    }
  }
}

function modelSubject(model: BaseChatModel): Subject {
  const bound = model.bindTools?.(tools()) ?? model;
  return {
    stream: () => model.stream(SHORT),
    events: () => model.streamEvents(SHORT),
    eventsV2: () => model.streamEvents(SHORT, { version: "v2" }),
    invoke: () => model.invoke(SHORT),
    history: () => model.invoke(HISTORY),
    tools: () => bound.invoke(SHORT),
  };
}
