import { fieldsOf, isObject, itemsOf, numberOf, type Json } from "../base/json.js";

/** What a chat model says of its calls before one is made. */
export interface OpenedModel {
  /** What a request consists of, but for the messages. */
  params: Readonly<Json>;
  /** What a run's metadata would be. */
  metadata: Readonly<Json>;
  /** The model as handlers are given it. */
  serialized: unknown;
  /** The most output tokens that each answer may have, as far as that is limited or known. */
  maxOutputTokens: number | undefined;
  timeoutMs: number | undefined;
}

/** A model without what was bound to it, and that. */
interface Unbound {
  model: object;
  config: Readonly<Json>;
}

/** Reads a model of any package, also where tools or options are bound to it. */
export function openModel(given: object, tools?: readonly unknown[]): OpenedModel {
  const outer = unbound(given);
  const bound = tools === undefined ? undefined : ask(outer.model, "bindTools", tools);
  const { model, config } = isObject(bound) ? unbound(bound, outer.config) : outer;
  const options = itemsOf(ask(model, "_separateRunnableConfigFromCallOptions", config))[1] ?? {};
  const params = fieldsOf(ask(model, "invocationParams", options));
  const said = fieldsOf(ask(model, "getLsParams", options));
  const { metadata, profile, timeout } = fieldsOf(model);
  return {
    params,
    metadata: { ...said, ...fieldsOf(metadata), ...fieldsOf(config.metadata) },
    serialized: ask(model, "toJSON"),
    maxOutputTokens: limitIn(said.ls_max_tokens) ?? limitIn(fieldsOf(profile).maxOutputTokens),
    timeoutMs: numberOf(config.timeout) ?? numberOf(timeout),
  };
}

function unbound(given: object, before: Readonly<Json> = {}): Unbound {
  const { bound, config, kwargs } = fieldsOf(given);
  const merged = { ...before, ...fieldsOf(config), ...fieldsOf(kwargs) };
  return isObject(bound) ? unbound(bound, merged) : { model: given, config: merged };
}

// Some say -1 where there is no limit.
function limitIn(value: unknown): number | undefined {
  const limit = numberOf(value);
  return limit === undefined || limit < 1 ? undefined : limit;
}

/** Calls a method that not all models have. */
function ask(model: object, method: string, ...given: unknown[]): unknown {
  const own: unknown = Reflect.get(model, method);
  return typeof own === "function" ? (own as (...given: unknown[]) => unknown).apply(model, given) : undefined; // its reader checks what it gives
}
