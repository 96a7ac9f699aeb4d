import type { Json } from "../../base/json.js";
import { forcedCallFormat } from "./forced_call.js";
import { toFormat } from "./format.js";
import { checkKind, toModelOptions, type OllamaModelOptions } from "./options.js";
import { toOllamaTool, type OllamaTool } from "./tool_schema.js";

/** How hard a model thinks before it answers. Which levels a model knows is its own affair. */
export type Think = boolean | "low" | "medium" | "high" | "max";

/** What Ollama knows beside `options`. */
export interface OllamaRequestOptions {
  /** Absent: a model that can think does. */
  think?: Think;
  /** The answer's form: any JSON, or JSON that follows a schema: JSON schema, zod, any Standard Schema. With one of these, Ollama calls no tools. */
  format?: "json" | object;
  /** How long the model stays loaded after the answer: seconds, or a duration such as "10m"; negative is for ever, 0 unloads it. The server's own default is 5 minutes. */
  keepAlive?: string | number;
  /** Let the server cut a prompt that is too long for the context window. False makes it an error. The server's own default is true. */
  truncate?: boolean;
  /** Let the window slide when the answer fills it. The server's own default is true. */
  shift?: boolean;
  /** Token log probabilities, into `response_metadata.logprobs`. */
  logprobs?: boolean;
  /** How many alternatives come with each, 0 to 20. */
  topLogprobs?: number;
}

/** All options of a request. */
export type OllamaSettings = OllamaModelOptions & OllamaRequestOptions;

/** The tools of a request. */
export interface OfferedTools {
  tools: readonly OllamaTool[];
  /** One of them must be called. */
  isForced: boolean;
}

/**
 * The body of a request but for its messages.
 * @throws ConfigurationError for values that Ollama would answer with a 500, or pass over
 */
export function toOllamaParams(model: string, settings: OllamaSettings, { tools, isForced }: OfferedTools): Json {
  for (const [option, kind] of KINDS) {
    const value = settings[option];
    if (value !== undefined && value !== null) checkKind(option, value, kind);
  }
  const { think, format, keepAlive, truncate, shift, topLogprobs } = settings;
  const wire: Json = {
    model,
    options: toModelOptions(settings),
    // A schema binds a model only once it has thought; one that is made to call a tool should do just that.
    think: think ?? (isForced ? false : undefined),
    format: isForced ? forcedCallFormat(tools) : toFormat(format),
    tools: tools.length > 0 ? tools.map(toOllamaTool) : undefined,
    keep_alive: toKeepAlive(keepAlive),
    truncate,
    shift,
    logprobs: settings.logprobs ?? (topLogprobs === undefined || topLogprobs === null ? undefined : true),
    top_logprobs: topLogprobs,
  };
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined && value !== null));
}

const KINDS = [
  ["truncate", "switch"],
  ["shift", "switch"],
  ["logprobs", "switch"],
  ["topLogprobs", "whole"],
  ["keepAlive", "duration"],
] as const;

/** A number in quotes is a duration without a unit for Ollama, and an error. */
function toKeepAlive(keepAlive: string | number | undefined): string | number | undefined {
  // JSON knows no Infinity; a negative number is for ever.
  if (typeof keepAlive !== "string") return keepAlive === Infinity ? -1 : keepAlive;
  const text = keepAlive.trim();
  if (text === "") return undefined;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
