import { ConnectionError } from "../base/errors.js";
import { isErrorLike } from "./error_like.js";

/** Codes that mean that no byte of the request reached a server. */
const NEVER_REACHED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_INVALID_URL",
]);

/** What other runtimes say in words only. */
const CODES_BY_WORDS: readonly [words: RegExp, code: string][] = [
  [/\bconnection refused\b/i, "ECONNREFUSED"],
  [/\bfailed to lookup address\b/i, "ENOTFOUND"],
  [/\bno route to host\b/i, "EHOSTUNREACH"],
  [/\bnetwork (is )?unreachable\b/i, "ENETUNREACH"],
  [/\binvalid peer certificate\b/i, "CERT_UNTRUSTED"],
];

/** A way in which a connection fails before a request is sent, and comes to the same however often it is tried. */
interface Obstacle {
  code?: RegExp;
  words?: RegExp;
  explain: (url: URL | undefined) => string;
}

const OBSTACLES: readonly Obstacle[] = [
  {
    code: /CERT|^UNABLE_TO_(GET|VERIFY)_|^SELF_SIGNED_|^HOSTNAME_MISMATCH/,
    explain: () =>
      "Its certificate is not trusted here. Start Node with `NODE_EXTRA_CA_CERTS=ca.pem`, or pass a `fetch` that knows the certificate.",
  },
  {
    code: /^ERR_SSL_|^EPROTO$/,
    words:
      /wrong.version.number|packet.length.too.long|alert|unsupported.protocol|http.request|handshake|no.protocols/i,
    explain: (url) =>
      url?.protocol === "https:"
        ? "It does not speak TLS as it should. Does the server speak plain http? Then write `http://`."
        : "The TLS handshake failed.",
  },
  {
    words: /\bbad port\b/,
    explain: () => "`fetch` sends nothing to this port, which belongs to another service.",
  },
  {
    words: /\brequires net access\b/i,
    explain: () => "Deno was not allowed to connect. Run it with `--allow-net`.",
  },
  {
    words: /proxy response \(\d+\)/i,
    explain: () =>
      "A forward proxy refused the connection. Check what it allows, its user and password, and `HTTPS_PROXY` and `NO_PROXY`.",
  },
];

interface Known {
  code?: string | undefined;
  error: unknown;
}

/** How far an exchange had come. Browsers and Workers do not say whether there was a connection at all. */
type When = "before its answer" | "in its answer";

/**
 * Names the URL, and has the runtime's own error as its cause: fetch's around it says no more than "fetch failed" or
 * "terminated".
 */
export function connectionError(cause: unknown, url: string, when: When): ConnectionError {
  const { code, error } = known(cause);
  if (when === "in its answer")
    return new ConnectionError(`The answer from \`${url}\` broke off${code ? ` (${code})` : ""}.`, {
      url,
      code,
      cause: error,
    });
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const obstacle = OBSTACLES.find((each) => isMet(each, code, error));
  const reached = obstacle === undefined && !NEVER_REACHED.has(code ?? "");
  const said = obstacle !== undefined && obstacle.code === undefined ? wordsOf(error) : code;
  const where = addressOf(error);
  const details = [said, where && `at ${where}`].filter(Boolean).join(" ");
  const why = obstacle ? obstacle.explain(parsed) : reached ? brokenOr(code) : askAbout(where, parsed);
  return new ConnectionError(`No answer from \`${url}\`${details === "" ? "" : ` (${details})`}. ${why}`, {
    url,
    code,
    cause: error,
    reached,
    retryable: obstacle === undefined,
  });
}

function isMet({ code, words }: Obstacle, seen: string | undefined, error: unknown): boolean {
  if (code !== undefined && !code.test(seen ?? "")) return false;
  return words === undefined || words.test(`${seen ?? ""} ${wordsOf(error)}`);
}

const wordsOf = (error: unknown) => (isErrorLike(error) ? error.message : "");

const ASK = "Is the server running, and is the base URL right?";

/** A port that is not the URL's is a forward proxy's. */
function askAbout(where: string | undefined, url: URL | undefined): string {
  const port = where?.slice(where.lastIndexOf(":") + 1);
  const usual = url?.protocol === "https:" ? "443" : "80";
  const isOther = port !== undefined && url !== undefined && port !== (url.port || usual);
  return isOther ? "That is not the server's port: is a forward proxy set, and is it running?" : ASK;
}

/** A page is told nothing of a connection that failed, nor of a server that does not want to be asked by it. */
function brokenOr(code: string | undefined): string {
  if (code !== undefined) return "The connection broke.";
  const isPage = Reflect.get(globalThis, "document") !== undefined;
  return isPage ? `${ASK} Does it allow requests from this page (CORS)?` : ASK;
}

/** The address that did not answer, as Node's errors have it. */
function addressOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("address" in error) || !("port" in error)) return undefined;
  const { address, port } = error;
  if (typeof address !== "string" || typeof port !== "number") return undefined;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function known(thrown: unknown): Known {
  const errors = chainOf(thrown);
  const coded = errors.find((error) => "code" in error && typeof error.code === "string");
  if (coded) return { code: (coded as Error & { code: string }).code, error: coded };
  for (const error of errors) {
    const [, code] = CODES_BY_WORDS.find(([words]) => words.test(error.message)) ?? [];
    if (code !== undefined) return { code, error };
  }
  return { error: errors.at(-1) ?? thrown };
}

/** An error and its causes. */
function chainOf(thrown: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = thrown; isErrorLike(at) && chain.length < 5;) {
    chain.push(at);
    // Several addresses were tried, each with an error of its own.
    const several: unknown = "errors" in at ? at.errors : undefined;
    at = Array.isArray(several) ? several[0] : at.cause;
  }
  return chain;
}
