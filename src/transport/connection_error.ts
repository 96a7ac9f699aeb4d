import { ConnectionError } from "../base/errors.js";
import { isErrorLike } from "./error_like.js";

/** Codes that mean that no byte of the request reached a server. */
export const NEVER_REACHED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_INVALID_URL",
]);

/** What Deno says in words only, which are its system's. */
const CODES_BY_WORDS: readonly [words: RegExp, code: string][] = [
  [/\bconnection refused\b/i, "ECONNREFUSED"],
  [/\bfailed to lookup address\b/i, "ENOTFOUND"],
  [/\bno route to host\b/i, "EHOSTUNREACH"],
  [/\bnetwork (is )?unreachable\b/i, "ENETUNREACH"],
];

interface Known {
  code: string;
  error: Error;
}

/**
 * Names the URL, and has the runtime's own error as its cause: fetch's around it says no more than "fetch failed" or
 * "terminated".
 * @param when - how far the exchange had come: browsers and Workers do not say whether there was a connection at all
 */
export function connectionError(
  cause: unknown,
  url: string,
  when: "before its answer" | "in its answer" = "in its answer",
): ConnectionError {
  const { code, error } = known(cause) ?? { code: undefined, error: cause };
  const why = NEVER_REACHED.has(code ?? "")
    ? ASK
    : code === undefined && when === "before its answer"
      ? unsure()
      : BROKE;
  return new ConnectionError(`No answer from \`${url}\`${code ? ` (${code})` : ""}. ${why}`, {
    url,
    code,
    cause: error,
  });
}

const ASK = "Is the server running, and is the base URL right?";
const BROKE = "The connection broke.";

/** A page is told nothing of a connection that failed, nor of a server that does not want to be asked by it. */
function unsure(): string {
  const isPage = Reflect.get(globalThis, "document") !== undefined;
  return isPage ? `${ASK} Does it allow requests from this page (CORS)?` : ASK;
}

function known(thrown: unknown): Known | undefined {
  const errors = chainOf(thrown);
  for (const error of errors) if ("code" in error && typeof error.code === "string") return { code: error.code, error };
  for (const error of errors) {
    const [, code] = CODES_BY_WORDS.find(([words]) => words.test(error.message)) ?? [];
    if (code !== undefined) return { code, error };
  }
  return undefined;
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
