import { fieldsOf, isObject, numberOf, type Json } from "../base/json.js";
import { methodOf, overlay } from "../base/overlay.js";

/** What the limit on output tokens is called on the wires, and in the options of classes. */
const NAMES: ReadonlySet<string> = new Set([
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "max_new_tokens",
  "num_predict",
  "maxTokens",
  "maxCompletionTokens",
  "maxOutputTokens",
  "numPredict",
]);
/** Where parameters have it that do not have it on top. */
const CONTAINERS = ["generationConfig", "inferenceConfig", "options"] as const;
/** Fields of classes that go over what the class itself sends. */
const KWARGS = ["modelKwargs", "invocationKwargs"] as const;
/** Models inside a model, of which one is called. */
const DELEGATES = ["completions", "responses"] as const;

/** A model and the options of a call of it, such that its answers keep to a limit. */
export interface Limited {
  view: object;
  options: Json;
}

/** What a call of a model is parametrised with. Never throws: what cannot be read is not known. */
export function paramsOf(model: object, options: Json): Json {
  try {
    return { ...fieldsOf(methodOf(model, "invocationParams")?.call(model, options)) };
  } catch {
    return {};
  }
}

/** The most output tokens that an answer may have; the greatest of them where parameters name several. */
export function limitIn(params: Json): number | undefined {
  const places = [params, ...CONTAINERS.map((name) => fieldsOf(params[name]))];
  const limits = places.flatMap((place) =>
    Object.entries(place)
      .filter(isLimit)
      .map(([, value]) => value),
  );
  return limits.length === 0 ? undefined : Math.ceil(Math.max(...limits));
}

// Some write -1 for "no limit", or `Infinity`.
function isLimit(entry: [string, unknown]): entry is [string, number] {
  return NAMES.has(entry[0]) && (numberOf(entry[1]) ?? 0) > 0;
}

/**
 * Sets the limit on output tokens by the class's own option, and looks whether the parameters of the call then have it: classes have
 * it as a field, or in the call's options, or both. `undefined` where that cannot be done.
 */
export function limitOutput(model: object, options: Json, tokens: number): Limited | undefined {
  const names = [...NAMES].filter((name) => name in model);
  const fields = Object.fromEntries(names.map((name) => [name, tokens]));
  const view = viewOf(model, fields, tokens);
  const asIs = { view, options: { ...options, ...named(options, tokens) } };
  if (keeps(asIs, tokens)) return asIs;
  for (const name of NAMES) {
    const limited = { view, options: { ...asIs.options, [name]: tokens } };
    if (keeps(limited, tokens)) return limited;
  }
  return undefined;
}

function keeps({ view, options }: Limited, tokens: number): boolean {
  return limitIn(paramsOf(view, options)) === tokens;
}

function viewOf(model: object, fields: Json, tokens: number): object {
  const own: Json = { ...fields };
  for (const name of KWARGS) {
    const kwargs: unknown = Reflect.get(model, name);
    if (isObject(kwargs)) own[name] = { ...kwargs, ...named(kwargs, tokens) };
  }
  for (const name of DELEGATES) {
    const inner: unknown = Reflect.get(model, name);
    if (isObject(inner)) own[name] = viewOf(inner, fields, tokens);
  }
  return overlay(model, own);
}

/** The limits that something has already, all of them lowered. */
function named(given: Json, tokens: number): Json {
  return Object.fromEntries(Object.keys(given).flatMap((name) => (NAMES.has(name) ? [[name, tokens]] : [])));
}
