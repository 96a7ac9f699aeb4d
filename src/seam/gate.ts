import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { BaseMessage } from "@langchain/core/messages";

/** A call as a gate sees it, before any request is sent. */
export interface ProposedCall {
  runId: string;
  provider: string;
  model: string;
  messages: readonly BaseMessage[];
  /** The tools' JSON schemas, which are part of the prompt. */
  tools?: readonly unknown[];
  /** The most output tokens that the call asks for; `undefined` when it sets no limit. */
  maxOutputTokens?: number;
  /** How many answers are asked for. */
  n: number;
  /** The run's metadata. A price that the user declared on the model is in here, uninterpreted. */
  metadata: Readonly<Record<string, unknown>>;
  /** The run's handlers, tracers among them. */
  handlers: readonly BaseCallbackHandler[];
}

/** What a gate grants. */
export interface Admission {
  /** A lower limit on output tokens than the call asked for. At least 1. */
  maxOutputTokens?: number;
}

/** A handler that may deny a call, or lower its output limit, before any request is sent. */
export interface CallGate {
  /** Whether the ends of this package's runs tell the handler all that it wants: their tokens are then not announced to it. */
  readonly readsEnds?: boolean;
  /**
   * Throws to deny the call; the error ends the run. Asked again, with the same `runId`, before a second request of the
   * same run, such as the repair of a tool call that the server did not make; what was granted before stays granted.
   */
  admit(call: ProposedCall): Promise<Admission>;
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
