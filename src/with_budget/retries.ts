import { isObject, type Json } from "../base/json.js";
import { methodOf, overlay } from "../base/overlay.js";

/** Sends one request: admitted before, and charged where it fails. */
export type SendsRequest = <Answer>(send: () => Promise<Answer>) => Promise<Answer>;

type Send = (...given: unknown[]) => Promise<unknown>;

/** Models inside a model, with clients of their own. */
const DELEGATES = ["completions", "responses"] as const;

/**
 * What a model is to have in place of its own, so that each attempt of its client passes through `request`: nearly all classes send
 * within core's `AsyncCaller`.
 * @param maxRetries - as the call's options ask for
 */
export function watchedRetries(model: object, request: SendsRequest, maxRetries: number | undefined): Json {
  const own: Json = {};
  const caller: unknown = Reflect.get(model, "caller");
  if (isObject(caller)) own.caller = watchedCaller(caller, request, maxRetries);
  // OpenAI's class hands these on with each request, where its SDK would take `maxRetries` for its own.
  const { clientConfig } = model as { clientConfig?: unknown };
  if (isObject(clientConfig)) own.clientConfig = { ...clientConfig, maxRetries: 0 };
  for (const name of DELEGATES) {
    const inner: unknown = Reflect.get(model, name);
    if (isObject(inner)) own[name] = overlay(inner, watchedRetries(inner, request, maxRetries));
  }
  if ("httpClient" in model && "beforeRequestHooks" in model) Object.assign(own, watchedMistral(model, own.caller));
  const { client } = model as { client?: unknown };
  if (isObject(client) && isObject(client.middlewareStack)) own.client = watchedAws(client, request);
  return own;
}

function watchedCaller(caller: Json, request: SendsRequest, maxRetries: number | undefined): object {
  const watched =
    (send: Send): Send =>
    (...given) =>
      request(() => send(...given));
  const call = (options: object, send: Send, ...given: unknown[]): unknown =>
    methodOf(caller, "callWithOptions")?.call(caller, { maxRetries, ...options }, watched(send), ...given);
  return overlay(caller, {
    callWithOptions: (options: Json, ...rest: [Send, ...unknown[]]) =>
      call({ ...options, maxRetries: options.maxRetries ?? maxRetries }, ...rest),
    call: (...given: [Send, ...unknown[]]) => call({}, ...given),
  });
}

/** Mistral's class makes a caller for each call; it is asked once for each attempt of the one that all classes have. */
function watchedMistral(model: object, caller: unknown): Json {
  const once = overlay(model, { maxRetries: 0 });
  const send = methodOf(model, "completionWithRetry");
  if (send === undefined || !isObject(caller)) return {};
  return {
    completionWithRetry: (...given: unknown[]) =>
      methodOf(caller, "call")?.call(caller, async () => send.call(once, ...given)),
  };
}

/** The SDK of AWS tries again within its middleware, around what is put after it. */
function watchedAws(client: Json, request: SendsRequest): object {
  const stack = methodOf(client.middlewareStack as object, "clone")?.call(client.middlewareStack); // asked for before
  if (!isObject(stack)) return client;
  const watch = (next: Send) => (given: unknown) => request(() => next(given));
  methodOf(stack, "addRelativeTo")?.call(stack, watch, {
    relation: "after",
    toMiddleware: "retryMiddleware",
    name: "meteredAttempt",
  });
  return overlay(client, { middlewareStack: stack });
}
