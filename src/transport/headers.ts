import { ConfigurationError } from "../base/errors.js";

/** A value that HTTP can carry: visible Latin-1 and blanks. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/**
 * Headers under lower-case names, the later ones in place of the earlier: fetch would send both `authorization` and a
 * user's own `Authorization`, joined by a comma.
 * @throws ConfigurationError for a header that HTTP cannot carry; its value may be a secret, so the message does not show it
 */
export function toHeaders(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [given, value] of Object.entries(headers)) {
    if (value === undefined || value === null) continue;
    const name = given.toLowerCase();
    // Untyped callers pass numbers.
    const text = String(value);
    if (!NAME.test(name))
      throw new ConfigurationError(
        "headers",
        `\`${given}\` is not the name of a header.`,
        "Use letters, digits and hyphens.",
      );
    if (!VALUE.test(text))
      throw new ConfigurationError(
        "headers",
        `The header \`${given}\` has characters that HTTP cannot carry.`,
        "Use ASCII without line breaks.",
      );
    clean[name] = text;
  }
  return clean;
}
