import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { isErrorLike } from "./error_like.js";

/** A key, or a function that is asked for it before each request: many gateways take tokens that live for an hour. */
export type ApiKey = string | (() => string | Promise<string>);

/**
 * Checks that HTTP can carry a key. fetch would refuse a bad one too, but its message would show the key.
 * @param what how messages call it, such as `The API key`
 * @throws ConfigurationError for a key with blanks, line breaks or other characters that no key has; the message does not show it
 */
export function checkApiKey(key: string, what: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw refused(`${what} has characters that no key has.`, "Copy it again, without quotes and line breaks.");
}

/**
 * The headers that say who asks.
 * @param basic what to send without a key: the user and password of the address
 * @throws ConfigurationError (later) where a function gives no key, or fails; its own error is the cause
 */
export function authorizationOf(
  apiKey: ApiKey | undefined,
  basic: string | undefined,
): Record<string, string> | Promise<Record<string, string>> {
  if (typeof apiKey === "function") return askFor(apiKey).then((key) => ({ authorization: `Bearer ${key}` }));
  const authorization = apiKey === undefined ? basic : `Bearer ${apiKey}`;
  return authorization === undefined ? {} : { authorization };
}

async function askFor(apiKey: () => unknown): Promise<string> {
  let key: unknown;
  try {
    key = await apiKey();
  } catch (cause) {
    const why = isErrorLike(cause) ? cause.message : shown(cause);
    throw Object.assign(refused(`The function in \`apiKey\` failed: ${why}`, "Nothing was sent."), { cause });
  }
  if (typeof key === "string" && key.trim() !== "")
    return checkApiKey(key.trim(), "What the function in `apiKey` gave");
  throw refused(
    `The function in \`apiKey\` gave ${key === "" ? "an empty text" : `a value of type \`${typeof key}\``}.`,
    "Return the key as a text.",
  );
}

function refused(problem: string, hint: string): ConfigurationError {
  return new ConfigurationError("apiKey", problem, hint, "MODEL_AUTHENTICATION");
}
