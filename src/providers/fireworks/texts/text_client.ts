import { AsyncCaller, type FailedAttemptHandler } from "@langchain/core/utils/async_caller";
import { ownFacts } from "../../../seam/own_facts.js";
import { tallyFor, type CostCallbackHandler } from "../../../models/default_tally.js";
import { requireApiKey, toEndpoint } from "../../../models/constructor_arguments.js";
import { toJsonText, type Json } from "../../../base/json.js";
import { authorizationOf } from "../../../transport/api_key.js";
import { Call } from "../../../transport/call.js";
import type { Endpoint } from "../../../transport/endpoint.js";
import type { ErrorContext } from "../../../transport/server_error.js";
import { Transport, type WireRequest } from "../../../transport/transport.js";
import { ANNOTATIONS_HEADER, toHeader, toTags } from "../annotations.js";
import { explainFireworks, FIREWORKS_ADDRESSES, FIREWORKS_BASE_URL, FIREWORKS_SERVER } from "../dialect.js";
import { modelIdOn } from "../ids.js";
import { bookTexts, type TextAnswer, type TextCall } from "./book.js";
import type { FireworksTextInput } from "./options.js";

/** One request, and how its answer is read. */
export interface TextRequest<Answer> extends Pick<TextCall, "kind" | "texts" | "mostPerText" | "model"> {
  /** Such as `/embeddings`. */
  path: string;
  /** Without the model. */
  body: Json;
  signal?: AbortSignal;
  read: (text: string, context: ErrorContext) => Answer;
}

/** Asks Fireworks for what is billed by the texts that are sent, and books it. */
export class TextClient {
  /** The base URL in use, without credentials. */
  readonly baseURL: string;
  readonly costs: CostCallbackHandler;
  readonly #input: FireworksTextInput;
  readonly #tags: readonly string[];
  readonly #endpoint: Endpoint;
  readonly #transport: Transport;

  /** @throws ConfigurationError */
  constructor(input: FireworksTextInput & { onFailedAttempt?: FailedAttemptHandler }) {
    const { maxRetries, fetch, onFailedAttempt } = input;
    const apiKey = requireApiKey(input.apiKey, "FIREWORKS_API_KEY", FIREWORKS_SERVER);
    this.#endpoint = toEndpoint(input.baseURL, FIREWORKS_ADDRESSES, FIREWORKS_BASE_URL);
    this.baseURL = this.#endpoint.url;
    this.costs = tallyFor(input.costs);
    this.#tags = toTags(input.annotations);
    this.#input = input;
    const authorize = () => authorizationOf(apiKey, undefined);
    this.#transport = new Transport({ caller: new AsyncCaller({}), fetch, authorize, maxRetries, onFailedAttempt });
  }

  /** @throws ServerError, ConnectionError, CallTimeoutError; what a budget on the books throws */
  async ask<Answer extends TextAnswer>(request: TextRequest<Answer>): Promise<Answer> {
    const { kind, model, texts, mostPerText, signal, read } = request;
    const { timeout: timeoutMs, maxResponseBytes } = this.#input;
    const call = new Call({ timeoutMs, maxResponseBytes }, signal);
    const context = { server: FIREWORKS_SERVER, model, explain: explainFireworks };
    const { host } = new URL(this.baseURL);
    const facts = ownFacts({ requested_model: model, private_host: this.#endpoint.isPrivate, host });
    const sent = { kind, texts, mostPerText, model, facts, tags: this.#tags, call };
    try {
      return await bookTexts(this.costs, sent, async () => {
        const answer = await this.#transport.open(call, this.#toWire(request, host), context);
        return read(await answer.text(), context);
      });
    } finally {
      call.end();
    }
  }

  #toWire({ path, model, body }: Pick<TextRequest<unknown>, "path" | "model" | "body">, host: string): WireRequest {
    return {
      method: "POST",
      url: `${this.baseURL}${path}`,
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...this.#input.headers,
        ...(this.#tags.length > 0 ? { [ANNOTATIONS_HEADER]: toHeader(this.#input.annotations) } : {}),
      },
      body: toJsonText({ model: modelIdOn(host, model), ...body }),
    };
  }
}
