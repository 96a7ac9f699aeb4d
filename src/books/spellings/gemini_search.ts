import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import type { Fields } from "./spelled.js";

/**
 * How many searches an answer is billed for. Gemini 2 and older bill one for a prompt that was grounded, newer ones each
 * query: https://ai.google.dev/gemini-api/docs/google-search. Pages that were read for the prompt are no search.
 */
export function searchesOf(grounding: Fields, model: string | undefined): number {
  const queries = new Set(itemsOf(grounding.webSearchQueries).map(nonEmpty));
  queries.delete(undefined);
  const generation = Number(/gemini-(\d+)/.exec(model ?? "")?.[1] ?? Infinity);
  return generation < 3 ? Math.min(1, queries.size) : queries.size;
}

/** Whether places were looked up with Google Maps, which has a fee that no price names. */
export function usesMaps(grounding: Fields): boolean {
  return itemsOf(grounding.groundingChunks).some((chunk) => fieldsOf(chunk).maps !== undefined);
}
