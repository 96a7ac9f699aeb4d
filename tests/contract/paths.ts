import { StringOutputParser } from "@langchain/core/output_parsers";
import { RunnableLambda } from "@langchain/core/runnables";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler, type RecordingHandlerOptions } from "../support/recording_handler.js";

/** One of the ways in which a user calls a model. */
export interface Path {
  readonly name: string;
  /** Is the request one for a stream. */
  readonly streams: boolean;
  readonly fields?: MeteredChatModelInput;
  readonly handler?: RecordingHandlerOptions;
  /** Calls the model and reads the answer to its end. */
  call(model: MeteredChatModel, options: Options): Promise<unknown>;
}

type Options = Partial<MeteredCallOptions>;

const input = "Say hello.";

/** Reads anything that can be iterated to its end. */
export async function collect<Item>(items: AsyncIterable<Item> | PromiseLike<AsyncIterable<Item>>): Promise<Item[]> {
  const all: Item[] = [];
  // What streamEvents() returns is both; awaited, it is a message.
  for await (const item of Symbol.asyncIterator in items ? items : await items) all.push(item);
  return all;
}

const invoke = (model: MeteredChatModel, options: Options) => model.invoke(input, options);
const before = RunnableLambda.from((text: string) => text);

/** Every way in which a model is called with one prompt. */
export const paths: readonly Path[] = [
  { name: "invoke", streams: false, call: invoke },
  { name: "invoke with `streaming`", streams: true, fields: { streaming: true }, call: invoke },
  {
    name: "invoke with `disableStreaming`",
    streams: false,
    fields: { disableStreaming: true },
    handler: { prefersStreaming: true },
    call: invoke,
  },
  { name: "invoke, a handler prefers streaming", streams: true, handler: { prefersStreaming: true }, call: invoke },
  {
    name: "invoke, a handler prefers stream events",
    streams: true,
    handler: { prefersStreamEvents: true },
    call: invoke,
  },
  { name: "invoke, v1 output", streams: false, fields: { outputVersion: "v1" }, call: invoke },
  { name: "stream", streams: true, call: (model, options) => collect(model.stream(input, options)) },
  {
    name: "stream, v1 output",
    streams: true,
    fields: { outputVersion: "v1" },
    call: (model, options) => collect(model.stream(input, options)),
  },
  {
    name: "stream with `disableStreaming`",
    streams: false,
    fields: { disableStreaming: true },
    call: (model, options) => collect(model.stream(input, options)),
  },
  { name: "batch", streams: false, call: (model, options) => model.batch([input], options) },
  { name: "generate", streams: false, call: (model, options) => model.generate([[["human", input]]], options) },
  {
    name: "streamEvents v1",
    streams: true,
    call: (model, options) => collect(model.streamEvents(input, { ...options, version: "v1" })),
  },
  {
    name: "streamEvents v2",
    streams: true,
    call: (model, options) => collect(model.streamEvents(input, { ...options, version: "v2" })),
  },
  { name: "streamEvents", streams: true, call: async (model, options) => model.streamEvents(input, options) },
  {
    name: "streamEvents with the version of LangGraph's own",
    streams: true,
    // Core takes any other version for none.
    call: async (model, options) => model.streamEvents(input, { ...options, version: "v3" as never }),
  },
  {
    name: "streamEvents, read event by event",
    streams: true,
    call: (model, options) => collect(model.streamEvents(input, options)),
  },
  {
    name: "a chain's invoke",
    streams: false,
    call: (model, options) => before.pipe(model).pipe(new StringOutputParser()).invoke(input, options),
  },
  {
    name: "a chain's stream",
    streams: true,
    call: (model, options) => collect(before.pipe(model).pipe(new StringOutputParser()).stream(input, options)),
  },
  {
    name: "withConfig",
    streams: false,
    call: (model, options) => model.withConfig({ tags: ["tag"] }).invoke(input, options),
  },
  {
    name: "withConfig, stream",
    streams: true,
    call: (model, options) => collect(model.withConfig({ tags: ["tag"] }).stream(input, options)),
  },
  {
    name: "withRetry",
    streams: false,
    call: (model, options) => model.withRetry({ stopAfterAttempt: 1 }).invoke(input, options),
  },
  { name: "withFallbacks", streams: false, call: (model, options) => model.withFallbacks([]).invoke(input, options) },
];

/** The paths whose requests ask for a stream. */
export const streamingPaths = paths.filter((path) => path.streams);

/** A path with its model and its handler, ready to be called. */
export interface Trip {
  readonly handler: RecordingHandler;
  readonly model: MeteredChatModel;
  go(options?: Options): Promise<unknown>;
}

/** Makes a path ready. */
export function prepare(
  path: Path,
  create: (fields: MeteredChatModelInput) => MeteredChatModel,
  fields: MeteredChatModelInput = {},
): Trip {
  const handler = new RecordingHandler(path.handler);
  const model = create({ maxRetries: 0, ...path.fields, ...fields });
  return { handler, model, go: (options = {}) => path.call(model, { callbacks: [handler], ...options }) };
}

/** What a promise is rejected with. Throws when it is not. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { partialOutput?: unknown }> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome) return outcome.error as Error; // everything in the package throws errors
  throw new Error(`It was fulfilled with ${JSON.stringify(outcome.value)?.slice(0, 300)}.`);
}
