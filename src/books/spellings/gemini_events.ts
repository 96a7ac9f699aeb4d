import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import { known, type Fields } from "./spelled.js";

/** What Gemini itself answered: `ChatGoogle` dispatches it within the run, and leaves half of it out of its message. */
export interface GeminiEvents {
  /** The answer, or what the newest events of a stream said: each has the usage so far. `undefined` before there is any. */
  answer?: GeminiAnswer;
  /** The tier in the answer's headers. */
  tier?: string;
  /** The tier in the request's headers, which is where Vertex AI is asked for one. */
  askedTier?: string;
}

/** What is kept of an answer: not its text. */
export interface GeminiAnswer {
  usageMetadata?: Fields;
  modelVersion?: string;
  responseId?: string;
  groundingMetadata?: Fields;
}

/**
 * What is known of Gemini's answer after one more event of the run: `google-request-ChatGoogle`, `google-response-ChatGoogle`, and
 * `google-chunk-ChatGoogle` for each event of a stream. The last part is the name of the class.
 */
export function withGeminiEvent(
  before: GeminiEvents | undefined,
  name: string,
  data: unknown,
): GeminiEvents | undefined {
  const kind = /^google-(request|response|chunk)-/.exec(name)?.[1];
  if (kind === undefined) return before;
  const { headers, data: whole, chunk } = fieldsOf(data);
  if (kind === "request") return { ...before, askedTier: headerOf(headers, "X-Vertex-AI-LLM-Shared-Request-Type") };
  if (kind === "chunk") return { ...before, answer: withAnswer(before?.answer, chunk) };
  return {
    answer: withAnswer(undefined, whole),
    tier: headerOf(headers, "x-gemini-service-tier"),
    askedTier: before?.askedTier,
  };
}

function withAnswer(before: GeminiAnswer | undefined, said: unknown): GeminiAnswer | undefined {
  if (said === undefined) return before;
  const { usageMetadata, modelVersion, responseId, candidates } = fieldsOf(said);
  const { groundingMetadata } = fieldsOf(itemsOf(candidates)[0]);
  return {
    ...before,
    ...known({
      usageMetadata: usageMetadata === undefined ? undefined : fieldsOf(usageMetadata),
      modelVersion: nonEmpty(modelVersion),
      responseId: nonEmpty(responseId),
      groundingMetadata: groundingMetadata === undefined ? undefined : feesOf(fieldsOf(groundingMetadata)),
    }),
  };
}

/** Of what was looked up, only what is billed: the rest has texts and whole pages. */
function feesOf({ webSearchQueries, groundingChunks }: Fields): Fields {
  const maps = itemsOf(groundingChunks).filter((chunk) => fieldsOf(chunk).maps !== undefined);
  return { webSearchQueries, groundingChunks: maps.slice(0, 1).map(() => ({ maps: {} })) };
}

/** A header in any of the forms that the package hands on: `Headers`, pairs, or an object. */
function headerOf(headers: unknown, name: string): string | undefined {
  // A client of the user's own may answer with another library's.
  if (typeof fieldsOf(headers).get === "function") return nonEmpty((headers as Headers).get(name));
  const pairs = Array.isArray(headers) ? headers.map(itemsOf) : Object.entries(fieldsOf(headers));
  return nonEmpty(pairs.find(([key]) => nonEmpty(key)?.toLowerCase() === name.toLowerCase())?.[1]);
}
