import { expect } from "@jest/globals";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { ChatOllamaLite } from "../../src/providers/ollama/chat.js";
import { ChatOpenLLM } from "../../src/providers/openllm/chat.js";
import type { WireScripts } from "../contract/wires/answer_script.js";
import { ollamaScripts } from "../contract/wires/ollama_scripts.js";
import { openaiScripts } from "../contract/wires/openai_scripts.js";
import { cut, stall } from "../support/wire_script.js";
import type { WireServer } from "../support/wire_server.js";

/** 600 tokens that no cache served and 400 that one did; 300 of the answer and 200 of reasoning. */
const usage = { input: 1000, output: 500, cached: 400, reasoning: 200 };
const model = "accounts/fireworks/models/gpt-oss-120b";
const settings = { maxRetries: 0 };

const fireworks = (url: string, name = model) =>
  new ChatFireworks({ ...settings, model: name, apiKey: "sk-dummy-key", baseURL: `${url}/v1`, maxTokens: 700 });
const openllm = (url: string) =>
  new ChatOpenLLM({
    ...settings,
    model: "llama-3.1-8b",
    baseURL: `${url}/v1`,
    pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" },
  });
const byTheHour = (url: string) =>
  new ChatOpenLLM({ ...settings, model: "llama-3.1-8b", baseURL: `${url}/v1`, pricing: { gpuUsdPerHour: "3.60" } });
const ollama = (url: string) => new ChatOllamaLite({ ...settings, model: "llama3.2", baseURL: url });

/** One call, and what spans of it say. */
export interface Call {
  name: string;
  make(url: string): MeteredChatModel;
  scripts: WireScripts;
  how: keyof typeof ways;
  expected: Record<string, unknown>;
}

const ways = {
  invoke: async (model: MeteredChatModel, server: WireServer, callbacks: Callbacks, scripts: WireScripts) => {
    server.reply(scripts.whole({ usage, model: model.model }));
    await model.invoke("Say hello.", { callbacks });
  },
  stream: async (model: MeteredChatModel, server: WireServer, callbacks: Callbacks, scripts: WireScripts) => {
    server.reply(scripts.streamed([{ text: "Hello" }], { usage, model: model.model }));
    for await (const _ of await model.stream("Say hello.", { callbacks }));
  },
  left: async (model: MeteredChatModel, server: WireServer, callbacks: Callbacks, scripts: WireScripts) => {
    server.reply(scripts.streamed([{ text: "Hello" }, { text: " there" }, stall], { ended: false }));
    for await (const _ of await model.stream("Say hello.", { callbacks })) break;
  },
  cut: async (model: MeteredChatModel, server: WireServer, callbacks: Callbacks, scripts: WireScripts) => {
    server.reply(scripts.streamed([{ text: "Hello" }, cut], { ended: false }));
    const read = async () => {
      for await (const _ of await model.stream("Say hello.", { callbacks }));
    };
    await read().then(neverEnds, () => undefined);
  },
  abort: async (model: MeteredChatModel, server: WireServer, callbacks: Callbacks, scripts: WireScripts) => {
    server.reply(scripts.streamed([{ text: "Hello" }, stall], { ended: false }));
    const aborting = new AbortController();
    const read = async () => {
      const { signal } = aborting;
      for await (const _ of await model.stream("Say hello.", { callbacks, signal })) aborting.abort();
    };
    await read().then(neverEnds, () => undefined);
  },
  refused: async (model: MeteredChatModel, server: WireServer, callbacks: Callbacks, scripts: WireScripts) => {
    server.reply(scripts.refusal(401, "who are you?"));
    await model.invoke("Say hello.", { callbacks }).then(neverEnds, () => undefined);
  },
};

type Callbacks = BaseCallbackHandler[];

function neverEnds(): void {
  throw new Error("the call did not fail");
}

/** Makes a call against a server. */
export async function make(call: Call, server: WireServer, callbacks: Callbacks = []): Promise<void> {
  await ways[call.how](call.make(server.url), server, callbacks, call.scripts);
}

/** What a span says of amounts that are split by tokens: each once by OpenInference's names, and in the JSON of MLflow and Langfuse. */
function amounts(total: number, prompt: number, completion: number, langfuse: string): Record<string, unknown> {
  return {
    "llm.cost.total": total,
    "llm.cost.prompt": prompt,
    "llm.cost.completion": completion,
    "gen_ai.usage.cost": total,
    "mlflow.llm.cost": JSON.stringify({ input_cost: prompt, output_cost: completion, total_cost: total }),
    "langfuse.observation.cost_details": langfuse,
  };
}

const byTable = {
  "llm.provider": "fireworks",
  "langchain_metered.cost_status": "priced",
  "langchain_metered.price_row": "fireworks/gpt-oss-120b@2026-06-04",
  "langchain_metered.cost_warnings": ["not on the newest price list; last listed 2026-11-07"],
};
const priced = {
  ...byTable,
  ...amounts(
    0.000396,
    0.000096,
    0.0003,
    '{"input":0.00009,"input_cache_read":0.000006,"output":0.00018,"output_reasoning":0.00012,"total":0.000396}',
  ),
  "llm.cost.prompt_details.input": 0.00009,
  "llm.cost.prompt_details.cache_read": 0.000006,
  "llm.cost.completion_details.output": 0.00018,
  "llm.cost.completion_details.reasoning": 0.00012,
  "langchain_metered.usage_source": "server",
};
/** 11 tokens in and one out by our own count; the true ones are at most 2,122 and 700. */
const estimated = {
  ...byTable,
  ...amounts(0.00000225, 0.00000165, 6e-7, '{"input":0.00000165,"output":6e-7,"total":0.00000225}'),
  "llm.cost.prompt_details.input": 0.00000165,
  "llm.cost.completion_details.output": 6e-7,
  "langchain_metered.usage_source": "estimated",
  "langchain_metered.cost_low_usd": 6e-7,
  "langchain_metered.cost_high_usd": 0.0007383,
};
const declared = {
  "llm.provider": "openllm",
  ...amounts(
    0.002,
    0.001,
    0.001,
    '{"input":0.0006,"input_cache_read":0.0004,"output":0.0006,"output_reasoning":0.0004,"total":0.002}',
  ),
  "llm.cost.prompt_details.input": 0.0006,
  "llm.cost.prompt_details.cache_read": 0.0004,
  "llm.cost.completion_details.output": 0.0006,
  "llm.cost.completion_details.reasoning": 0.0004,
  "langchain_metered.usage_source": "server",
  "langchain_metered.cost_status": "priced",
};
/** The time that a machine took is not split by tokens. */
const timed = {
  "llm.provider": "openllm",
  "llm.cost.total": expect.any(Number),
  "gen_ai.usage.cost": expect.any(Number),
  "mlflow.llm.cost": expect.stringMatching(/^\{"total_cost":[\de.-]+\}$/),
  "langfuse.observation.cost_details": expect.stringMatching(/^\{"total":[\de.-]+\}$/),
  "langchain_metered.usage_source": "server",
  "langchain_metered.cost_status": "priced",
};
const free = {
  "llm.provider": "ollama",
  ...amounts(0, 0, 0, '{"input":0,"input_cache_read":0,"output":0,"total":0}'),
  "llm.cost.prompt_details.input": 0,
  "llm.cost.prompt_details.cache_read": 0,
  "llm.cost.completion_details.output": 0,
  "langchain_metered.usage_source": "server",
  "langchain_metered.cost_status": "free",
};
const nothingSpent = {
  "llm.provider": "fireworks",
  ...amounts(0, 0, 0, '{"total":0}'),
  "langchain_metered.cost_status": "none",
};
const unpriced = {
  "llm.provider": "fireworks",
  "langchain_metered.usage_source": "server",
  "langchain_metered.cost_status": "unpriced",
  "langchain_metered.unpriced_reason": "no row names this model, and its name does not give its size",
};

/** Calls of this package's models, one for each way in which they go. */
export const calls: readonly Call[] = [
  { name: "priced", make: fireworks, scripts: openaiScripts, how: "invoke", expected: priced },
  { name: "priced, streamed", make: fireworks, scripts: openaiScripts, how: "stream", expected: priced },
  { name: "declared", make: openllm, scripts: openaiScripts, how: "invoke", expected: declared },
  { name: "by the hour", make: byTheHour, scripts: openaiScripts, how: "invoke", expected: timed },
  { name: "free", make: ollama, scripts: ollamaScripts, how: "stream", expected: free },
  { name: "left by its reader", make: fireworks, scripts: openaiScripts, how: "left", expected: estimated },
  { name: "cut", make: fireworks, scripts: openaiScripts, how: "cut", expected: estimated },
  { name: "aborted", make: fireworks, scripts: openaiScripts, how: "abort", expected: estimated },
  { name: "refused", make: fireworks, scripts: openaiScripts, how: "refused", expected: nothingSpent },
  {
    name: "unpriced",
    make: (url) => fireworks(url, "stranger"),
    scripts: openaiScripts,
    how: "invoke",
    expected: unpriced,
  },
];
