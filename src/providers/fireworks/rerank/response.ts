import { counted } from "../../../base/counted.js";
import { fieldsOf, numberOf } from "../../../base/json.js";
import { tokenCount } from "../../../base/counts.js";
import type { ErrorContext } from "../../../transport/server_error.js";
import { readListAnswer } from "../texts/answer.js";
import type { TextAnswer } from "../texts/book.js";

/** How well one document answers the query. */
export interface RerankResult {
  /** The document's place in the list that was sent. */
  index: number;
  /** The model's own measure: the higher, the better. */
  relevanceScore: number;
}

/** The best documents, and the server's count of the tokens that it read. */
export interface RerankAnswer extends TextAnswer {
  results: RerankResult[];
}

const WORDS = { request: "the request to rank documents", answer: "ranking" };

/**
 * Reads the answer to a request to rank documents: best first, whatever the order of the list.
 * @throws ServerError when it is none, or names a document that there is not, or one twice; what it says of usage is on it
 */
export function readRanking(text: string, count: number, context: ErrorContext): RerankAnswer {
  const { data, facts, unusable } = readListAnswer(text, context, WORDS);
  const seen = new Set<number>();
  const results = data.map((item) => {
    const fields = fieldsOf(item);
    const [index, relevanceScore] = [tokenCount(fields.index), numberOf(fields.relevance_score)];
    if (index === undefined || relevanceScore === undefined || index >= count || seen.has(index))
      throw unusable(`a ranking that does not fit ${counted(count, "document")}`);
    seen.add(index);
    return { index, relevanceScore };
  });
  if (results.length === 0) throw unusable(`an empty ranking of ${counted(count, "document")}`);
  results.sort((one, other) => other.relevanceScore - one.relevanceScore);
  return { results, ...facts };
}
