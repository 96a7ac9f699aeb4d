import {
  callbackHandlerPrefersChatModelStreamEvents,
  callbackHandlerPrefersStreaming,
} from "@langchain/core/callbacks/base";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import {
  RUN_KEY,
  type ChatGeneration,
  type ChatGenerationChunk,
  type ChatResult,
  type LLMResult,
} from "@langchain/core/outputs";
import { toV1 } from "../answer/content_blocks.js";
import { allOf } from "../base/all_of.js";
import { failureOf } from "./failure.js";
import type { ModelCall } from "./model_call.js";
import { Run, sumLLMOutputs, toLLMOutput } from "./run.js";

/** How a model answers a list of prompts. */
export interface Generator {
  start: () => Promise<Run[]>;
  newCall: (prompt: BaseMessage[], manager?: CallbackManagerForLLMRun) => ModelCall;
  generate: (call: ModelCall, index: number) => Promise<ChatResult>;
  stream: (call: ModelCall) => AsyncIterable<ChatGenerationChunk>;
  events: (call: ModelCall) => AsyncIterable<ChatModelStreamEvent>;
  mayStream: boolean;
}

/**
 * What is behind `invoke`, `batch` and `generate`. As core does it, but that a failed run always ends with an error that
 * carries the spend: core's own loop over a stream throws one without.
 */
export async function generateUncached(
  prompts: BaseMessage[][],
  started: CallbackManagerForLLMRun[] | undefined,
  generator: Generator,
): Promise<LLMResult> {
  const runs =
    started?.length === prompts.length ? started.map((manager) => new Run(manager)) : await generator.start();
  const generations = await allOf(
    prompts.map((prompt, index) =>
      generateOne(prompt, index, runs[index] ?? new Run(undefined), prompts.length, generator),
    ),
  );
  const output: LLMResult = { generations, llmOutput: sumLLMOutputs(generations.map(toLLMOutput)) };
  const runIds = runs.flatMap((run) => (run.manager ? [run.manager.runId] : []));
  Object.defineProperty(output, RUN_KEY, { value: runIds.length > 0 ? { runIds } : undefined, configurable: true });
  return output;
}

async function generateOne(
  prompt: BaseMessage[],
  index: number,
  run: Run,
  count: number,
  generator: Generator,
): Promise<ChatGeneration[]> {
  let call: ModelCall | undefined;
  try {
    call = generator.newCall(prompt, run.manager);
    const { isV1 } = call.settings;
    const mode = count === 1 && generator.mayStream ? streamMode(run) : undefined;
    const generations = mode
      ? await generateByStream(call, mode, generator)
      : (await generator.generate(call, index)).generations;
    const [first] = generations;
    // As core does it: usage under its older name beside the newer one.
    if (first && generations.length === 1) Object.assign(first.message.response_metadata, toLLMOutput(generations));
    generations.forEach((generation) => finish(generation, run, isV1));
    await run.end(generations);
    return generations;
  } catch (error) {
    // What failed may be what is done with an answer that was paid for.
    const failure = call && !run.isSettled ? await failureOf(error, call) : error;
    await run.fail(failure);
    throw failure;
  } finally {
    const settling = call?.granted?.settle();
    if (settling !== undefined) await settling;
  }
}

/** Whether a handler of this run (LangGraph's, LangChain's event streams) wants to see the answer come. */
function streamMode(run: Run): "events" | "chunks" | undefined {
  const handlers = run.manager?.handlers ?? [];
  if (handlers.some((handler) => callbackHandlerPrefersChatModelStreamEvents(handler))) return "events";
  return handlers.some((handler) => callbackHandlerPrefersStreaming(handler)) ? "chunks" : undefined;
}

async function generateByStream(
  call: ModelCall,
  mode: "events" | "chunks",
  generator: Generator,
): Promise<ChatGeneration[]> {
  if (mode === "chunks") for await (const _ of generator.stream(call));
  else for await (const event of generator.events(call)) await call.runManager?.handleChatModelStreamEvent?.(event);
  const whole = call.delivered.whole();
  return whole ? [whole] : [];
}

function finish(generation: ChatGeneration, run: Run, isV1: boolean): void {
  const { message } = generation;
  if (message.id === undefined && run.manager) message._updateId(`run-${run.manager.runId}`);
  if (isV1) generation.message = toV1(message as AIMessage);
}
