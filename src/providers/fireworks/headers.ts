import { ConfigurationError } from "../../base/errors.js";
import type { FireworksOptions } from "./options.js";

/** Options that travel in headers. */
const HEADERS: Readonly<Partial<Record<keyof FireworksOptions, string>>> = {
  sessionAffinity: "x-session-affinity",
  multiTurnSessionId: "x-multi-turn-session-id",
  // The body has it too: the guide on caching names the header, the SDK the field.
  promptCacheIsolationKey: "x-prompt-cache-isolation-key",
};

const VISIBLE_ASCII = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Headers that options ask for.
 * @throws ConfigurationError for a value that HTTP cannot carry: it would fail inside fetch, or forge another header
 */
export function optionHeaders(options: FireworksOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [option, header] of Object.entries(HEADERS)) {
    const value: unknown = Reflect.get(options, option);
    if (value !== undefined) headers[header] = toHeaderValue(option, value);
  }
  return headers;
}

function toHeaderValue(option: string, value: unknown): string {
  if (typeof value === "string" && VISIBLE_ASCII.test(value)) return value;
  const hint = "It travels in a header: use visible ASCII characters, such as a hash of the text.";
  throw new ConfigurationError(option, `\`${option}\` is \`${JSON.stringify(value)}\`.`, hint);
}
