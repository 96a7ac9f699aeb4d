import { ConnectionError, ContextWindowError, ServerError } from "../../base/errors.js";
import type { Json } from "../../base/json.js";
import { baseUrlCandidates, isMissingRoute } from "./base_urls.js";
import { outputThatFits } from "../../wires/openai/fit_output.js";
import { concessionFor, type Concession } from "../../wires/openai/refusals.js";
import type { Call } from "../../transport/call.js";
import { pause } from "../../transport/pause.js";
import type { ServerKnowledge } from "./knowledge.js";

/** What a user allows when a server refuses. */
export interface PlanOptions {
  /** How long a model that loads is waited for, in milliseconds. */
  loadingTimeoutMs: number;
  /** Ask for fewer output tokens when prompt and output together do not fit. */
  fitMaxTokens: boolean;
}

/** Between two looks whether the model has been loaded, where the server names no time; and the least where it does. */
const LOOK_EVERY_MS = 1_000;
const LEAST_WAIT_MS = 50;

/**
 * The form in which a request is made, and how it changes when the server refuses one form of it: another base URL,
 * without a field, after waiting for the model. A refused request costs nothing, and each change is made once.
 */
export class RequestPlan {
  /** An output limit that fits the window, once the server has said that the other one does not. */
  maxTokens: number | undefined;
  private readonly urls: string[];
  private readonly conceded: Set<Concession>;
  private position = 0;
  private loadingSince: number | undefined;
  private missing: ServerError | undefined;

  constructor(
    baseURL: string,
    private readonly knowledge: ServerKnowledge,
    private readonly options: PlanOptions,
  ) {
    this.urls = [...new Set([...(knowledge.url === undefined ? [] : [knowledge.url]), ...baseUrlCandidates(baseURL)])];
    this.conceded = new Set(knowledge.concessions);
  }

  get url(): string {
    return this.urls[this.position] ?? "";
  }

  get concessions(): ReadonlySet<Concession> {
    return this.conceded;
  }

  /** A failure with which the plan deals by itself, so that the transport need not try again. */
  waitsFor(error: unknown): boolean {
    return this.options.loadingTimeoutMs > 0 && ServerError.isInstance(error) && isLoading(error);
  }

  /** The server took the request in this form. */
  succeeded(): void {
    this.knowledge.url = this.url;
    for (const concession of this.conceded) this.knowledge.concessions.add(concession);
  }

  /** Changes the plan after a refusal; throws when there is nothing left to change. */
  async adapt(error: unknown, body: Json, call: Call): Promise<void> {
    if (!ServerError.isInstance(error)) throw ConnectionError.isInstance(error) ? (this.missing ?? error) : error;
    const isToWait = !this.change(error, body);
    // What can be mended was a refusal, also in the body of a 200: no model has worked for it.
    call.refuse(error.message);
    if (isToWait) await this.wait(error, call);
  }

  /** False when nothing is to be changed, and the same request to be made later. */
  private change(error: ServerError, body: Json): boolean {
    if (isMissingRoute(error, this.url)) {
      this.moveOn(error);
      return true;
    }
    const concession = concessionFor(error, body);
    // For want of a parser another request has to be made altogether, which is not the plan's.
    if (concession !== undefined && concession !== "tool_parser" && !this.conceded.has(concession)) {
      this.conceded.add(concession);
      return true;
    }
    if (this.options.fitMaxTokens && this.maxTokens === undefined && ContextWindowError.isInstance(error)) {
      this.maxTokens = outputThatFits(error);
      if (this.maxTokens !== undefined) return true;
    }
    if (isLoading(error)) return false;
    // A guess at the base URL that fails says less than what was said of the one that the user wrote.
    throw this.missing !== undefined && (error.status ?? 500) >= 500 ? this.missing : error;
  }

  private moveOn(error: ServerError): void {
    this.missing ??= error;
    this.position++;
    // What the server said of the URL that the user wrote is what helps them.
    if (this.position >= this.urls.length) throw this.missing;
  }

  private async wait(error: ServerError, call: Call): Promise<void> {
    this.loadingSince ??= Date.now();
    const left = this.loadingSince + this.options.loadingTimeoutMs - Date.now();
    if (left <= 0) throw error;
    const ms = Math.max(error.retryAfterMs ?? LOOK_EVERY_MS, LEAST_WAIT_MS);
    await pause(Math.min(ms, left), call.signal);
  }
}

/** In the server's own words: llama.cpp says "Loading model", KServe "is not ready". */
function isLoading({ status, body }: ServerError): boolean {
  return status === 503 && /loading|not ready|starting|warming up|initiali[sz]ing/i.test(body ?? "");
}
