import { isObject } from "../../base/json.js";
import type { PullProgress } from "./model_listing.js";
import {
  kept,
  limit,
  number,
  sent,
  such,
  SWITCH,
  TEXTS,
  unstored,
  whole,
  type Kind,
  type OptionTable,
} from "../../models/option_table.js";
import type { ApiKey } from "../../transport/api_key.js";
import type { MeteredCallOptions, MeteredChatModelInput, PerCall } from "../../models/options.js";
import { METERED_OPTIONS } from "../../models/shared_options.js";

/** What Ollama itself knows under `options`, in camelCase: how to sample, and how to load the model. */
export interface OllamaModelOptions {
  /** Randomness; the server's own default is 0.8. `null` leaves the value of the Modelfile. */
  temperature?: number | null | undefined;
  /** Sample among so many of the likeliest tokens. @default the Modelfile's, or the server's own */
  topK?: number | undefined;
  /** Sample among the likeliest tokens whose probabilities sum to this, 0 to 1. @default the Modelfile's, or the server's own */
  topP?: number | undefined;
  /** Leave out tokens less likely than this part of the likeliest one, 0 to 1. @default the Modelfile's, or the server's own */
  minP?: number | undefined;
  /** Sample among tokens about as surprising as is typical; 1 is off. @default the Modelfile's, or the server's own */
  typicalP?: number | undefined;
  /** Makes sampling repeatable. @default the Modelfile's, or a random one for each answer */
  seed?: number | undefined;
  /** The most tokens that one answer may have. */
  maxTokens?: number | undefined;
  /** Ollama's name for `maxTokens`; -1 is no limit. 0 is refused: Ollama takes it for "no limit" too. */
  numPredict?: number | undefined;
  /** How many tokens of the prompt stay when the context slides. */
  numKeep?: number | undefined;
  /** How many of the last tokens `repeatPenalty` looks at. */
  repeatLastN?: number | undefined;
  /** Against repetition: above 1, tokens that stand among the last `repeatLastN` become less likely; 1 is off. @default the Modelfile's, or the server's own */
  repeatPenalty?: number | undefined;
  /** Against repetition: the same for every token that stands there at all. @default the Modelfile's, or the server's own */
  presencePenalty?: number | undefined;
  /** Against repetition: grows with how often a token stands there. @default the Modelfile's, or the server's own */
  frequencyPenalty?: number | undefined;
  /** Texts that end an answer. */
  stop?: string[] | undefined;
  /** The size of the context window in tokens. A longer prompt is cut in silence, unless `truncate` is false. Loads the model anew. */
  numCtx?: number | undefined;
  /** Loads the model anew, as do all that follow. */
  numBatch?: number | undefined;
  /** How many layers go to the GPU. */
  numGpu?: number | undefined;
  /** The number of the GPU that does the small work where there are several. */
  mainGpu?: number | undefined;
  /** Map the model's file into memory instead of reading it. @default the server decides */
  useMmap?: boolean | undefined;
  /** How many CPU threads are used. @default the server decides */
  numThread?: number | undefined;
  /** How many tokens a draft model proposes at once. */
  draftNumPredict?: number | undefined;
}

/** How hard a model thinks before it answers. Which levels a model knows is its own affair. */
export type Think = boolean | "low" | "medium" | "high" | "max";

/** What Ollama knows beside `options`. */
export interface OllamaRequestOptions {
  /** Absent: a model that can think does. */
  think?: Think | undefined;
  /** The answer's form: any JSON, or JSON that follows a schema: JSON schema, zod, any Standard Schema. With one of these, Ollama calls no tools. */
  format?: "json" | object | undefined;
  /** How long the model stays loaded after the answer: seconds, or a duration such as "10m"; negative is for ever, 0 unloads it. The server's own default is 5 minutes. */
  keepAlive?: string | number | undefined;
  /** Let the server cut a prompt that is too long for the context window. False makes it an error. The server's own default is true. */
  truncate?: boolean | undefined;
  /** Let the window slide when the answer fills it. The server's own default is true. */
  shift?: boolean | undefined;
  /** Token log probabilities, into `response_metadata.logprobs`. */
  logprobs?: boolean | undefined;
  /** How many alternatives come with each, 0 to 20. */
  topLogprobs?: number | undefined;
}

/** Pulling a model that the server does not have. */
export interface PullMissing {
  /** Called with the progress of the pull. */
  onProgress?: ((progress: PullProgress) => void) | undefined;
  /** Take it from a registry without a valid certificate. @default false */
  insecure?: boolean | undefined;
}

type Overridden = keyof OllamaModelOptions | keyof OllamaRequestOptions;

/** Options of ChatOllamaLite. */
export interface ChatOllamaLiteInput
  extends Omit<MeteredChatModelInput, Overridden>, OllamaModelOptions, OllamaRequestOptions {
  /** Randomness, 0 to 2. `null` leaves the value of the model's Modelfile. @default 0.3 */
  temperature?: number | null | undefined;
  /** Sent to the configured host. @default for https://ollama.com alone, the environment's OLLAMA_API_KEY */
  apiKey?: ApiKey | undefined;
  /** Where the server is, with or without `/api`. @default the environment's OLLAMA_BASE_URL, OLLAMA_HOST or OLLAMA_API_BASE, else http://127.0.0.1:11434 */
  baseURL?: string | undefined;
  /** Another spelling of `baseURL`. */
  baseUrl?: string | undefined;
  /** The longest silence in the middle of an answer, in milliseconds: tool calls come whole, and nothing comes while one is made. @default 600000, or `timeout` where that is longer */
  idleTimeout?: number | undefined;
  /** Pull the model when the server does not have it, and then ask it. @default false */
  pull?: boolean | PullMissing | undefined;
  /**
   * Fetch images that are given by an http(s) address; otherwise they are an error. The model's headers do not go to their
   * hosts; what a `fetch` of your own adds does.
   * @default false
   */
  fetchImages?: boolean | undefined;
  /**
   * How many bytes the references (`$ref`) of one request's schemas may add to it when they are written out. Of a schema
   * that would add more, each definition is written out once, and the answer has a warning. @default 1048576
   */
  maxSchemaBytes?: number | undefined;
}

/** Options of ChatOllamaLite where the model's name is the first argument. */
export type ChatOllamaLiteInputBesideModel = Omit<ChatOllamaLiteInput, "model">;

/** Options of one call of ChatOllamaLite. */
export interface ChatOllamaLiteCallOptions
  extends MeteredCallOptions, PerCall<Omit<OllamaModelOptions, "temperature"> & OllamaRequestOptions> {
  /** Texts that end an answer. */
  stop?: string[];
}

/** 0 is refused: Ollama takes it for "no limit" too. Other values below 1 are no limits, and say so. */
const limitOrNone: Kind = (value, option) =>
  value === 0
    ? { problem: `\`${option}\` is \`0\`, which Ollama takes for "no limit".`, remedy: "Use at least 1." }
    : whole()(value, option);

/** `Infinity` is what leaving it out says; -1 is said to the server, since its Modelfile may have a limit. */
const isLeftOut = (value: unknown) => value === Infinity;

/** Numbers may be in quotes; an empty text is what leaving it out says. */
const DURATION = /^(-?\d+(\.\d+)?|-?(\d+(\.\d+)?(h|m|s|ms|us|µs|ns))+)?$/;
const duration = such("a number of seconds, or a duration such as `10m`", (value) =>
  typeof value === "string" ? DURATION.test(value.trim()) : typeof value === "number" && !Number.isNaN(value),
);

const LEVELS: readonly unknown[] = ["low", "medium", "high", "max"] satisfies Think[];
/** A boolean that comes from an environment variable is a text, which the server refuses. */
const thinking = such(
  `the boolean \`true\` or \`false\`, or one of the texts ${LEVELS.map((level) => `\`${String(level)}\``).join(", ")}`,
  (value) => typeof value === "boolean" || LEVELS.includes(value),
);

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

/** Every option of ChatOllamaLite. Of the names on the wire, those after `options.` are inside that field. A wrong type is a 500 for Ollama, and a wrong name nothing at all. */
export const OLLAMA_OPTIONS = {
  ...METERED_OPTIONS,
  temperature: sent("options.temperature", number(0, 2)),
  topK: sent("options.top_k", whole()),
  topP: sent("options.top_p", number(0, 1)),
  minP: sent("options.min_p", number()),
  typicalP: sent("options.typical_p", number()),
  seed: sent("options.seed", whole()),
  maxTokens: sent("options.num_predict", limitOrNone, { isNone: isLeftOut }),
  numPredict: { kind: limitOrNone, isStored: true, isNone: isLeftOut, aliasOf: "maxTokens" },
  numKeep: sent("options.num_keep", whole()),
  repeatLastN: sent("options.repeat_last_n", whole()),
  repeatPenalty: sent("options.repeat_penalty", number()),
  presencePenalty: sent("options.presence_penalty", number()),
  frequencyPenalty: sent("options.frequency_penalty", number()),
  stop: sent("options.stop", TEXTS, { isNone: isEmpty }),
  stopSequences: { ...METERED_OPTIONS.stopSequences, kind: TEXTS, isNone: isEmpty },
  numCtx: sent("options.num_ctx", whole()),
  numBatch: sent("options.num_batch", whole()),
  numGpu: sent("options.num_gpu", whole()),
  mainGpu: sent("options.main_gpu", whole()),
  useMmap: sent("options.use_mmap", SWITCH),
  numThread: sent("options.num_thread", whole()),
  draftNumPredict: sent("options.draft_num_predict", whole()),
  think: sent("think", thinking),
  // Made of several options, and in the server's own words.
  format: { isStored: true },
  response_format: unstored("call"),
  keepAlive: { kind: duration, isStored: true },
  truncate: sent("truncate", SWITCH),
  shift: sent("shift", SWITCH),
  logprobs: sent("logprobs", SWITCH),
  topLogprobs: sent("top_logprobs", whole(0, 20)),
  pull: unstored(
    "constructor",
    such("true, false, or an object", (value) => typeof value === "boolean" || isObject(value)),
  ),
  maxSchemaBytes: kept(limit(0)),
  fetchImages: { kind: SWITCH, isStored: true, only: "constructor" },
} satisfies OptionTable<keyof ChatOllamaLiteInput | keyof ChatOllamaLiteCallOptions>;
