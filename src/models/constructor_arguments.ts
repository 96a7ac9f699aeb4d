import { getEnvironmentVariable } from "@langchain/core/utils/env";
import { checkFields } from "../base/check_given.js";
import { ConfigurationError } from "../base/errors.js";
import { checkApiKey, type ApiKey } from "../transport/api_key.js";
import { parseEndpoint, type Endpoint } from "../transport/endpoint.js";

/**
 * Both forms of the constructors: `new ChatX("model", { ... })` and `new ChatX({ model, ... })`.
 * @throws ConfigurationError for what is neither
 */
export function readFields<Input extends { model?: string }>(
  modelOrFields: string | Input | undefined,
  fields: Omit<Input, "model"> | undefined,
): Input {
  const hint = "Pass the model's id, an object of options, or both in this order.";
  if (typeof modelOrFields !== "string") {
    checkFields("options", modelOrFields ?? {}, hint);
    return (modelOrFields ?? {}) as Input;
  }
  checkFields("options", fields ?? {}, hint);
  return { ...fields, model: modelOrFields } as Input;
}

/** The first of some environment variables that is set and not empty. */
export function fromEnvironment(...names: string[]): string | undefined {
  for (const name of names) {
    const value = getEnvironmentVariable(name)?.trim();
    if (value) return value;
  }
  return undefined;
}

/**
 * An option that is a text, or not there.
 * @throws ConfigurationError for anything else; the message does not show it
 */
export function toText(given: unknown, option: string): string | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === "string") return given;
  throw new ConfigurationError(option, `\`${option}\` is of type \`${typeof given}\`.`, "Pass a text.");
}

/**
 * A key as a user passed it: a text, a function that gives one, or none.
 * @throws ConfigurationError for anything else; the message does not show it
 */
export function toApiKey(given: unknown): ApiKey | undefined {
  return typeof given === "function" ? (given as () => string) : toText(given, "apiKey");
}

/**
 * Where a server is: where the user says, else what the first of the variables says that is set, else its own address.
 * @throws ConfigurationError for what is no address
 */
export function toEndpoint(given: unknown, variables: readonly string[], own: string): Endpoint {
  return parseEndpoint(toText(given, "baseURL") ?? fromEnvironment(...variables) ?? own, "baseURL");
}

/** @throws ConfigurationError when no model is named */
export function requireModel(model: unknown, example: string): string {
  if (typeof model === "string" && model.trim() !== "") return model.trim();
  throw new ConfigurationError(
    "model",
    `\`model\` is \`${String(model)}\`.`,
    `Name one, such as \`${example}\`.`,
    "MODEL_NOT_FOUND",
  );
}

/**
 * The key that a user passed, or the one in the environment, without blanks around it. A function is asked later.
 * @throws ConfigurationError when there is none, and for one that HTTP cannot carry; the message does not show it
 */
export function requireApiKey(given: unknown, variable: string, server: string): ApiKey {
  const key = toApiKey(given);
  if (typeof key === "function") return key;
  const apiKey = key?.trim() ?? fromEnvironment(variable);
  if (!apiKey) {
    const hint = `Set the environment variable \`${variable}\`, or pass \`apiKey\`.`;
    throw new ConfigurationError("apiKey", `No ${server} API key was found.`, hint, "MODEL_AUTHENTICATION");
  }
  return checkApiKey(apiKey, `The ${server} API key`);
}
