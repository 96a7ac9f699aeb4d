import { ownFacts } from "../../../seam/own_facts.js";
import { Embeddings, type EmbeddingsParams } from "@langchain/core/embeddings";
import { AsyncCaller } from "@langchain/core/utils/async_caller";
import { tallyFor, type CostCallbackHandler } from "../../../models/default_tally.js";
import { readFields, requireApiKey, requireModel, toEndpoint } from "../../../models/constructor_arguments.js";
import { checkOption } from "../../../models/option_table.js";
import { METERED_OPTIONS } from "../../../models/shared_options.js";
import { ConfigurationError } from "../../../base/errors.js";
import { toJsonText, type Json } from "../../../base/json.js";
import { explainFireworks, FIREWORKS_ADDRESSES, FIREWORKS_BASE_URL, FIREWORKS_SERVER } from "../dialect.js";
import { ANNOTATIONS_HEADER, toHeader, toTags, type FireworksAnnotations } from "../annotations.js";
import { FIREWORKS_OPTIONS } from "../options.js";
import { modelIdOn } from "../ids.js";
import { authorizationOf, type ApiKey } from "../../../transport/api_key.js";
import { Call } from "../../../transport/call.js";
import type { Endpoint } from "../../../transport/endpoint.js";
import type { Fetch } from "../../../transport/patient_fetch.js";
import { Transport, type WireRequest } from "../../../transport/transport.js";
import { bookEmbedding } from "./book.js";
import { readEmbeddings } from "./response.js";

const DEFAULT_BATCH_SIZE = 256;

/** Options of FireworksEmbeddings. */
export interface FireworksEmbeddingsInput extends EmbeddingsParams {
  /** Such as `accounts/fireworks/models/qwen3-embedding-8b`. */
  model: string;
  /** @default the environment's FIREWORKS_API_KEY */
  apiKey?: ApiKey | undefined;
  /** @default the environment's FIREWORKS_API_BASE or FIREWORKS_BASE_URL, else Fireworks' own */
  baseURL?: string | undefined;
  /** Length of the vectors, for models that can shorten theirs. @default the model's own */
  dimensions?: number;
  /** Let the server normalise the vectors; some models' are not. @default false */
  normalize?: boolean;
  /** Texts per request. @default 256 */
  batchSize?: number;
  /** Whom the calls are for: `team`, `project`, `environment`, in a header for Fireworks' usage, and as tags of the runs. */
  annotations?: FireworksAnnotations;
  /** Extra HTTP headers for every request. */
  headers?: Record<string, string>;
  /** The most time for one request, its retries included, in milliseconds. @default none */
  timeout?: number;
  /** The most bytes that the answer to one request may have; more is a `ResponseTooLargeError`. At most 268435456. @default 67108864 */
  maxResponseBytes?: number;
  /** Attempts after a first one that failed before its answer began. @default 2 */
  maxRetries?: number;
  /** What requests are sent with. @default Node's fetch, without its limit of 300 s */
  fetch?: Fetch;
  /** Where the calls are booked: LangChain gives embeddings no callbacks. @default a new handler */
  costs?: CostCallbackHandler;
}

/** Options of one call of FireworksEmbeddings. */
export interface FireworksEmbeddingsCallOptions {
  signal?: AbortSignal;
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
  /** The base URL in use, without credentials. */
  readonly baseURL: string;
  /** What these embeddings have cost so far. */
  readonly costs: CostCallbackHandler;
  readonly #fields: FireworksEmbeddingsInput;
  readonly #tags: readonly string[];
  readonly #apiKey: ApiKey;
  readonly #endpoint: Endpoint;
  readonly #transport: Transport;

  constructor(model: string, fields?: Omit<FireworksEmbeddingsInput, "model">);
  constructor(fields: FireworksEmbeddingsInput);
  constructor(modelOrFields: string | FireworksEmbeddingsInput, more?: Omit<FireworksEmbeddingsInput, "model">) {
    const fields = readFields<FireworksEmbeddingsInput>(modelOrFields, more);
    const { maxConcurrency, maxRetries, maxResponseBytes, timeout, fetch, onFailedAttempt } = fields;
    checkCount("maxConcurrency", maxConcurrency === Infinity ? undefined : maxConcurrency);
    checkLimit("maxRetries", maxRetries);
    checkLimit("timeout", timeout);
    // A queue of batches; retries are the transport's.
    super({ maxConcurrency, maxRetries: 0 });
    this.#apiKey = requireApiKey(fields.apiKey, "FIREWORKS_API_KEY", FIREWORKS_SERVER);
    this.#endpoint = toEndpoint(fields.baseURL, FIREWORKS_ADDRESSES, FIREWORKS_BASE_URL);
    this.baseURL = this.#endpoint.url;
    this.model = requireModel(fields.model, "accounts/fireworks/models/qwen3-embedding-8b");
    this.costs = tallyFor(fields.costs);
    checkCount("batchSize", fields.batchSize);
    checkCount("dimensions", fields.dimensions);
    if (maxResponseBytes !== undefined)
      checkOption("maxResponseBytes", METERED_OPTIONS.maxResponseBytes, maxResponseBytes);
    if (fields.annotations !== undefined) checkOption("annotations", FIREWORKS_OPTIONS.annotations, fields.annotations);
    this.#tags = toTags(fields.annotations);
    this.#fields = fields;
    const authorize = () => authorizationOf(this.#apiKey, undefined);
    this.#transport = new Transport({ caller: new AsyncCaller({}), fetch, authorize, maxRetries, onFailedAttempt });
  }

  /**
   * One vector for each text, in order.
   * @throws ConfigurationError, ServerError, ConnectionError, CallTimeoutError
   */
  override async embedDocuments(texts: string[], options?: FireworksEmbeddingsCallOptions): Promise<number[][]> {
    texts.forEach(checkText);
    const size = this.#fields.batchSize ?? DEFAULT_BATCH_SIZE;
    const batches = Array.from({ length: Math.ceil(texts.length / size) }, (_, index) =>
      texts.slice(index * size, (index + 1) * size),
    );
    const failures: unknown[] = [];
    const embed = async (batch: string[]): Promise<number[][]> => {
      // What waits for its turn need not be sent any more; what is under way goes on, for its cost is known only then.
      if (failures.length > 0) return [];
      try {
        return await this.#embed(batch, options);
      } catch (error) {
        failures.push(error);
        return [];
      }
    };
    const vectors = await Promise.all(batches.map((batch) => this.caller.call(embed, batch)));
    if (failures.length > 0) throw failures[0];
    return vectors.flat();
  }

  /** The vector of one text. @throws ServerError, ConnectionError, CallTimeoutError */
  override async embedQuery(text: string, options?: FireworksEmbeddingsCallOptions): Promise<number[]> {
    const [vector = []] = await this.embedDocuments([text], options);
    return vector;
  }

  async #embed(texts: string[], options: FireworksEmbeddingsCallOptions | undefined): Promise<number[][]> {
    const { timeout: timeoutMs, maxResponseBytes } = this.#fields;
    const call = new Call({ timeoutMs, maxResponseBytes }, options?.signal);
    const context = { server: FIREWORKS_SERVER, model: this.model, explain: explainFireworks };
    const facts = ownFacts({
      requested_model: this.model,
      private_host: this.#endpoint.isPrivate,
      host: new URL(this.baseURL).host,
    });
    try {
      return await bookEmbedding(this.costs, { texts, model: this.model, facts, tags: this.#tags, call }, async () => {
        const answer = await this.#transport.open(call, this.#request(texts), context);
        return readEmbeddings(await answer.text(), texts.length, context);
      });
    } finally {
      call.end();
    }
  }

  #request(input: string[]): WireRequest {
    const { dimensions, normalize, headers } = this.#fields;
    const body: Json = { model: modelIdOn(new URL(this.baseURL).host, this.model), input };
    if (dimensions !== undefined) body.dimensions = dimensions;
    if (normalize !== undefined) body.normalize = normalize;
    return {
      method: "POST",
      url: `${this.baseURL}/embeddings`,
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...headers,
        ...(this.#tags.length > 0 ? { [ANNOTATIONS_HEADER]: toHeader(this.#fields.annotations) } : {}),
      },
      body: toJsonText(body),
    };
  }
}

function checkCount(option: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return;
  throw new ConfigurationError(
    option,
    `\`${option}\` is \`${String(value)}\`.`,
    "It must be a whole number of at least 1.",
  );
}

function checkLimit(option: string, value: number | undefined): void {
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw new ConfigurationError(option, `\`${option}\` is \`${String(value)}\`.`, "It must be a number of at least 0.");
}

function checkText(text: unknown, position: number): void {
  if (typeof text === "string") return;
  throw new ConfigurationError("texts", `\`texts[${position}]\` is \`${JSON.stringify(text)}\`.`, "Pass texts.");
}
