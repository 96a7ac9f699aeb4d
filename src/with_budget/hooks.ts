import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatGenerationChunk, ChatResult } from "@langchain/core/outputs";
import { fieldsOf, type Json } from "../base/json.js";
import { failureOf, type RunEnd } from "../books/run_end.js";
import { endOfChunks, endOfEvents, endOfResult } from "./answers.js";
import { GatedCall, type GateOptions } from "./gated_call.js";
import { methodOf, overlay } from "../base/overlay.js";

type RunManager = CallbackManagerForLLMRun | undefined;
type Hook = [messages: BaseMessage[], options: Json, runManager?: RunManager];

/** By what classes call themselves: those whose requests all leave where `retries.ts` watches. */
const WATCHED: ReadonlySet<string> = new Set([
  "anthropic",
  "azure_openai",
  "chat_bedrock_converse",
  "deepseek",
  "google",
  "googlegenerativeai",
  "groq",
  "mistral_ai",
  "openai",
  "openrouter",
  "xai",
  "xai-responses",
]);
/** And of those the ones that ask for core's events without any retries. */
const UNWATCHED_EVENTS: ReadonlySet<string> = new Set(["google", "openrouter"]);

/** Core's own hooks of a model, with a gate before each. */
export function gatedHooks(model: object, by: GateOptions): Json {
  const configs = new WeakMap<object, Json>();
  const begin = (hook: string, [messages, options, runManager]: Hook): GatedCall => {
    const metadata =
      runManager === undefined
        ? metadataOf(model, options, configs.get(options))
        : fieldsOf(Reflect.get(runManager, "metadata"));
    return new GatedCall({ model, messages, options, runManager, metadata, isWatched: isWatched(model, hook) }, by);
  };
  return {
    // Core hands a run's configuration to its streams of events in no other way.
    _separateRunnableConfigFromCallOptionsCompat: (given: unknown) => {
      const parted = methodOf(model, "_separateRunnableConfigFromCallOptionsCompat")?.call(model, given);
      const [config, options] = parted as [Json, Json]; // core's own form
      configs.set(options, config);
      return parted;
    },
    _generate: (...given: Hook) => generate(begin("_generate", given), given),
    ...(isOverridden(model, "_streamResponseChunks")
      ? { _streamResponseChunks: (...given: Hook) => chunksOf(begin("_streamResponseChunks", given), given) }
      : {}),
    ...(isOverridden(model, "_streamChatModelEvents")
      ? { _streamChatModelEvents: (...given: Hook) => eventsOf(begin("_streamChatModelEvents", given), given) }
      : {}),
  };
}

async function generate(call: GatedCall, [messages, , runManager]: Hook): Promise<ChatResult> {
  try {
    const { view, options } = await call.admit();
    const answer = methodOf(view, "_generate")?.call(view, messages, options, listened(runManager, call));
    const result = await (answer as Promise<ChatResult>); // what the hook gives
    await call.end(endOfResult(result, call.asked));
    for (const { message } of result.generations.slice(0, 1)) note(message, call);
    return result;
  } catch (error) {
    await call.end(failureOf(error, undefined, call.asked));
    throw error;
  }
}

function chunksOf(call: GatedCall, given: Hook): AsyncGenerator<ChatGenerationChunk> {
  const heard: ChatGenerationChunk[] = [];
  return parts<ChatGenerationChunk>("_streamResponseChunks", call, given, {
    hear(chunk) {
      if (heard.length === 0) note(chunk.message, call);
      heard.push(chunk);
      call.run.heard?.token({ chunk });
    },
    end: () => endOfChunks(heard, call.asked),
  });
}

function eventsOf(call: GatedCall, given: Hook): AsyncGenerator<ChatModelStreamEvent> {
  const heard: ChatModelStreamEvent[] = [];
  return parts<ChatModelStreamEvent>("_streamChatModelEvents", call, given, {
    hear(event) {
      heard.push(event);
      call.run.heard?.streamEvent(event);
    },
    end: () => endOfEvents(heard, call.asked),
  });
}

/** What becomes of the parts of a stream on their way. */
interface Listener<Part> {
  hear: (part: Part) => void;
  end: () => RunEnd | Promise<RunEnd>;
}

async function* parts<Part>(
  hook: string,
  call: GatedCall,
  [messages, , runManager]: Hook,
  { hear, end }: Listener<Part>,
): AsyncGenerator<Part> {
  try {
    const { view, options } = await call.admit();
    const stream = methodOf(view, hook)?.call(view, messages, options, listened(runManager, call));
    // What the hook gives; each part is heard before its reader may leave.
    for await (const part of stream as AsyncIterable<Part>) {
      hear(part);
      yield part;
    }
    await call.end(await readQuietly(end, call));
  } catch (error) {
    await call.end(failureOf(error, undefined, call.asked));
    throw error;
  } finally {
    await call.end(call.cut("AbortError"));
  }
}

/** What cannot be read of an answer makes no call fail. */
async function readQuietly(end: () => RunEnd | Promise<RunEnd>, call: GatedCall): Promise<RunEnd> {
  try {
    return await end();
  } catch {
    return call.cut("UnreadableAnswer");
  }
}

/** Google's class says of its answers only in events what they cost. */
function listened(runManager: RunManager, call: GatedCall): RunManager {
  if (runManager === undefined) return undefined;
  return overlay(runManager, {
    handleCustomEvent: (name: string, data: unknown, ...rest: unknown[]) => {
      call.run.heard?.event(name, data);
      return methodOf(runManager, "handleCustomEvent")?.call(runManager, name, data, ...rest);
    },
  });
}

/** What budgets want said of an answer, in one place of it: texts and numbers of chunks are added up. */
function note(message: BaseMessage, { notes }: GatedCall): void {
  if (Object.keys(notes).length > 0) message.response_metadata = { ...message.response_metadata, ...notes };
}

/** What a run's metadata would be. */
function metadataOf(model: object, options: Json, config: Json | undefined): Json {
  const params = methodOf(model, "getLsParams")?.call(model, options);
  return { ...fieldsOf(fieldsOf(config).metadata), ...fieldsOf(Reflect.get(model, "metadata")), ...fieldsOf(params) };
}

function isWatched(model: object, hook: string): boolean {
  const type = String(methodOf(model, "_llmType")?.call(model));
  return WATCHED.has(type) && !(hook === "_streamChatModelEvents" && UNWATCHED_EVENTS.has(type));
}

/** Whether a class has a hook of its own: core asks for it else in another way, and looks which one it is. */
function isOverridden(model: object, hook: string): boolean {
  let root: unknown;
  for (let each: object | null = model; each !== null; each = Object.getPrototypeOf(each) as object | null) {
    if (Object.hasOwn(each, hook)) root = Reflect.get(each, hook);
  }
  return root !== undefined && Reflect.get(model, hook) !== root;
}
