import { toBase64 } from "../base/bytes.js";
import { ConfigurationError } from "../base/errors.js";

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
  const path = url.pathname.replace(/\/+$/, "");
  return {
    url: `${url.origin}${path}`,
    origin: url.origin,
    ...(authorization === undefined ? {} : { authorization }),
    isPrivate: isPrivateHost(url.hostname),
  };
}

function invalid(option: string, text: string, problem: string): ConfigurationError {
  const shown = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^]*@/i, "$1***@");
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

/** Loopback, private and link-local addresses, and names without a public suffix (`localhost`, `gpu-box`, `*.local`, `*.internal`). */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (host.includes(":")) return isPrivateIPv6(host);
  const octets = host.split(".");
  if (octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet))) return isPrivateIPv4(octets.map(Number));
  if (octets.length === 1) return true;
  return /\.(localhost|local|lan|internal|home\.arpa|test|svc)$/.test(host);
}

function isPrivateIPv4([a = 0, b = 0]: number[]): boolean {
  if (a === 127 || a === 10 || a === 0) return true;
  if (a === 172) return b >= 16 && b <= 31;
  if (a === 192) return b === 168;
  if (a === 169) return b === 254;
  return a === 100 && b >= 64 && b <= 127;
}

function isPrivateIPv6(host: string): boolean {
  if (host === "::1" || host === "::") return true;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped) {
    const high = Number.parseInt(mapped[1] ?? "0", 16);
    return isPrivateIPv4([high >> 8, high & 255]);
  }
  return /^f[cd]/.test(host) || /^fe[89ab]/.test(host);
}
