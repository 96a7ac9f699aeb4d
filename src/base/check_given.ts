import { ConfigurationError } from "./errors.js";
import { isObject, type Json } from "./json.js";
import { shown } from "./shown.js";

/** What is given to the package's functions, checked here: callers without types pass anything. */

/** Whether a value is an object whose fields can be read by name: no list, no `Map`, no `Headers`, no `Date`. */
export function hasFields(value: unknown): value is Json {
  return isObject(value) && /^\[object (Object|Module)\]$/.test(Object.prototype.toString.call(value));
}

export function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether a value is a list of texts, which may be empty. */
export function areStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isString);
}

/** Whether a value can be gone through, at once or as it comes. A text is not meant as its characters. */
export function isSequence(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/**
 * @param name - what is given, as the user writes it
 * @param hint - what to pass instead
 * @throws ConfigurationError for a value that does not fit
 */
export function checkGiven(name: string, value: unknown, fits: (value: unknown) => boolean, hint: string): void {
  if (!fits(value)) throw notFit(name, value, hint);
}

/** @throws ConfigurationError for what has no fields */
export function checkFields(name: string, value: unknown, hint: string): void {
  if (!hasFields(value)) throw notFit(name, value, hint);
}

/** The error for a value that cannot be what it is given for. */
export function notFit(name: string, value: unknown, hint: string): ConfigurationError {
  return new ConfigurationError(name, `\`${name}\` is \`${shown(value)}\`.`, hint);
}
