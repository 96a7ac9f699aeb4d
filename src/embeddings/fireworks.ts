import { Embeddings, type EmbeddingsParams } from "@langchain/core/embeddings";
import { chunkArray } from "@langchain/core/utils/chunk_array";
import { tallyFor, type Tally } from "../chat_models/default_tally.js";
import { fromEnvironment, requireModel } from "../chat_models/fields.js";
import { ConfigurationError } from "../errors.js";
import type { Json } from "../json.js";
import { explainFireworks, FIREWORKS_SERVER } from "../openai_wire/fireworks_dialect.js";
import { Call } from "../transport/call.js";
import { parseEndpoint, type Endpoint } from "../transport/endpoint.js";
import type { Fetch } from "../transport/patient_fetch.js";
import { stopUnlessRetryable } from "../transport/retry.js";
import { Transport } from "../transport/transport.js";
import { bookEmbedding } from "./book.js";
import { readEmbeddings } from "./response.js";

const DEFAULT_BASE_URL = "https://api.fireworks.ai/inference/v1";
const DEFAULT_BATCH_SIZE = 256;

/** Options of FireworksEmbeddings. */
export interface FireworksEmbeddingsInput extends EmbeddingsParams {
  /** Such as `accounts/fireworks/models/qwen3-embedding-8b`. */
  model: string;
  /** @default the environment's FIREWORKS_API_KEY */
  apiKey?: string;
  /** @default the environment's FIREWORKS_API_BASE or FIREWORKS_BASE_URL, else Fireworks' own */
  baseURL?: string;
  /** Length of the vectors, for models that can shorten theirs. @default the model's own */
  dimensions?: number;
  /** Let the server normalise the vectors; some models' are not. @default false */
  normalize?: boolean;
  /** Texts per request. @default 256 */
  batchSize?: number;
  headers?: Record<string, string>;
  /** The most time for one request, in milliseconds. @default none */
  timeout?: number;
  fetch?: Fetch;
  /** Where the calls are booked: LangChain gives embeddings no callbacks. @default a new handler */
  costs?: Tally;
}

/**
 * Embeddings on Fireworks AI, with their cost.
 *
 * @example
 * ```ts
 * const embeddings = new FireworksEmbeddings({ model: "accounts/fireworks/models/qwen3-embedding-8b" });
 * const vectors = await embeddings.embedDocuments(["low tide", "high tide"]);
 * embeddings.costs.totals.costUsd;
 * ```
 */
export class FireworksEmbeddings extends Embeddings {
  readonly model: string;
  readonly baseURL: string;
  /** What these embeddings have cost so far. */
  readonly costs: Tally;
  readonly #fields: FireworksEmbeddingsInput;
  readonly #apiKey: string;
  readonly #endpoint: Endpoint;
  readonly #transport: Transport;

  constructor(fields: FireworksEmbeddingsInput) {
    super({ ...fields, maxRetries: fields.maxRetries ?? 2, onFailedAttempt: fields.onFailedAttempt ?? stopUnlessRetryable });
    const apiKey = fields.apiKey ?? fromEnvironment("FIREWORKS_API_KEY");
    if (!apiKey) {
      throw new ConfigurationError("apiKey", "No Fireworks API key was found.", "Set the environment variable `FIREWORKS_API_KEY`, or pass `apiKey`.", "MODEL_AUTHENTICATION");
    }
    const baseURL = fields.baseURL ?? fromEnvironment("FIREWORKS_API_BASE", "FIREWORKS_BASE_URL") ?? DEFAULT_BASE_URL;
    this.#endpoint = parseEndpoint(baseURL, "baseURL");
    this.baseURL = this.#endpoint.url;
    this.model = requireModel(fields.model, "accounts/fireworks/models/qwen3-embedding-8b");
    this.costs = tallyFor(fields.costs);
    this.#fields = fields;
    this.#apiKey = apiKey;
    this.#transport = new Transport({ caller: this.caller, fetch: fields.fetch });
  }

  /** One vector for each text, in order. @throws ServerError, ConnectionError, CallTimeoutError */
  override async embedDocuments(texts: string[]): Promise<number[][]> {
    const batches = chunkArray(texts, this.#fields.batchSize ?? DEFAULT_BATCH_SIZE);
    const settled = await Promise.allSettled(batches.map((batch) => this.#embed(batch)));
    // All batches are over before one's failure is thrown, so that their spend is on the books.
    return settled.flatMap((batch) => {
      if (batch.status === "rejected") throw batch.reason;
      return batch.value;
    });
  }

  override async embedQuery(text: string): Promise<number[]> {
    const [vector] = await this.#embed([text]);
    return vector ?? [];
  }

  async #embed(texts: string[]): Promise<number[][]> {
    const call = new Call({ timeoutMs: this.#fields.timeout });
    const context = { server: FIREWORKS_SERVER, model: this.model, explain: explainFireworks };
    const facts = { requested_model: this.model, private_host: this.#endpoint.isPrivate, host: new URL(this.baseURL).host };
    return bookEmbedding(this.costs, { texts, model: this.model, facts, call }, async () => {
      try {
        const answer = await this.#transport.open(call, this.#request(texts), context);
        return readEmbeddings(await answer.text(), texts.length, context);
      } finally {
        call.end();
      }
    });
  }

  #request(input: string[]) {
    const { dimensions, normalize, headers } = this.#fields;
    const body: Json = { model: this.model, input };
    if (dimensions !== undefined) body.dimensions = dimensions;
    if (normalize !== undefined) body.normalize = normalize;
    return {
      method: "POST" as const,
      url: `${this.baseURL}/embeddings`,
      headers: { "content-type": "application/json", accept: "application/json", authorization: `Bearer ${this.#apiKey}`, ...headers },
      body: JSON.stringify(body),
    };
  }
}
