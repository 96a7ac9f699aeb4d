import { counted } from "../../../base/counted.js";
import { isObject } from "../../../base/json.js";
import type { ErrorContext } from "../../../transport/server_error.js";
import { tokenCount } from "../../../base/counts.js";
import { readListAnswer } from "../texts/answer.js";
import type { TextAnswer } from "../texts/book.js";

/** Vectors, and the server's count of the tokens that it read. */
export interface EmbeddingAnswer extends TextAnswer {
  vectors: number[][];
}

const WORDS = { request: "the request for embeddings", answer: "embeddings" };

/**
 * Reads the answer to an embeddings request.
 * @throws ServerError when it is none, or when there is not one vector for each text; what it says of usage is on it
 */
export function readEmbeddings(text: string, count: number, context: ErrorContext): EmbeddingAnswer {
  const { data, facts, unusable } = readListAnswer(text, context, WORDS);
  const vectors = readVectors(data, count);
  if (vectors.size !== count) throw unusable(`${counted(vectors.size, "embedding")} for ${counted(count, "text")}`);
  return { vectors: Array.from({ length: count }, (_, index) => vectors.get(index) ?? []), ...facts };
}

/** The vectors by their index: the order of the list is not promised. */
function readVectors(data: readonly unknown[], count: number): Map<number, number[]> {
  const vectors = new Map<number, number[]>();
  data.forEach((item, position) => {
    if (!isObject(item) || !isVector(item.embedding)) return;
    const index = tokenCount(item.index) ?? position;
    if (index < count) vectors.set(index, item.embedding);
  });
  return vectors;
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((component) => typeof component === "number");
}
