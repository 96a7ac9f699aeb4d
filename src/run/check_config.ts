import { areStrings, checkGiven, hasFields, isString, notFit } from "../base/check_given.js";
import type { ConfigurationError } from "../base/errors.js";
import { isObject } from "../base/json.js";

/** What users write in the config of a call, and core would trip over with an error of its own, or pass over. */

export const A_SIGNAL = "an `AbortSignal`, such as `new AbortController().signal`";
export const SOME_CALLBACKS = "a list of callback handlers";

/** Whether a value can be listened to as a signal; those of other runtimes and of polyfills are of other classes. */
export function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}

/** Whether a value is a list of handlers, or a manager of core's, in whichever copy of it. */
export function areCallbacks(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isObject);
  return typeof value === "object" && value !== null && "handlers" in value && "copy" in value;
}

/** Core hands a time-out on to `AbortSignal.timeout`, which takes no other. */
function isTimeout(value: unknown): boolean {
  return typeof value === "number" && value > 0 && value < Infinity;
}

/**
 * The options of one call, before core reads them. Where nothing is wrong it costs a few comparisons.
 * @throws ConfigurationError
 */
export function checkConfig(config: unknown): void {
  if (config === undefined || config === null) return;
  if (typeof config !== "object") throw noOptions(config);
  const { signal, callbacks, timeout, tags, metadata, runId } = config as Readonly<Record<string, unknown>>;
  if (isSaid(signal)) checkGiven("signal", signal, isSignal, `It must be ${A_SIGNAL}.`);
  if (isSaid(callbacks)) checkCallbacks(callbacks);
  if (timeout !== undefined)
    checkGiven(
      "timeout",
      timeout,
      isTimeout,
      "It must be a number of milliseconds above 0; leave it out for no limit.",
    );
  if (isSaid(tags)) checkGiven("tags", tags, areStrings, "It must be a list of texts.");
  if (isSaid(runId)) checkGiven("runId", runId, isString, "It must be a text, such as a UUID.");
  if (isSaid(metadata)) checkGiven("metadata", metadata, hasFields, "It must be an object.");
}

/**
 * The signal in the options of a request that is no call of the model, such as one for the server's models.
 * @throws ConfigurationError
 */
export function signalOf(options: { signal?: AbortSignal | undefined } | null): AbortSignal | undefined {
  checkConfig(options);
  return options?.signal ?? undefined;
}

function checkCallbacks(callbacks: unknown): void {
  checkGiven("callbacks", callbacks, (given) => Array.isArray(given) || areCallbacks(given), LIST_OF_HANDLERS);
  for (const [position, handler] of Array.isArray(callbacks) ? callbacks.entries() : [])
    checkGiven(`callbacks[${position}]`, handler, isObject, "Pass a callback handler, or leave it out.");
}

const LIST_OF_HANDLERS = `It must be ${SOME_CALLBACKS}.`;

const isSaid = (value: unknown) => value !== undefined && value !== null;

function noOptions(config: unknown): ConfigurationError {
  return notFit("options", config, "Pass an object with the options of the call.");
}
