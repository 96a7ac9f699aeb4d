import { toBase64 } from "../base/bytes.js";
import { ConfigurationError } from "../base/errors.js";
import { isPrivateHost } from "../base/private_host.js";
import { withoutEnd } from "../base/trim.js";

/** Where requests go. Credentials that stood in the URL are a header now and appear nowhere else. */
export interface Endpoint {
  /** The base URL without credentials, query, fragment or trailing slash. */
  readonly url: string;
  readonly origin: string;
  /** `Basic ...` made of `user:password@` in the URL, if there was one. */
  readonly authorization?: string;
  /** On a loopback or private address, or a name that only resolves on a local network. */
  readonly isPrivate: boolean;
}

/**
 * Reads a base URL as a user wrote it.
 * @throws ConfigurationError when it is no http(s) URL; the message never shows a password.
 */
export function parseEndpoint(text: string, option: string): Endpoint {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw invalid(option, text, "is not a URL.");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw invalid(option, text, "is not an http or https URL.");
  const authorization = basicAuthorization(url, option);
  const path = withoutEnd(url.pathname, "/");
  return {
    url: `${url.origin}${path}`,
    origin: url.origin,
    ...(authorization === undefined ? {} : { authorization }),
    isPrivate: isPrivateHost(url.hostname),
  };
}

/** Nobody looks at more of an address. */
const LONGEST_SHOWN = 200;

function invalid(option: string, text: string, problem: string): ConfigurationError {
  const shown = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^]*@/i, "$1***@").slice(0, LONGEST_SHOWN);
  return new ConfigurationError(
    option,
    `\`${option}\` (\`${shown}\`) ${problem}`,
    "Write it like `http://localhost:8000/v1`.",
  );
}

function basicAuthorization(url: URL, option: string): string | undefined {
  if (url.username === "" && url.password === "") return undefined;
  try {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return `Basic ${toBase64(credentials)}`;
  } catch {
    throw new ConfigurationError(
      option,
      `The user or password in \`${option}\` is not percent-encoded.`,
      "Encode special characters, such as `%40` for `@`.",
    );
  }
}
