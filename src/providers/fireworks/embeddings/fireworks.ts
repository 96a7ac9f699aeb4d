import { Embeddings, type EmbeddingsParams } from "@langchain/core/embeddings";
import type { CostCallbackHandler } from "../../../models/default_tally.js";
import { readFields, requireModel } from "../../../models/constructor_arguments.js";
import type { OrUndefined } from "../../../models/options.js";
import { such, SWITCH, whole, wholeLimit } from "../../../models/option_table.js";
import { A_SIGNAL, isSignal } from "../../../run/check_config.js";
import { checkGiven } from "../../../base/check_given.js";
import { ConfigurationError } from "../../../base/errors.js";
import { shown } from "../../../base/shown.js";
import type { Json } from "../../../base/json.js";
import { checkCall, checkTextInput, type FireworksTextInput } from "../texts/options.js";
import { TextClient } from "../texts/text_client.js";
import { readEmbeddings } from "./response.js";

const OWN = {
  dimensions: whole(1),
  normalize: SWITCH,
  batchSize: whole(1),
  maxConcurrency: wholeLimit(1),
};
const DEFAULT_BATCH_SIZE = 256;

/** Options of FireworksEmbeddings. */
export interface FireworksEmbeddingsInput extends OrUndefined<EmbeddingsParams>, FireworksTextInput {
  /** Such as `accounts/fireworks/models/qwen3-embedding-8b`. */
  model: string;
  /** Length of the vectors, for models that can shorten theirs. @default the model's own */
  dimensions?: number | undefined;
  /** Let the server normalise the vectors; some models' are not. @default false */
  normalize?: boolean | undefined;
  /** Texts per request. @default 256 */
  batchSize?: number | undefined;
  /** Attempts after a first one that failed before its answer began. @default 2 */
  maxRetries?: number | undefined;
}

/** Options of FireworksEmbeddings where the model's name is the first argument. */
export type FireworksEmbeddingsInputBesideModel = Omit<FireworksEmbeddingsInput, "model">;

/** Options of one call of FireworksEmbeddings. */
export interface FireworksEmbeddingsCallOptions {
  /** Ends the call when it is aborted. */
  signal?: AbortSignal | undefined;
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
  readonly #client: TextClient;

  /**
   * @param model - such as `accounts/fireworks/models/qwen3-embedding-8b`
   * @param fields - its options
   * @throws ConfigurationError for options that do not exist, and values that cannot be
   */
  constructor(model: string, fields?: FireworksEmbeddingsInputBesideModel);
  /** @param fields - its options, the model's name among them */
  constructor(fields: FireworksEmbeddingsInput);
  constructor(modelOrFields: string | FireworksEmbeddingsInput, more?: FireworksEmbeddingsInputBesideModel) {
    const fields = readFields<FireworksEmbeddingsInput>(modelOrFields, more);
    const { maxConcurrency } = fields;
    checkTextInput("FireworksEmbeddings", fields, OWN);
    // A queue of batches; retries are the transport's.
    super({ maxConcurrency, maxRetries: 0 });
    this.#client = new TextClient(fields);
    this.baseURL = this.#client.baseURL;
    this.model = requireModel(fields.model, "accounts/fireworks/models/qwen3-embedding-8b");
    this.costs = this.#client.costs;
    this.#fields = fields;
  }

  /**
   * One vector for each text, in order.
   * @throws ConfigurationError, ServerError, ConnectionError, CallTimeoutError
   */
  override async embedDocuments(texts: string[], options?: FireworksEmbeddingsCallOptions): Promise<number[][]> {
    checkGiven("texts", texts, Array.isArray, "Pass a list of texts.");
    texts.forEach(checkText);
    checkCall("FireworksEmbeddings", options, { signal: such(A_SIGNAL, isSignal) });
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
    const { dimensions, normalize } = this.#fields;
    const body: Json = { input: texts };
    if (dimensions !== undefined) body.dimensions = dimensions;
    if (normalize !== undefined) body.normalize = normalize;
    const { vectors } = await this.#client.ask({
      kind: "embedding",
      path: "/embeddings",
      model: this.model,
      texts,
      body,
      signal: options?.signal,
      read: (text, context) => readEmbeddings(text, texts.length, context),
    });
    return vectors;
  }
}

function checkText(text: unknown, position: number): void {
  if (typeof text === "string") return;
  throw new ConfigurationError("texts", `\`texts[${position}]\` is \`${shown(text)}\`.`, "Pass texts.");
}
