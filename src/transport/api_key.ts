import { ConfigurationError } from "../base/errors.js";

/**
 * Checks that HTTP can carry a key. fetch would refuse a bad one too, but its message would show the key.
 * @param what how messages call it, such as `The API key`
 * @throws ConfigurationError for a key with blanks, line breaks or other characters that no key has; the message does not show it
 */
export function checkApiKey(key: string, what: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new ConfigurationError(
    "apiKey",
    `${what} has characters that no key has.`,
    "Copy it again, without quotes and line breaks.",
    "MODEL_AUTHENTICATION",
  );
}
