import type { ServerError } from "../../../base/errors.js";

/**
 * The base URLs under which a server's API may be, given what the user wrote, the likeliest first: with `/v1` where it is
 * missing, without a path of an endpoint, with KServe's `/openai`.
 * @param url without a slash at its end
 */
export function baseUrlCandidates(url: string): string[] {
  const base = url.replace(/\/(chat\/completions|completions|models)$/, "");
  const root = base.replace(/\/v1$/, "").replace(/\/openai$/, "");
  const hasPath = new URL(base).pathname !== "/";
  const likely = base.endsWith("/v1") || hasPath ? [base, `${root}/v1`] : [`${root}/v1`];
  return [...new Set([...likely, `${root}/openai/v1`, root])];
}

/** The server's address without the API's path: where health, tokenizers and properties are. */
export function serverRoot(url: string): string {
  return url.replace(/\/v1$/, "").replace(/\/openai$/, "");
}

/** The words of servers for a path that they do not have, and not for a model. */
const NO_ROUTE = [
  /^not found\.?$/i,
  /404 page not found/i,
  /file not found/i,
  /cannot (post|get) \//i,
  /unexpected endpoint/i,
  /method not allowed/i,
  /no route|route .*not found|unknown (route|path|endpoint)/i,
  /invalid url/i,
  /the requested url was not found/i,
];

/** True when an answer of a base URL says that there is no such endpoint, so that another base URL may be right. */
export function isMissingRoute(error: ServerError, url: string): boolean {
  const body = error.body?.trim() ?? "";
  if (error.status === 404 || error.status === 405) {
    return body === "" || body.startsWith("<") || NO_ROUTE.some((words) => words.test(wordsOf(body)));
  }
  // An error in the body of a 200 has no status of its own.
  if (error.status !== 200 && error.status !== undefined) return false;
  // LM Studio answers unknown paths with 200, and so do web interfaces, which are not under an API's path.
  return /unexpected endpoint/i.test(body) || (body.startsWith("<") && !url.endsWith("/v1"));
}

function wordsOf(body: string): string {
  const quoted = /"(?:message|detail|error)"\s*:\s*"([^"]*)"/.exec(body);
  return quoted?.[1] ?? body;
}
