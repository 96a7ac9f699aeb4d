import { ConnectionError, ContextWindowError, ServerError } from "../../../base/errors.js";
import { withHint } from "../../../base/with_hint.js";
import type { Json } from "../../../base/json.js";
import type { Call } from "../../../transport/call.js";
import { pause } from "../../../transport/pause.js";
import { baseUrlCandidates, isMissingRoute } from "./base_urls.js";
import type { Dialect } from "../../../wires/openai/dialect.js";
import { concessionsTo, type ServerKnowledge } from "./knowledge.js";
import { dialectIn, isMessageForm, type MessageForm } from "./message_form.js";
import { isLoading, offenceOf, outputThatFits } from "./refusals.js";
import { concede, withInstruction, type Concession } from "./request_body.js";

/** How far a request may depart from what the user wrote when the server refuses it. */
export interface FormSettings {
  /** How long a model that loads is waited for, in milliseconds. */
  loadingTimeoutMs: number;
  /** Ask for fewer output tokens when prompt and output together do not fit. */
  fitMaxTokens: boolean;
  /** The forms in which the server takes conversations, as far as the user knows; `false` for that of the user alone. */
  messageForm: readonly MessageForm[] | false;
}

/** In what a further request of the same run differs from its first. */
export interface Changes {
  /** Fields to set; `undefined` takes one out. */
  params: Json;
  /** What the model is told besides. */
  instruction?: string;
}

/** Between two looks whether the model has been loaded, where the server names no time; and the least where it does. */
const LOOK_EVERY_MS = 1_000;
const LEAST_WAIT_MS = 50;

/**
 * The form in which a request is made, and how it changes when the server refuses one form of it: another base URL,
 * without a field, after waiting for the model. A refused request costs nothing, and each change is made once.
 */
export class RequestForm {
  /** An output limit that fits the window, once the server has said that the other one does not. */
  maxTokens: number | undefined;
  private readonly urls: string[];
  private readonly conceded: Set<Concession>;
  private readonly learnt = new Set<Concession>();
  private position = 0;
  private loadingSince: number | undefined;
  private missing: ServerError | undefined;

  constructor(
    baseURL: string,
    private readonly knowledge: ServerKnowledge,
    private readonly settings: FormSettings,
    readonly stream: boolean,
    private readonly changes?: Changes,
  ) {
    this.urls = [...new Set([...(knowledge.url === undefined ? [] : [knowledge.url]), ...baseUrlCandidates(baseURL)])];
    this.conceded = concessionsTo(knowledge, settings.messageForm);
  }

  get url(): string {
    return this.urls[this.position] ?? "";
  }

  /** False once the server has refused `stream_options`. */
  get mayAskForUsage(): boolean {
    return !this.conceded.has("stream_options");
  }

  /** How the server is spoken to in this form. */
  dialect(usual: Dialect): Dialect {
    return dialectIn(this.conceded, usual);
  }

  /** The request's fields and messages in this form, made of those that the user means. */
  shape(params: Json, messages: Json[]): { params: Json; messages: Json[] } {
    const { params: changed, instruction } = this.changes ?? {};
    const told = instruction === undefined ? messages : withInstruction(messages, instruction);
    // A stream is one answer: its reader could not tell several apart.
    const fields = { ...params, ...changed, ...(this.stream ? { n: undefined } : {}) };
    const { messages: sent, ...rest } = concede({ ...fields, messages: told }, this.conceded);
    return { params: rest, messages: sent as Json[] }; // a list stays a list
  }

  /** A failure that `adapt` deals with, so that the transport need not try again. */
  waitsFor(error: unknown): boolean {
    return this.settings.loadingTimeoutMs > 0 && ServerError.isInstance(error) && isLoading(error);
  }

  /** The server took the request in this form. */
  succeeded(): void {
    this.knowledge.url = this.url;
    for (const concession of this.learnt) this.knowledge.concessions.add(concession);
  }

  /** Changes the form after a refusal; throws when there is nothing left to change. */
  async adapt(error: unknown, body: Json, call: Call): Promise<void> {
    if (!ServerError.isInstance(error)) throw ConnectionError.isInstance(error) ? (this.missing ?? error) : error;
    const isToWait = !this.change(error, body);
    // An error that can be mended was a refusal, also in the body of a 200: no model has worked for it.
    call.refuse(error.message);
    if (isToWait) await this.wait(error, call);
  }

  /** False when nothing is to be changed, and the same request to be made later. */
  private change(error: ServerError, body: Json): boolean {
    if (isMissingRoute(error, this.url)) {
      this.moveOn(error);
      return true;
    }
    const { concession, isCertain } = offenceOf(error, body) ?? {};
    if (concession !== undefined && !this.conceded.has(concession)) {
      if (this.settings.messageForm === false && isMessageForm(concession)) {
        throw withHint(
          error,
          `With \`messageForm: ["${concession}"]\` it is put in the form that the chat template takes.`,
        );
      }
      this.conceded.add(concession);
      // What a prompt may have said is no fact about the server: it holds for this call alone.
      if (isCertain === true) this.learnt.add(concession);
      return true;
    }
    if (this.settings.fitMaxTokens && this.maxTokens === undefined && ContextWindowError.isInstance(error)) {
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
    // The user is helped by the error of the URL that they wrote, and not by those of our guesses.
    if (this.position >= this.urls.length) throw this.missing;
  }

  private async wait(error: ServerError, call: Call): Promise<void> {
    this.loadingSince ??= Date.now();
    const left = this.loadingSince + this.settings.loadingTimeoutMs - Date.now();
    if (left <= 0) throw error;
    const ms = Math.max(error.retryAfterMs ?? LOOK_EVERY_MS, LEAST_WAIT_MS);
    await pause(Math.min(ms, left), call.signal);
  }
}
