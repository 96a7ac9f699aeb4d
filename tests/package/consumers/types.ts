import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { AIMessage } from "@langchain/core/messages";
import * as all from "langchain-metered";
import * as callbacks from "langchain-metered/callbacks";
import * as fireworks from "langchain-metered/fireworks";
import * as genai from "langchain-metered/genai-prices";
import * as ollama from "langchain-metered/ollama";
import * as openllm from "langchain-metered/openllm";
import * as origin from "langchain-metered/origin";
import * as provider from "langchain-metered/provider";

const costs: all.CostCallbackHandler = new callbacks.CostCallbackHandler({ table: genai.genaiPrices });
const input: openllm.ChatOpenLLMInput = { model: "m", baseURL: "http://127.0.0.1:8000/v1", callbacks: [costs] };

export const models: BaseChatModel[] = [
  new openllm.ChatOpenLLM(input),
  new openllm.ChatOpenLLM("m", { baseURL: "http://127.0.0.1:8000/v1" }),
  new fireworks.ChatFireworks({ model: "m", apiKey: "k" }),
  new ollama.ChatOllamaLite({ model: "m", baseURL: "http://127.0.0.1:11434" }),
];
export const counter: openllm.PromptCounter = origin.originTokenCount;
export const grades: typeof all.METAGPT_2023_GRADES = origin.METAGPT_2023_GRADES;
export const made: provider.OptionTable = { ...provider.METERED_OPTIONS, topA: provider.sent("top_a") };
export const same: typeof all.ChatOpenLLM = openllm.ChatOpenLLM;
export const spent: string | undefined = costs.totals.costUsd;

/** A consumer's own helper over the public types. */
export function spentBefore(error: unknown): AIMessage | undefined {
  return error instanceof all.MeteredError ? error.partialOutput : undefined;
}

// @ts-expect-error -- a model's name is a string
new all.ChatOpenLLM({ model: 1 });
