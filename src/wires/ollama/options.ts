import { ConfigurationError } from "../../base/errors.js";
import type { Json } from "../../base/json.js";

/** What Ollama itself knows under `options`, in camelCase: how to sample, and how to load the model. */
export interface OllamaModelOptions {
  /** Randomness; the server's own default is 0.8. `null` leaves the value of the Modelfile. */
  temperature?: number | null;
  topK?: number;
  topP?: number;
  minP?: number;
  typicalP?: number;
  seed?: number;
  /** The most tokens that one answer may have. */
  maxTokens?: number;
  /** Ollama's name for `maxTokens`; -1 is no limit. 0 is refused: Ollama takes it for "no limit" too. */
  numPredict?: number;
  /** How many tokens of the prompt stay when the context slides. */
  numKeep?: number;
  /** How many of the last tokens `repeatPenalty` looks at. */
  repeatLastN?: number;
  repeatPenalty?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  /** Texts that end an answer. */
  stop?: string[];
  /** The size of the context window in tokens. A longer prompt is cut in silence, unless `truncate` is false. Loads the model anew. */
  numCtx?: number;
  /** Loads the model anew, as do all that follow. */
  numBatch?: number;
  /** How many layers go to the GPU. */
  numGpu?: number;
  mainGpu?: number;
  useMmap?: boolean;
  numThread?: number;
  draftNumPredict?: number;
}

type Kind = "whole" | "number" | "switch" | "texts" | "duration";

const WIRE: Record<keyof OllamaModelOptions, [name: string, kind: Kind]> = {
  temperature: ["temperature", "number"],
  topK: ["top_k", "whole"],
  topP: ["top_p", "number"],
  minP: ["min_p", "number"],
  typicalP: ["typical_p", "number"],
  seed: ["seed", "whole"],
  numPredict: ["num_predict", "whole"],
  maxTokens: ["num_predict", "whole"],
  numKeep: ["num_keep", "whole"],
  repeatLastN: ["repeat_last_n", "whole"],
  repeatPenalty: ["repeat_penalty", "number"],
  presencePenalty: ["presence_penalty", "number"],
  frequencyPenalty: ["frequency_penalty", "number"],
  stop: ["stop", "texts"],
  numCtx: ["num_ctx", "whole"],
  numBatch: ["num_batch", "whole"],
  numGpu: ["num_gpu", "whole"],
  mainGpu: ["main_gpu", "whole"],
  useMmap: ["use_mmap", "switch"],
  numThread: ["num_thread", "whole"],
  draftNumPredict: ["draft_num_predict", "whole"],
};

/** The names of the options, for allow-lists. */
export const MODEL_OPTIONS: readonly string[] = Object.keys(WIRE);

/**
 * The request's `options`. A wrong type is a 500 for Ollama, and a wrong name nothing at all, so both are caught here.
 * @throws ConfigurationError
 */
export function toModelOptions(options: OllamaModelOptions): Json {
  const wire: Json = {};
  for (const [option, [name, kind]] of Object.entries(WIRE)) {
    const value = options[option as keyof OllamaModelOptions];
    // Infinity says "no limit", which is what leaving it out says.
    if (value === undefined || value === null || value === Infinity) continue;
    check(option, value, kind);
    if (!Array.isArray(value) || value.length > 0) wire[name] = value;
  }
  return wire;
}

const MEANING: Record<Kind, [fits: (value: unknown) => boolean, words: string]> = {
  whole: [(value) => Number.isSafeInteger(value), "a whole number"],
  number: [(value) => Number.isFinite(value), "a number"],
  switch: [(value) => typeof value === "boolean", "true or false"],
  duration: [
    (value) => typeof value === "string" || (typeof value === "number" && !Number.isNaN(value)),
    "a number of seconds, or a duration such as `10m`",
  ],
  texts: [(value) => Array.isArray(value) && value.every((text) => typeof text === "string"), "a list of texts"],
};

/** @throws ConfigurationError for a value that is not of its kind */
export function checkKind(option: string, value: unknown, kind: Kind): void {
  const [fits, words] = MEANING[kind];
  if (fits(value)) return;
  throw new ConfigurationError(option, `\`${option}\` is \`${shown(value)}\`.`, `It must be ${words}.`);
}

function check(option: string, value: unknown, kind: Kind): void {
  checkKind(option, value, kind);
  if ((option === "numPredict" || option === "maxTokens") && value === 0) {
    throw new ConfigurationError(
      option,
      `\`${option}\` is \`0\`, which Ollama takes for "no limit".`,
      "Use at least 1.",
    );
  }
}

const shown = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
