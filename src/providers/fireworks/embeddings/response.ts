import { AIMessage, type UsageMetadata } from "@langchain/core/messages";
import { ServerError } from "../../../base/errors.js";
import { isObject, type Json } from "../../../base/json.js";
import { isErrorJson, readErrorJson } from "../../../transport/error_body.js";
import { errorInBody, type ErrorContext } from "../../../transport/server_error.js";
import { tokenCount } from "../../../base/counts.js";
import { toUsage } from "../../../base/usage.js";
import { credibleUsage } from "../../../usage/credible.js";

/** Vectors, and the server's count of the tokens that it read. */
export interface EmbeddingAnswer {
  vectors: number[][];
  usage?: UsageMetadata;
  servedModel?: string;
}

/**
 * Reads the answer to an embeddings request.
 * @throws ServerError when it is none, or when there is not one vector for each text; what it says of usage is on it
 */
export function readEmbeddings(text: string, count: number, context: ErrorContext): EmbeddingAnswer {
  const json = parse(text);
  if (json === undefined) throw unusable("something that is no JSON", text, context);
  const usage = isObject(json) ? readUsage(json) : undefined;
  if (isErrorJson(json)) throw errorInBody(readErrorJson(json), text, context, usage);
  if (!isObject(json) || !Array.isArray(json.data)) throw unusable("no embeddings", text, context, usage);
  const vectors = readVectors(json.data, count);
  if (vectors.size !== count) throw unusable(`${vectors.size} embeddings for ${count} texts`, text, context, usage);
  return {
    vectors: Array.from({ length: count }, (_, index) => vectors.get(index) ?? []),
    ...(usage === undefined ? {} : { usage }),
    ...(typeof json.model === "string" && json.model !== "" ? { servedModel: json.model } : {}),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
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

function readUsage({ usage }: Json): UsageMetadata | undefined {
  if (!isObject(usage)) return undefined;
  const read = tokenCount(usage.prompt_tokens) ?? tokenCount(usage.total_tokens);
  return read === undefined ? undefined : credibleUsage({ usage: toUsage(read, 0) }, false)?.usage;
}

function unusable(what: string, text: string, context: ErrorContext, usage?: UsageMetadata): ServerError {
  const shown = text.trim() === "" ? "an empty body" : `${what}: \`${text.trim().slice(0, 200)}\``;
  const spent = usage && new AIMessage({ content: "", usage_metadata: usage });
  return new ServerError(
    `${context.server} answered the request for embeddings with ${shown}. Is the base URL that of the API?`,
    {
      status: 200,
      model: context.model,
      url: context.url,
      body: text.slice(0, 500),
      retryable: false,
      ...(spent ? { partialOutput: spent } : {}),
    },
  );
}
