import type { UsageMetadata } from "@langchain/core/messages";
import { ServerError } from "../errors.js";
import { isObject } from "../json.js";
import { isErrorJson, readErrorJson } from "../transport/error_body.js";
import { errorInBody, type ErrorContext } from "../transport/server_error.js";
import { tokenCount, toUsage } from "../usage/usage.js";

/** Vectors, and the server's count of the tokens that it read. */
export interface EmbeddingAnswer {
  vectors: number[][];
  usage?: UsageMetadata;
  servedModel?: string;
}

/**
 * Reads the answer to an embeddings request.
 * @throws ServerError when it is none, or when there is not one vector for each text
 */
export function readEmbeddings(text: string, count: number, context: ErrorContext): EmbeddingAnswer {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unusable("something that is no JSON", text, context);
  }
  if (isErrorJson(json)) throw errorInBody(readErrorJson(json), text, context);
  if (!isObject(json) || !Array.isArray(json.data)) throw unusable("no embeddings", text, context);
  const vectors: number[][] = [];
  json.data.forEach((item: unknown, position) => {
    if (!isObject(item) || !Array.isArray(item.embedding)) return;
    // The order of the list is not promised; the index is.
    vectors[typeof item.index === "number" ? item.index : position] = item.embedding as number[];
  });
  const complete = vectors.filter((vector) => vector !== undefined).length;
  if (complete !== count) throw unusable(`${complete} embeddings for ${count} texts`, text, context);
  const read = isObject(json.usage) ? (tokenCount(json.usage.prompt_tokens) ?? tokenCount(json.usage.total_tokens)) : undefined;
  return {
    vectors,
    ...(read === undefined ? {} : { usage: toUsage(read, 0) }),
    ...(typeof json.model === "string" ? { servedModel: json.model } : {}),
  };
}

function unusable(what: string, text: string, context: ErrorContext): ServerError {
  return new ServerError(`${context.server} answered with ${what}: \`${text.slice(0, 200)}\`.`, {
    status: 200,
    model: context.model,
    body: text.slice(0, 500),
    retryable: false,
  });
}
