import { isObject, nonEmpty, type Json } from "../../../base/json.js";

/** A model that a server offers. */
export interface ServerModel {
  id: string;
  /** The context window in tokens, where the server says it. */
  contextTokens?: number;
  /** The server's own words about it. */
  raw: Json;
}

/** The models in an answer of `GET /models`; `undefined` when it is no such answer. */
export function readModels(json: unknown): ServerModel[] | undefined {
  const list = Array.isArray(json) ? json : isObject(json) ? json.data : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry: unknown) => {
    const id = isObject(entry) ? nonEmpty(entry.id) : undefined;
    if (id === undefined || !isObject(entry)) return [];
    const contextTokens = contextOf(entry);
    return [{ id, ...(contextTokens === undefined ? {} : { contextTokens }), raw: entry }];
  });
}

/** A window's size: whole, above 0, and none of the placeholders that tokenizers have for "no limit". */
function windowSize(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1e9 ? value : undefined;
}

/** vLLM, SGLang, NIM; llama.cpp (what it was started with, never what the model was trained with); llama-swap; LM Studio; LiteLLM. */
function contextOf(entry: Json): number | undefined {
  const meta = isObject(entry.meta) ? entry.meta : {};
  const places = [
    entry.max_model_len,
    meta.n_ctx,
    entry.loaded_context_length,
    entry.context_length,
    entry.max_context_length,
    entry.max_input_tokens,
  ];
  return places.map(windowSize).find((size) => size !== undefined);
}

/** Where else servers say how large the window is. `root` is the server's address, `base` the API's. */
export interface ContextSource {
  under: "root" | "base";
  path: (model: string) => string;
  read: (json: Json, model: string) => number | undefined;
}

/** Asked in this order when the list of models does not say it: llama.cpp, TGI, LM Studio, Ollama, LiteLLM. */
export const CONTEXT_SOURCES: readonly ContextSource[] = [
  { under: "root", path: (model) => `/props?model=${encodeURIComponent(model)}`, read: readProps },
  {
    under: "root",
    path: () => "/info",
    read: (json) => windowSize(json.max_total_tokens) ?? windowSize(json.max_input_tokens),
  },
  { under: "root", path: () => "/api/v0/models", read: readList },
  { under: "root", path: () => "/api/ps", read: readRunning },
  { under: "base", path: () => "/model/info", read: readProxy },
];

function readProps({ default_generation_settings: settings }: Json): number | undefined {
  return isObject(settings) ? windowSize(settings.n_ctx) : undefined;
}

function readList(json: Json, model: string): number | undefined {
  return readModels(json)?.find(({ id }) => id === model)?.contextTokens;
}

function readRunning({ models }: Json, model: string): number | undefined {
  const running: unknown = Array.isArray(models)
    ? models.find((entry: unknown) => isObject(entry) && (entry.name === model || entry.model === model))
    : undefined;
  return isObject(running) ? windowSize(running.context_length) : undefined;
}

function readProxy({ data }: Json, model: string): number | undefined {
  const entry: unknown = Array.isArray(data)
    ? data.find((each: unknown) => isObject(each) && each.model_name === model)
    : undefined;
  const info = isObject(entry) && isObject(entry.model_info) ? entry.model_info : {};
  return windowSize(info.max_input_tokens) ?? windowSize(info.max_tokens);
}

/** Whether llama.cpp's chat template knows tools; `undefined` when the answer of `GET /props` does not say. */
export function templateKnowsTools({ chat_template_caps: caps }: Json): boolean | undefined {
  const known = isObject(caps) ? caps.supports_tools : undefined;
  return typeof known === "boolean" ? known : undefined;
}
