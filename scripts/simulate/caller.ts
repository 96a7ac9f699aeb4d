import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { BaseMessage } from "@langchain/core/messages";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import { z } from "zod";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredCallOptions } from "../../src/models/options.js";
import { FALLBACK, modelFor, type Surroundings } from "./models.js";
import type { CallPlan } from "./plan.js";
import { extrasOf, promptOf } from "./prompts.js";
import { read, ReaderError, type Reading } from "./reader.js";

/** What a call is made with. */
export interface CallContext {
  seed: string;
  surroundings: Surroundings;
  /** Resolves when the server keeps silent on the call. */
  silence: Promise<void>;
}

type Options = Partial<MeteredCallOptions>;

interface Calling {
  plan: CallPlan;
  model: MeteredChatModel;
  context: CallContext;
  options: Options;
  reading: Reading;
  prompt: (part: number) => BaseMessage[];
}

/** Makes one call, as its plan says. Rejects with what the caller of a model would see. */
export async function makeCall(plan: CallPlan, context: CallContext): Promise<void> {
  const controller = new AbortController();
  const abort = () => controller.abort(new ReaderError("simulated abort"));
  const { act } = plan.scenario;
  if (act === "abort before sending") abort();
  if (act === "abort while silent") void context.silence.then(abort);
  const isAborted = act.startsWith("abort");
  await PATHS[plan.path.name]({
    plan,
    model: modelFor(plan, context.surroundings),
    context,
    options: { ...extrasOf(context.seed, plan), ...(isAborted ? { signal: controller.signal } : {}) },
    reading: { act, after: plan.after, abort },
    prompt: (part) => promptOf(context.seed, plan, part),
  });
}

/** A handler that wants to see the answer come, as LangGraph's do. */
class TokenWatcher extends BaseCallbackHandler {
  readonly name = "simulation_token_watcher";
  readonly lc_prefer_streaming = true;
  override handleLLMNewToken(): void {}
}

const weather = tool(() => "windy", {
  name: "weather",
  description: "Says the weather at a place",
  schema: z.object({ place: z.string() }),
});

const parts = ({ plan, prompt }: Calling) => Array.from({ length: plan.parts }, (_, part) => prompt(part));
const signalOf = ({ options: { signal } }: Calling) => (signal ? { signal } : {});
const invoke = ({ model, options, prompt }: Calling) => model.invoke(prompt(0), options);
const agentOf = ({ model }: Calling) => createAgent({ model, tools: [weather] });

const PATHS: Record<CallPlan["path"]["name"], (calling: Calling) => Promise<unknown>> = {
  invoke,
  "invoke, streaming underneath": invoke,
  "invoke, made to stream": invoke,
  "invoke, watched": ({ model, options, prompt }) =>
    model.invoke(prompt(0), { ...options, callbacks: [new TokenWatcher()] }),
  stream: async ({ model, options, prompt, reading }) => read(await model.stream(prompt(0), options), reading),
  chain: async ({ model, options, prompt, reading }) => {
    const { signal, ...rest } = options;
    const chain = model.withConfig(rest).pipe(new StringOutputParser());
    await read(await chain.stream(prompt(0), signal ? { signal } : {}), reading);
  },
  batch: (calling) => calling.model.batch(parts(calling), calling.options),
  generate: (calling) => calling.model.generate(parts(calling), calling.options),
  "several answers": (calling) =>
    calling.model.generate([calling.prompt(0)], { ...calling.options, n: 2 + (calling.plan.index % 3) }),
  object: (calling) =>
    calling.model.withStructuredOutput(z.object({ place: z.string() })).invoke(calling.prompt(0), signalOf(calling)),
  "streamEvents v1": ({ model, options, prompt, reading }) =>
    read(model.streamEvents(prompt(0), { ...options, version: "v1" }), reading),
  "streamEvents v2": ({ model, options, prompt, reading }) =>
    read(model.streamEvents(prompt(0), { ...options, version: "v2" }), reading),
  streamEvents: ({ model, options, prompt, reading }) => read(model.streamEvents(prompt(0), options), reading),
  agent: (calling) => agentOf(calling).invoke({ messages: calling.prompt(0) }, signalOf(calling)),
  "agent, streamed": async (calling) => {
    const stream = await agentOf(calling).stream(
      { messages: calling.prompt(0) },
      { ...signalOf(calling), streamMode: "messages" },
    );
    await read(stream, calling.reading);
  },
  fallbacks: ({ plan, model, context, options, prompt }) =>
    model.withFallbacks([modelFor(plan, context.surroundings, FALLBACK)]).invoke(prompt(0), options),
  cache: async (calling) => {
    await invoke(calling);
    await invoke(calling);
  },
};
