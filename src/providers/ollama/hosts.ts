import { withoutEnd, withoutStart } from "../../base/trim.js";
import { checkApiKey, type ApiKey } from "../../transport/api_key.js";
import { parseEndpoint, type Endpoint } from "../../transport/endpoint.js";

const DEFAULT_PORT = "11434";
const CLOUD_HOST = "ollama.com";
/** Ollama's own service: nothing else ever gets the key of the environment. */
const CLOUD_ORIGIN = `https://${CLOUD_HOST}`;

/** What a user said about where the server is. */
export interface HostOptions {
  baseURL?: string | undefined;
  /** The spelling of `@langchain/ollama`. */
  baseUrl?: string | undefined;
  apiKey?: ApiKey | undefined;
}

/** Where the server is and who asks. */
export interface OllamaHost {
  endpoint: Endpoint;
  apiKey?: ApiKey | undefined;
}

/**
 * The server's address: from the options, then the environment's OLLAMA_BASE_URL, OLLAMA_HOST as Ollama's command line
 * reads it, OLLAMA_API_BASE, and else Ollama's own default. OLLAMA_API_KEY is for ollama.com and goes nowhere else.
 * @throws ConfigurationError for what is no address, and for what is no key
 */
export function toOllamaHost(options: HostOptions, readEnv: (name: string) => string | undefined): OllamaHost {
  const [text, option] = addressOf(options, readEnv);
  const endpoint = withoutApi(parseEndpoint(withDefaults(text), option));
  const apiKey = toKey(options.apiKey ?? (endpoint.origin === CLOUD_ORIGIN ? readEnv("OLLAMA_API_KEY") : undefined));
  return { endpoint, ...(apiKey === undefined ? {} : { apiKey }) };
}

function toKey(given: ApiKey | undefined): ApiKey | undefined {
  if (typeof given === "function") return given;
  const key = given?.trim();
  return key === undefined || key === "" ? undefined : checkApiKey(key, "The API key");
}

function addressOf(
  { baseURL, baseUrl }: HostOptions,
  readEnv: (name: string) => string | undefined,
): [text: string, option: string] {
  // Untyped callers pass null.
  if (baseURL !== undefined && baseURL !== null) return [baseURL, "baseURL"];
  if (baseUrl !== undefined && baseUrl !== null) return [baseUrl, "baseUrl"];
  for (const name of ["OLLAMA_BASE_URL", "OLLAMA_HOST", "OLLAMA_API_BASE"]) {
    const text = readEnv(name);
    if (text === undefined) continue;
    return [name === "OLLAMA_HOST" ? toReachable(text) : text, name];
  }
  return [`http://127.0.0.1:${DEFAULT_PORT}`, "baseURL"];
}

/** The API's path is ours to add. */
function withoutApi(endpoint: Endpoint): Endpoint {
  const { url } = endpoint;
  return url.endsWith("/api") ? { ...endpoint, url: withoutEnd(url.slice(0, -"api".length), "/") } : endpoint;
}

/** An address without a scheme is a host, as Ollama's command line has it, with Ollama's port. */
function withDefaults(text: string): string {
  const address = unquoted(text);
  if (address === "" || address.includes("://")) return address;
  const { user, host, port, path } = splitAddress(address);
  if (host === CLOUD_HOST && port === undefined) return CLOUD_ORIGIN + path;
  return `http://${user}${host === "" ? "127.0.0.1" : host}:${port ?? DEFAULT_PORT}${path}`;
}

/**
 * A server's OLLAMA_HOST may be the address that it listens on: all interfaces, or none named. Like the command line this
 * takes the scheme's port (80, 443) after a scheme, and the default one for a port that is none.
 */
function toReachable(text: string): string {
  const [, scheme = "", rest = ""] = /^(?:([a-z][a-z0-9+.-]*:\/\/))?(.*)$/is.exec(unquoted(text)) ?? [];
  const { user, host, port, path } = splitAddress(rest);
  const reachable = host === "0.0.0.0" || host === "" ? "127.0.0.1" : host === "[::]" ? "[::1]" : host;
  const isPort = port !== undefined && /^\d{1,5}$/.test(port) && Number(port) <= 65_535;
  if (scheme === "" && reachable === CLOUD_HOST && port === undefined) return CLOUD_ORIGIN + path;
  const after = isPort ? `:${port}` : scheme === "" ? `:${DEFAULT_PORT}` : "";
  return `${scheme === "" ? "http://" : scheme}${user}${reachable}${after}${path}`;
}

const QUOTES = "\"'";

/** As shells and `.env` files leave it. */
function unquoted(text: string): string {
  return withoutEnd(withoutStart(text.trim(), QUOTES), QUOTES).trim();
}

interface Address {
  /** With its `@`, or empty. */
  user: string;
  /** An IPv6 address in brackets. */
  host: string;
  port?: string;
  path: string;
}

function splitAddress(address: string): Address {
  const slash = address.indexOf("/");
  const authority = slash < 0 ? address : address.slice(0, slash);
  const at = authority.lastIndexOf("@") + 1;
  const hostPort = authority.slice(at);
  const rest = { user: authority.slice(0, at), path: slash < 0 ? "" : address.slice(slash) };
  // More than one colon and no brackets: an IPv6 address without a port.
  if (!hostPort.startsWith("[") && hostPort.split(":").length > 2) return { ...rest, host: `[${hostPort}]` };
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(hostPort) ?? [undefined, hostPort];
  return { ...rest, host, ...(port === undefined ? {} : { port }) };
}
