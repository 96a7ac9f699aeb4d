import { tokenCount } from "../base/counts.js";
import { fieldsOf } from "../base/json.js";
import type { Fields } from "./spellings/spelled.js";

/** With these a server turns a request away as it stands. 408, 499 and whatever begins with 5 may come after work was done. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 413, 422, 429]);

/**
 * What is billed all the same: Azure's filter reads the prompts that it refuses, xAI has a fee for them, and Groq answers 400
 * to what its model itself wrote wrong.
 */
const BILLED =
  /content[ _-]?(?:filter|management|policy|violat)|responsible ?ai|moderation|guideline|flagged|invalid_prompt|failed_generation|tool_use_failed|json_validate_failed/i;

/** Why it is certain that another package's call spent nothing, of which nothing was heard; `undefined` where it is not. */
export function whyNothingSpent(error: unknown): string | undefined {
  const status = statusOf(error);
  if (status === undefined) return isUnreached(error) ? "no server was reached" : undefined;
  if (!REFUSALS.has(status) || BILLED.test(wordsOf(fieldsOf(error)))) return undefined;
  return `the server refused the request with status ${status}`;
}

/** What the system says where there was no connection. */
const UNREACHED: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** Clients put the system's own error a few causes deep. */
const MOST_CAUSES = 4;

function isUnreached(error: unknown, depth = 0): boolean {
  const { code, cause, error: said, headers } = fieldsOf(error);
  // Clients copy the code of what a server said, which may be any.
  if ((said ?? headers ?? undefined) !== undefined) return false;
  return UNREACHED.has(code) || (depth < MOST_CAUSES && cause !== undefined && isUnreached(cause, depth + 1));
}

/** The HTTP status on an error of any SDK. LangChain's own errors have that of the SDK as their cause. */
export function statusOf(error: unknown): number | undefined {
  return statusIn(fieldsOf(error)) ?? statusIn(fieldsOf(fieldsOf(error).cause));
}

function statusIn({ status, statusCode, status_code, $metadata, response }: Fields): number | undefined {
  const places = [status, statusCode, status_code, fieldsOf($metadata).httpStatusCode, fieldsOf(response).status];
  return places.map(tokenCount).find((found) => found !== undefined);
}

/** What the server said, wherever SDKs put it. */
function wordsOf({ message, code, type, error, body, metadata, errorDetails, cause }: Fields): string {
  const { message: first, code: firstCode, error: firstError } = fieldsOf(cause);
  try {
    const said = [message, code, type, error, body, metadata, errorDetails, first, firstCode, firstError];
    return JSON.stringify(said);
  } catch {
    return String(message);
  }
}
