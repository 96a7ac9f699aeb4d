import type { UsageMetadata } from "@langchain/core/messages";
import { ModelAbortError, stampRetryable } from "@langchain/core/errors";
import { CallTimeoutError } from "../base/errors.js";
import { Deadlines, type CallLimits } from "./deadlines.js";
import { isErrorLike } from "./error_like.js";
import { Secrets } from "./redact.js";
import { isGatewayFailure } from "./refusal.js";
import { whenAborted } from "./when_aborted.js";

/** One HTTP request that was made for a call, in order. */
export interface Attempt {
  /** HTTP status, absent when no answer came. */
  status?: number;
  /** The error in words, absent on the attempt that succeeded. */
  error?: string;
  /** False when it is certain that the server never saw the request. */
  reached: boolean;
  /** The answer was a refusal although its status did not say so. */
  isRefused?: true;
  /** The server's own count for this request, absent when it gave none. */
  usage?: UsageMetadata;
  /** A proxy stands before the server and pays for it. */
  proxy?: "litellm";
  /** What that proxy says that the request cost, in USD. */
  declared_cost_usd?: string;
}

/** Who is asked before each request of a call, and is told what became of it. */
export interface RequestWatch {
  /** Rejects where the request must not leave. */
  permit(): Promise<void> | undefined;
  /** A request leaves now. */
  sent(): void;
  /** The server refused a request, and asked to wait so long before the next. */
  refused(retryAfterMs: number): void;
}

/** True unless it is certain that a request cost nothing: it never arrived, or its server refused it. */
export function mayHaveCost({ reached, status, isRefused }: Attempt): boolean {
  return reached && isRefused !== true && (status === undefined || status < 300 || isGatewayFailure(status));
}

/** True for a request of which an answer came, at least its beginning. */
export function isAnswered({ status }: Attempt): boolean {
  return status !== undefined && status < 300;
}

/** Ten times what the longest answers of models come to, and yet no more than a process can hold several of. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const MAX_EVENT_BYTES = 32 * 1024 * 1024;

/**
 * The life of one model call on the wire: its abort signal, its clocks, its attempts. Each call has its own, so that
 * ending one leaves its siblings alone.
 */
export class Call {
  readonly attempts: Attempt[] = [];
  /** The credentials that the call sent. */
  readonly secrets = new Secrets();
  readonly maxResponseBytes: number;
  readonly maxEventBytes: number;
  /** Resolves when the call is over, whichever way. Keeps the call's place in the concurrency limit until then. */
  readonly over: Promise<void>;
  /** When the first request went out, when the first byte of an answer came, and the last one; in ms since the epoch. */
  sentAt: number | undefined;
  firstByteAt: number | undefined;
  lastByteAt: number | undefined;
  /** Absent where nobody wants to know. */
  watch: RequestWatch | undefined;
  private readonly controller = new AbortController();
  private readonly deadlines: Deadlines;
  /** The error that was made of the user's abort. */
  private ofUserAbort: Error | undefined;
  private readonly onUserAbort = () => {
    this.ofUserAbort = abortError(this.userSignal?.reason);
    this.abort(this.ofUserAbort);
  };
  private unlisten: () => void = () => undefined;
  private resolveOver: () => void = () => undefined;
  /** Requests whose answers have not been read to their end: without any there is nothing to be stopped. */
  private unread = 0;
  /** Told of an abort. A set, since a listener of the signal takes longer to come and go than most work. */
  private readonly waiting = new Set<(reason: unknown) => void>();
  /** Of an answer that has come: whether its end is still waited for. */
  private grace: "none" | "running" | "over" = "none";
  /** Ends what is waited for in the grace period. */
  private leaveGrace: () => void = () => undefined;

  constructor(
    readonly limits: CallLimits,
    private readonly userSignal?: AbortSignal,
  ) {
    this.maxResponseBytes = limits.maxResponseBytes ?? MAX_RESPONSE_BYTES;
    this.maxEventBytes = limits.maxEventBytes ?? MAX_EVENT_BYTES;
    this.over = new Promise((resolve) => (this.resolveOver = resolve));
    this.deadlines = new Deadlines(limits, (error) => this.abort(error));
    if (userSignal?.aborted) this.onUserAbort();
    else if (userSignal) this.unlisten = whenAborted(userSignal, this.onUserAbort);
  }

  /**
   * Aborts when the user's signal does, when a deadline passes, and when the call is over before its answer has been read
   * to its end. Its reason is a typed error.
   */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** True once a server may have begun to work for this call. */
  get reachedServer(): boolean {
    return this.attempts.some(mayHaveCost);
  }

  /** The last request was refused in the body of its answer: it cost nothing. */
  refuse(message: string): void {
    const last = this.attempts.at(-1);
    if (!last || !isAnswered(last)) return;
    last.error = this.secrets.redact(message);
    last.isRefused = true;
  }

  /** The error with which the user aborted the call; `undefined` when something else ended it. */
  get userAbort(): Error | undefined {
    const reason: unknown = this.userSignal?.reason;
    const isAbort = this.ofUserAbort !== undefined && this.signal.reason === this.ofUserAbort;
    return isAbort && isErrorLike(reason) && !isTimeout(reason) ? reason : undefined;
  }

  startAttempt(): Attempt {
    this.signal.throwIfAborted();
    const attempt: Attempt = { reached: true };
    this.attempts.push(attempt);
    this.unread++;
    this.sentAt ??= Date.now();
    this.deadlines.sent();
    this.watch?.sent();
    return attempt;
  }

  /** A redirect is followed: the bytes that came were no answer. */
  sentAgain(): void {
    this.unread++;
    this.firstByteAt = undefined;
    this.deadlines.sent();
  }

  /** An attempt failed: the bytes that came were no answer. */
  endAttempt(): void {
    if (!this.attempts.some(isAnswered)) this.firstByteAt = undefined;
    this.deadlines.pause();
  }

  received(): void {
    this.lastByteAt = Date.now();
    this.firstByteAt ??= this.lastByteAt;
    this.deadlines.received();
  }

  /** The answer of a request came to its end. To be said once of each. */
  wasRead(): void {
    this.unread--;
  }

  /** The reader has a chunk in hand, or wants the next one: silence is the server's only in the second case. */
  set parked(isParked: boolean) {
    this.deadlines.isParked = isParked;
  }

  get parked(): boolean {
    return this.deadlines.isParked;
  }

  /** Waits for some work, and no longer than the call lives: rejects with the reason when the call is aborted or times out. */
  orAborted<Value>(work: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) reject(this.signal.reason);
      else this.waiting.add(reject);
      const settle =
        <Outcome>(act: (outcome: Outcome) => void) =>
        (outcome: Outcome) => {
          this.waiting.delete(reject);
          act(outcome);
        };
      work.then(settle(resolve), settle(reject));
    });
  }

  /**
   * Waits for what may still follow an answer that has come, and no longer than its grace period: `undefined` when that
   * is over. Time-outs of the call end the waiting too, and not the call. An abort remains one.
   */
  inGrace<Value>(work: Promise<Value>): Promise<Value | undefined> {
    if (this.grace === "none") {
      this.grace = "running";
      this.deadlines.grace(() => {
        this.grace = "over";
        this.leaveGrace();
      });
    }
    return new Promise((resolve, reject) => {
      this.leaveGrace = () => resolve(undefined);
      work.then(resolve, reject);
      if (this.grace === "over") this.leaveGrace();
    });
  }

  /** More of the answer came all the same. */
  graceIsOver(): void {
    if (this.grace !== "none") this.deadlines.graceIsOver();
    this.grace = "none";
  }

  /** Stops waiting for the server: nobody reads the answer any more. */
  leave(): void {
    this.abort(aborted("The stream was left by its reader."));
  }

  /** Frees everything: clocks, listeners, the socket if an answer is still coming. Safe to call twice. */
  end(): void {
    this.unlisten();
    this.deadlines.stop();
    // An abort reaches deep into `fetch`, and its error records a stack: both for nothing where all has been read.
    const hasRead = this.attempts.length > 0 && this.unread === 0;
    if (!hasRead && !this.signal.aborted) this.abort(aborted("The call is over."));
    this.resolveOver();
  }

  private abort(reason: Error): void {
    if (this.signal.aborted) return;
    this.controller.abort(reason);
    for (const reject of this.waiting) reject(reason);
  }
}

/** Turns whatever a signal was aborted with into a typed error: a time-out or an abort, with the original as its cause. */
function abortError(reason: unknown): Error {
  if (isErrorLike(reason) && isTimeout(reason)) {
    return new CallTimeoutError(
      "The call took longer than its `timeout`, or that of its `signal`, allows. Raise it, or ask for fewer output tokens.",
      {
        limit: "call",
        cause: reason,
      },
    );
  }
  const error = aborted("The call was aborted.");
  error.cause = reason;
  return error;
}

/** `AbortSignal.timeout` says so by the name of its reason; that is what LangChain makes of the call option `timeout`. */
const isTimeout = (reason: Error) => reason.name === "TimeoutError" || CallTimeoutError.isInstance(reason);

function aborted(message: string): ModelAbortError {
  const error = Object.assign(new ModelAbortError(message), { lc_error_code: "MODEL_ABORTED" });
  return stampRetryable(error, false);
}
