import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { BaseMessage } from "@langchain/core/messages";

/** A call as a gate sees it, before one of its requests is sent. */
export interface ProposedCall {
  runId: string;
  /** The same object for all gates and all requests of one call. */
  call: object;
  provider: string;
  model: string;
  messages: readonly BaseMessage[];
  /** The tools' JSON schemas, which are part of the prompt. */
  tools?: readonly unknown[];
  /** The most output tokens that each answer may have, as far as that is limited already; `undefined` when it is not. */
  maxOutputTokens?: number;
  /** The most that the model can answer with, where that is known. */
  modelMaxOutputTokens?: number;
  /** How many answers are asked for. */
  n: number;
  /** The run's metadata. A price that the user declared on the model is in here, uninterpreted. */
  metadata: Readonly<Record<string, unknown>>;
  /** The run's handlers, tracers among them. */
  handlers: readonly BaseCallbackHandler[];
  /** Aborts when the call is over: who waits for it waits no longer. */
  signal: AbortSignal;
  /** The most time that the whole call may take, in ms; `undefined` when it has no limit. */
  timeoutMs?: number;
  /** Which request of the call it is, from 0. */
  attempt: number;
  /** Whether it is an earlier request once more, whose output limit is settled: `maxOutputTokens` is what it is sent with. */
  isResent: boolean;
  /** Whether a request before this one may have been charged, which was not in what gates were asked before. */
  isExtra: boolean;
  /**
   * An upper bound of the prompt's tokens; `undefined` where nothing bounds it (a film, a document).
   * @param by - "server" has the server count, where the model knows how; an estimate else
   */
  maxInputTokens(by: "estimate" | "server"): Promise<number | undefined>;
}

/** What a gate grants. What it granted for earlier requests of the call is part of it. */
export interface Admission {
  /** A lower limit on output tokens than the call asked for. At least 1. */
  maxOutputTokens?: number;
  /** Goes into the answer's `response_metadata`. */
  metadata?: Readonly<Record<string, unknown>>;
  /** The request leaves now. */
  sent?(): void;
  /** The server refused the request, and asked to wait so long before the next. */
  refused?(retryAfterMs: number): void;
  /** Told once, after the call's end event, on every path. Never rejects. */
  settle?(end: CallEnd): void | Promise<void>;
}

/** How a call ended, as a gate needs to know it where its end event does not say more. */
export interface CallEnd {
  /** Whether any of its requests may have been charged. */
  mayHaveCost: boolean;
}

/** A handler that may deny a call, or lower its output limit, before any request is sent. */
export interface CallGate {
  /** Whether the ends of this package's runs tell the handler all that it wants: their tokens are then not announced to it. */
  readonly readsEnds?: boolean;
  /** Whether it is asked too before a request is sent once more that has cost nothing, such as one that was refused with a 429. */
  readonly countsRequests?: boolean;
  /**
   * Throws to deny the call; the error ends the run. Asked again, with the same `call`, before each further request of the same run
   * that may be charged: the repair of a tool call that the server did not make, a request whose answer was lost.
   */
  admit(call: ProposedCall): Admission | Promise<Admission>;
}

/** True for a handler that is a gate too. */
export function isCallGate<Handler extends object>(handler: Handler): handler is Handler & CallGate {
  return "admit" in handler && typeof handler.admit === "function";
}

/**
 * Facts about a call that only its model knows, and that pricing needs. They ride in `response_metadata.metered` and in the run's
 * `metadata.metered`, and are believed where they bear the mark of `own_facts.ts`.
 */
export interface MeteredFacts {
  /** The model as the user asked for it; `model_name` says which one served. */
  requested_model: string;
  /** On a loopback or private address. */
  private_host: boolean;
  /** The host that served, without credentials. */
  host?: string;
  /** The service tier that was asked for; what the answer says of it comes first. */
  service_tier?: string;
  /** The `pricing` that the user declared, uninterpreted. */
  pricing?: unknown;
  /** Whether the user said that what the server says of its prices is so. */
  trust_server_prices?: boolean;
}
