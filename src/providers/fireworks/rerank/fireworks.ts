import type { Callbacks } from "@langchain/core/callbacks/manager";
import { Document, type DocumentInterface } from "@langchain/core/documents";
import { BaseDocumentCompressor } from "@langchain/core/retrievers/document_compressors";
import type { CostCallbackHandler } from "../../../models/default_tally.js";
import { readFields, requireModel } from "../../../models/constructor_arguments.js";
import { such, whole, type Kind } from "../../../models/option_table.js";
import { A_SIGNAL, isSignal } from "../../../run/check_config.js";
import { notFit } from "../../../base/check_given.js";
import { checkCall, checkTextInput, type FireworksTextInput } from "../texts/options.js";
import { TextClient } from "../texts/text_client.js";
import { readRanking, type RerankResult } from "./response.js";

/** Options of FireworksRerank. */
export interface FireworksRerankInput extends FireworksTextInput {
  /** Such as `accounts/fireworks/models/qwen3-reranker-8b`. */
  model: string;
  /** How many documents are kept; `null` for all, in their new order. @default 3 */
  topN?: number | null | undefined;
  /** What the model is told to look for, where it takes such words. @default the model's own */
  task?: string | undefined;
}

/** Options of FireworksRerank where the model's name is the first argument. */
export type FireworksRerankInputBesideModel = Omit<FireworksRerankInput, "model">;

/** Options of one call of FireworksRerank. */
export interface FireworksRerankCallOptions extends Pick<FireworksRerankInput, "topN" | "task"> {
  /** Ends the call when it is aborted. */
  signal?: AbortSignal | undefined;
}

const count = whole(1);
const OWN: Readonly<Record<string, Kind>> = {
  topN: (value, option) => (value === null ? undefined : count(value, option)),
  task: (value) => (typeof value === "string" ? undefined : { remedy: "Pass a text." }),
};
const DEFAULT_TOP_N = 3;
/** What a model of rerankers is told beside a query and a document: a few sentences, at most a token a byte. */
const MOST_PER_PAIR = 1_024;

/**
 * Ranks documents by a query on Fireworks AI, with the cost of it: a document compressor for LangChain's retrievers.
 *
 * @example
 * ```ts
 * const rerank = new FireworksRerank({ model: "accounts/fireworks/models/qwen3-reranker-8b", topN: 2 });
 * const texts = ["The harbour is old.", "Low tide is at six."];
 * const best = await rerank.rerank(texts, "When is the tide low?");
 * rerank.costs.totals.costUsd;
 * ```
 */
export class FireworksRerank extends BaseDocumentCompressor {
  readonly model: string;
  /** The base URL in use, without credentials. */
  readonly baseURL: string;
  /** How many documents are kept; `null` for all. */
  readonly topN: number | null;
  /** What ranking has cost so far. */
  readonly costs: CostCallbackHandler;
  readonly #task: string | undefined;
  readonly #client: TextClient;

  /**
   * @param model - such as `accounts/fireworks/models/qwen3-reranker-8b`
   * @param fields - its options
   * @throws ConfigurationError for options that do not exist, and values that cannot be
   */
  constructor(model: string, fields?: FireworksRerankInputBesideModel);
  /** @param fields - its options, the model's name among them */
  constructor(fields: FireworksRerankInput);
  constructor(modelOrFields: string | FireworksRerankInput, more?: FireworksRerankInputBesideModel) {
    super();
    const fields = readFields<FireworksRerankInput>(modelOrFields, more);
    const { topN = DEFAULT_TOP_N, task } = fields;
    checkTextInput("FireworksRerank", fields, OWN);
    this.#client = new TextClient(fields);
    this.model = requireModel(fields.model, "accounts/fireworks/models/qwen3-reranker-8b");
    this.baseURL = this.#client.baseURL;
    this.costs = this.#client.costs;
    this.topN = topN;
    this.#task = task;
  }

  /**
   * The best documents for a query, best first, each as its place in the list and its score.
   * @throws ConfigurationError, ServerError, ConnectionError, CallTimeoutError
   */
  async rerank(
    documents: readonly (string | DocumentInterface)[],
    query: string,
    options: FireworksRerankCallOptions = {},
  ): Promise<RerankResult[]> {
    checkCall("FireworksRerank", options, { ...OWN, signal: such(A_SIGNAL, isSignal) });
    const { topN = this.topN, task = this.#task, signal } = options ?? {};
    if (typeof query !== "string") throw notFit("query", query, "Pass a text.");
    if (!Array.isArray(documents)) throw notFit("documents", documents, "Pass a list of texts or documents.");
    const texts = documents.map(textOf);
    if (texts.length === 0) return [];
    const { results } = await this.#client.ask({
      kind: "rerank",
      path: "/rerank",
      model: this.model,
      // Each document is read together with the query.
      texts: texts.map((text) => `${task ?? ""}${query}${text}`),
      mostPerText: MOST_PER_PAIR,
      body: {
        query,
        documents: texts,
        return_documents: false,
        ...(topN === null ? {} : { top_n: Math.min(topN, texts.length) }),
        ...(task === undefined ? {} : { task }),
      },
      signal,
      read: (text, context) => readRanking(text, texts.length, context),
    });
    return results.slice(0, topN ?? undefined);
  }

  /**
   * The best documents for a query, best first: copies, with `relevanceScore` in their metadata.
   * @param _callbacks a retriever's, which LangChain has no event of ranking for: it is booked on `costs`
   * @throws ConfigurationError, ServerError, ConnectionError, CallTimeoutError
   */
  override async compressDocuments(
    documents: DocumentInterface[],
    query: string,
    _callbacks?: Callbacks,
  ): Promise<DocumentInterface[]> {
    const results = await this.rerank(documents, query);
    return results.flatMap(({ index, relevanceScore }) => {
      const document = documents[index];
      if (document === undefined) return [];
      const { pageContent, metadata, id } = document;
      return [
        new Document({ pageContent, metadata: { ...metadata, relevanceScore }, ...(id === undefined ? {} : { id }) }),
      ];
    });
  }
}

function textOf(document: unknown, position: number): string {
  const text =
    typeof document === "object" && document !== null && "pageContent" in document ? document.pageContent : document;
  if (typeof text === "string") return text;
  throw notFit(`documents[${position}]`, text, "Pass texts, or documents with a `pageContent`.");
}
