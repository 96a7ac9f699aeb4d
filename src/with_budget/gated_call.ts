import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../base/errors.js";
import { fieldsOf, numberOf, type Json } from "../base/json.js";
import { randomId } from "../base/random_id.js";
import { statusOf } from "../books/refused.js";
import { openRun, type OpenRun } from "../books/open_run.js";
import { failureOf, type AskedCall, type RunEnd } from "../books/run_end.js";
import { settle, type SettlementOptions } from "../books/settle.js";
import type { BudgetGate, CallHold } from "../budget/gate.js";
import type { ProposedCall } from "../seam/gate.js";
import type { DeclaredPricing } from "../seam/declared_pricing.js";
import { limitIn, limitOutput, paramsOf, type Limited } from "./output_limit.js";
import { methodOf, overlay } from "../base/overlay.js";
import { boundOfPrompt, toolsIn } from "./prompt_bound.js";
import { watchedRetries } from "./retries.js";

/** What a gated model is gated by. */
export interface GateOptions {
  gate: Pick<BudgetGate, "admit">;
  settlement: SettlementOptions;
  pricing?: DeclaredPricing;
  limitOutput?: (tokens: number) => object;
  /** Whether a call is sent whose output nothing limits. */
  sendsUnlimited: boolean;
}

/** A call of another package's model, as its hook was given it. */
export interface ForeignCall {
  model: object;
  messages: BaseMessage[];
  options: Json;
  runManager: CallbackManagerForLLMRun | undefined;
  /** Of the run, where the hook was not given the run itself. */
  metadata: Readonly<Record<string, unknown>>;
  /** Whether the class is known to send all requests where they are watched. Another one may have sent one at any time. */
  isWatched: boolean;
}

/** One request, from its admission to its charge. */
interface Attempt {
  hold: CallHold;
  startedMs: number;
  /** Whether somebody sends it, and whether it may have left. */
  isTaken: boolean;
  isSent: boolean;
  isSettled: boolean;
}

/** One call of another package's model: what it holds, request by request, and what it is charged. */
export class GatedCall {
  readonly run: OpenRun;
  readonly asked: AskedCall;
  readonly #over = new AbortController();
  readonly #attempts: Attempt[] = [];
  readonly #params: Json;
  #limit: number | undefined;
  #bound: Promise<number | undefined> | undefined;

  constructor(
    readonly given: ForeignCall,
    readonly by: GateOptions,
  ) {
    const { model, options, messages, runManager, metadata } = given;
    this.#params = paramsOf(model, options);
    this.#limit = limitIn(this.#params);
    this.run = openRun(
      {
        model: methodOf(model, "toJSON")?.call(model),
        prompt: [messages],
        runId: runManager?.runId ?? randomId(32),
        extraParams: { invocation_params: this.#params },
        metadata,
      },
      Date.now(),
    );
    const { expected, params, heard } = this.run;
    if (by.pricing !== undefined) expected.pricing = by.pricing;
    this.asked = { isOurs: false, className: expected.className, model: expected.modelRequested, params, heard };
  }

  /**
   * Asks the budgets, and gives back the model to ask in its place, with what it is to be asked with.
   * @throws BudgetExceededError, BudgetUnavailableError, ConfigurationError; nothing was sent then
   */
  async admit(): Promise<Limited> {
    const { model, options, isWatched } = this.given;
    const signal = signalIn(options);
    signal?.throwIfAborted();
    // Nobody else is told of an abort while a stream waits for its reader.
    signal?.addEventListener("abort", () => void this.end(this.cut("AbortError")), { signal: this.#over.signal });
    const attempt = await this.#next();
    const granted = attempt.hold.maxOutputTokens;
    const limited = granted === undefined || granted === this.#limit ? undefined : this.#limited(granted);
    if (limited !== undefined) this.#limit = granted;
    else if (granted !== undefined && granted !== this.#limit && !this.by.sendsUnlimited) throw this.#unlimited();
    if (!isWatched) sent(attempt);
    const { maxRetries, ...rest } = limited?.options ?? options;
    const view = limited?.view ?? model;
    const watched = watchedRetries(view, (send) => this.request(send), numberOf(maxRetries));
    return { view: overlay(view, watched), options: rest };
  }

  /** Sends one request: the first is admitted already, any other is before it is sent. */
  async request<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    this.#over.signal.throwIfAborted();
    const last = this.#attempts.at(-1);
    const attempt = last !== undefined && !last.isTaken ? last : await this.#next();
    attempt.isTaken = true;
    sent(attempt);
    try {
      return await send();
    } catch (error) {
      if (statusOf(error) === 429) attempt.hold.refused(retryAfterMsOf(error));
      await this.#settle(attempt, failureOf(error, undefined, this.asked));
      throw error;
    }
  }

  /** Charges what is not charged yet, once: the last request by how the call ended. */
  async end(end: RunEnd): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    const last = this.#attempts.at(-1);
    const lost = failureOf(undefined, undefined, { isOurs: false });
    await Promise.all(this.#attempts.map((attempt) => this.#settle(attempt, attempt === last ? end : lost)));
  }

  /** The end of a call that was left, or whose failure says nothing: what was heard of it counts. */
  cut(name: string): RunEnd {
    return failureOf({ name }, undefined, this.asked);
  }

  /** Goes into the answer's `response_metadata`. */
  get notes(): Json {
    return { ...this.#attempts.at(-1)?.hold.metadata };
  }

  async #next(): Promise<Attempt> {
    const attempt = this.#attempts.length;
    const hold = await this.by.gate.admit(this.#proposed(attempt), this.run.expected);
    const admitted: Attempt = { hold, startedMs: Date.now(), isTaken: false, isSent: false, isSettled: false };
    this.#attempts.push(admitted);
    if (this.#over.signal.aborted) {
      await this.#settle(admitted, this.cut("AbortError"));
      signalIn(this.given.options)?.throwIfAborted();
      this.#over.signal.throwIfAborted();
    }
    return admitted;
  }

  #proposed(attempt: number): ProposedCall {
    const { model, options, messages, runManager, metadata } = this.given;
    const { provider, modelRequested } = this.run.expected;
    return {
      runId: this.run.runId,
      call: {},
      provider,
      model: modelRequested,
      messages,
      tools: toolsIn(this.#params),
      maxOutputTokens: this.#limit,
      modelMaxOutputTokens: numberOf(fieldsOf(Reflect.get(model, "profile")).maxOutputTokens),
      n: answersIn(this.#params),
      metadata,
      handlers: runManager?.handlers ?? [],
      signal: signalIn(options) ?? this.#over.signal,
      timeoutMs: numberOf(metadata.timeoutMs),
      attempt,
      // Each request is held for, and charged, on its own.
      isResent: attempt > 0,
      isExtra: attempt > 0,
      maxInputTokens: () => (this.#bound ??= boundOfPrompt(messages, this.#params)),
    };
  }

  #limited(tokens: number): Limited | undefined {
    const { model, options } = this.given;
    const given = this.by.limitOutput?.(tokens);
    return given === undefined
      ? limitOutput(model, options, tokens)
      : { view: model, options: { ...options, ...given } };
  }

  #unlimited(): ConfigurationError {
    const { className = "this class" } = this.run.expected;
    return new ConfigurationError(
      "limitOutput",
      `No output limit can be set on a call of \`${className}\`, so that nothing bounds what its answer costs.`,
      "Say how with `limitOutput: (tokens) => ({ max_tokens: tokens })`, or set a limit on the model.",
    );
  }

  async #settle(attempt: Attempt, end: RunEnd): Promise<void> {
    if (attempt.isSettled) return;
    attempt.isSettled = true;
    const mayHaveCost = attempt.isSent && end.nothingSpent === undefined;
    if (mayHaveCost) {
      const run = { ...this.run, startedMs: attempt.startedMs };
      const { entry } = settle(run, end, Date.now(), this.by.settlement);
      attempt.hold.charge(entry.cost, entry.usage);
    }
    await attempt.hold.settle({ mayHaveCost });
  }
}

function sent(attempt: Attempt): void {
  if (attempt.isSent) return;
  attempt.isSent = true;
  attempt.startedMs = Date.now();
  attempt.hold.sent();
}

function signalIn({ signal }: Json): AbortSignal | undefined {
  return signal instanceof AbortSignal ? signal : undefined;
}

/** How many answers are asked for; each is billed. */
function answersIn({ n, generationConfig }: Json): number {
  const asked = numberOf(n) ?? numberOf(fieldsOf(generationConfig).candidateCount) ?? 1;
  return Math.max(1, Math.ceil(asked));
}

function retryAfterMsOf(error: unknown): number {
  const { headers } = fieldsOf(error);
  const said: unknown = headers instanceof Headers ? headers.get("retry-after") : fieldsOf(headers)["retry-after"];
  const seconds = Number(said);
  return said !== null && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}
