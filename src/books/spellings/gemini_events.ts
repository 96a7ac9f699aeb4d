import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import type { Heard } from "../heard.js";
import type { Fields } from "./spelled.js";

/** What Gemini itself answered: `ChatGoogle` dispatches it within the run, and leaves half of it out of its message. */
export interface GeminiEvents {
  /** The answer, or the newest event of a stream: each has the usage so far. */
  answer: Fields;
  /** The tier in the answer's headers. */
  tier?: string;
  /** The tier in the request's headers, which is where Vertex AI is asked for one. */
  askedTier?: string;
}

/**
 * Gemini's own answer among the events of a run: `google-request-ChatGoogle`, `google-response-ChatGoogle`, and
 * `google-chunk-ChatGoogle` for each event of a stream. The last part is the name of the class.
 */
export function geminiEvents(heard: Heard | undefined): GeminiEvents | undefined {
  const newest = (kind: string) => [...(heard?.events ?? [])].find(([name]) => name.startsWith(`google-${kind}-`))?.[1];
  const response = fieldsOf(newest("response"));
  const answer = fieldsOf(newest("chunk")).chunk ?? response.data;
  if (answer === undefined) return undefined;
  return {
    answer: fieldsOf(answer),
    tier: headerOf(response.headers, "x-gemini-service-tier"),
    askedTier: headerOf(fieldsOf(newest("request")).headers, "X-Vertex-AI-LLM-Shared-Request-Type"),
  };
}

/** A header in any of the forms that the package hands on: `Headers`, pairs, or an object. */
function headerOf(headers: unknown, name: string): string | undefined {
  // A client of the user's own may answer with another library's.
  if (typeof fieldsOf(headers).get === "function") return nonEmpty((headers as Headers).get(name));
  const pairs = Array.isArray(headers) ? headers.map(itemsOf) : Object.entries(fieldsOf(headers));
  return nonEmpty(pairs.find(([key]) => String(key).toLowerCase() === name.toLowerCase())?.[1]);
}
