import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { AnswerDelta } from "../answer/delta.js";
import type { ThinkTags } from "../answer/think_tags.js";
import { checkFields } from "../base/check_given.js";
import type { Json } from "../base/json.js";
import { LazyStream } from "../run/lazy_stream.js";
import type { ModelCall } from "../run/model_call.js";
import type { ErrorContext } from "../transport/server_error.js";
import type { Dialect } from "../wires/openai/dialect.js";
import { toWireMessages } from "../wires/openai/messages.js";
import { completionWire, newToolCallId } from "../wires/openai/wire.js";
import { sendStream, sendWhole, type Exchange } from "./exchange.js";
import { requireApiKey, requireModel, toEndpoint } from "./constructor_arguments.js";
import { admittedParams, type AskedFor, type ModelHandle, type Provider } from "./provider.js";
import { toFields, type KnownOptions } from "./read_options.js";
import { toWireTools } from "./tools.js";

/** What is known of a hosted service behind `POST {baseURL}/chat/completions`. */
export interface CompletionsService extends KnownOptions {
  /** LangSmith's name of the provider, also that of its price rows. */
  readonly name: string;
  /** How messages name it. */
  readonly title: string;
  readonly keyVariable: string;
  readonly baseURL: string;
  /** The variables in which users give another address; the first that is set counts. @default none */
  readonly addressVariables?: readonly string[] | undefined;
  /** A model's id, for the error of a constructor that names none. */
  readonly exampleModel: string;
  /** How its API differs from the common ground. @default in nothing */
  readonly dialect?: Partial<Omit<Dialect, "provider">> | undefined;
  /** What to do about an error, beyond what the service says itself. */
  readonly explain?: ErrorContext["explain"];
  /** What a model can do, as far as it is known without the user. */
  readonly profile?: ((model: ModelHandle) => ModelProfile) | undefined;
}

/** The common ground of hosted OpenAI-compatible APIs. */
const COMMON: Omit<Dialect, "provider"> = {
  parts: ["text", "image_url"],
  replayReasoning: () => [],
  emptyContent: "",
  sendName: true,
  thinkTags: "auto",
};

/** The provider of a service, and how its API is spoken. */
export interface CompletionsProvider extends Provider {
  readonly api: CompletionsApi;
}

/** The provider of a hosted service with an OpenAI-compatible API. */
export function completionsProvider(service: CompletionsService): CompletionsProvider {
  checkFields(
    "service",
    service,
    "Pass an object that says what the service is: `name`, `title`, `keyVariable`, `baseURL`, ...",
  );
  const { name, title, keyVariable, baseURL, addressVariables = [], exampleModel, dialect, explain, ...rest } = service;
  const api: CompletionsApi = {
    dialect: { ...COMMON, ...dialect, provider: name },
    contextOf: ({ model }) => ({ server: title, model, explain }),
  };
  return {
    ...rest,
    name,
    keyVariable,
    place: (given: { apiKey?: unknown; baseURL?: unknown; baseUrl?: unknown; model?: unknown }) => ({
      apiKey: requireApiKey(given.apiKey, keyVariable, title),
      endpoint: toEndpoint(given.baseURL ?? given.baseUrl, addressVariables, baseURL),
      model: requireModel(given.model, exampleModel),
    }),
    toParams: (asked) => toCompletionParams(service, asked),
    limitOutput: (params, tokens) => ({ ...params, max_tokens: tokens }),
    api,
    stream(call, model) {
      // A stream is one answer: its reader could not tell several apart.
      const { n: _, ...params } = admittedParams(call, this, model);
      return streamCompletion(call, model, params, api);
    },
    whole(call, model) {
      return wholeCompletion(call, model, admittedParams(call, this, model), api);
    },
  };
}

/** A request's fields as OpenAI's API has them. */
export function toCompletionParams({ options }: KnownOptions, asked: AskedFor): Json {
  const { model, settled, tools, forced } = asked;
  const params: Json = { model, ...toFields(options, settled) };
  if (params.top_logprobs !== undefined) params.logprobs ??= true;
  return Object.assign(params, toWireTools(tools, forced, settled));
}

/** How an API is spoken. */
export interface CompletionsApi {
  readonly dialect: Dialect;
  readonly contextOf: (model: ModelHandle) => ErrorContext;
}

/** The deltas of one request that is streamed. */
export function streamCompletion(
  call: ModelCall,
  model: ModelHandle,
  params: Json,
  api: CompletionsApi,
): AsyncGenerator<AnswerDelta[]> {
  return new LazyStream(async () => sendStream(call, await exchange(call, model, params, true, api)));
}

/** The answers to one request that is not streamed. */
async function wholeCompletion(
  call: ModelCall,
  model: ModelHandle,
  params: Json,
  api: CompletionsApi,
): Promise<AnswerDelta[]> {
  return sendWhole(call, await exchange(call, model, params, false, api));
}

async function exchange(
  call: ModelCall,
  model: ModelHandle,
  params: Json,
  stream: boolean,
  { dialect, contextOf }: CompletionsApi,
): Promise<Exchange> {
  const { headers, streamUsage, maxRetries } = call.settings;
  const context = contextOf(model);
  const url = `${model.endpoint.url}/chat/completions`;
  const request = {
    url,
    headers,
    messages: await toWireMessages(call.messages, dialect, url),
    params,
    stream,
    includeUsage: streamUsage,
  };
  const thinkTags = (model.settled.thinkTags as ThinkTags | undefined) ?? dialect.thinkTags;
  const wire = completionWire(request, { ...dialect, thinkTags }, context, newToolCallId);
  return { transport: model.transport, wire, context, maxRetries };
}
