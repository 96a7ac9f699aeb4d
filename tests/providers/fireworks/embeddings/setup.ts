import {
  FireworksEmbeddings,
  type FireworksEmbeddingsInput,
} from "../../../../src/providers/fireworks/embeddings/fireworks.js";
import { json, type Script } from "../../../support/wire_script.js";
import type { WireServer } from "../../../support/wire_server.js";

/** A key that is none. */
export const KEY = "fw_not_a_key";
/** A model with a listed price: 0.10 USD per million input tokens. */
export const MODEL = "accounts/fireworks/models/qwen3-embedding-8b";

/** The body of a request for embeddings. */
export interface Asked {
  model: string;
  input: string[];
}

/** A vector that tells which text it is of. */
export const vectorOf = (input: string) => [input.length, input.charCodeAt(0)];

/** Answers with the vectors in reverse order, as the order of the list is not promised, and a million tokens a text. */
export function echo(request: { json: unknown }): Script {
  const { input, model } = request.json as Asked; // only our own requests come here
  const data = input.map((each, index) => ({ object: "embedding", index, embedding: vectorOf(each) })).reverse();
  const tokens = 1_000_000 * input.length;
  return json(200, { object: "list", data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

/** Embeddings that talk to a wire server. */
export function embeddings(server: WireServer, fields: Partial<FireworksEmbeddingsInput> = {}): FireworksEmbeddings {
  const baseURL = `${server.url}/inference/v1`;
  return new FireworksEmbeddings({ model: MODEL, apiKey: KEY, baseURL, maxRetries: 0, ...fields });
}
