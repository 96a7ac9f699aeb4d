import { ModelAbortError, stampRetryable } from "@langchain/core/errors";
import { CallTimeoutError } from "../errors.js";
import { Deadlines, type CallLimits } from "./deadlines.js";
import { isErrorLike } from "./error_like.js";

/** One HTTP request that was made for a call, in order. */
export interface Attempt {
  /** HTTP status, absent when no answer came. */
  status?: number;
  /** What went wrong, absent on the attempt that succeeded. */
  error?: string;
  /** False when it is certain that the server never saw the request. */
  reached: boolean;
}

/**
 * The life of one model call on the wire: its abort signal, its clocks, its attempts. Each call has its own, so that
 * ending one leaves its siblings alone.
 */
export class Call {
  readonly attempts: Attempt[] = [];
  /** Resolves when the call is over, whichever way. Keeps the call's place in the concurrency limit until then. */
  readonly over: Promise<void>;
  /** When the first byte of the answer came, in ms since the epoch. */
  firstByteAt: number | undefined;
  private readonly controller = new AbortController();
  private readonly deadlines: Deadlines;
  private readonly onUserAbort = () => this.abort(abortError(this.userSignal?.reason));
  private resolveOver: () => void = () => undefined;

  constructor(
    limits: CallLimits,
    private readonly userSignal?: AbortSignal,
  ) {
    this.over = new Promise((resolve) => (this.resolveOver = resolve));
    this.deadlines = new Deadlines(limits, (error) => this.abort(error));
    if (userSignal?.aborted) this.onUserAbort();
    else userSignal?.addEventListener("abort", this.onUserAbort, { once: true });
  }

  /** Aborts when the user's signal does, when a deadline passes, and when the call is over. Its reason is a typed error. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** True once a server may have begun to work for this call. */
  get reachedServer(): boolean {
    return this.attempts.some((attempt) => attempt.reached && (attempt.status === undefined || attempt.status < 300));
  }

  /** The error with which the user aborted the call; `undefined` when that is not what ended it. */
  get userAbort(): Error | undefined {
    const reason: unknown = this.userSignal?.reason;
    const isAbort = isErrorLike(reason) && !isTimeout(reason) && this.signal.reason?.cause === reason;
    return isAbort ? reason : undefined;
  }

  startAttempt(): Attempt {
    this.signal.throwIfAborted();
    const attempt: Attempt = { reached: true };
    this.attempts.push(attempt);
    this.deadlines.sent();
    return attempt;
  }

  endAttempt(): void {
    this.deadlines.pause();
  }

  received(): void {
    this.firstByteAt ??= Date.now();
    this.deadlines.received();
  }

  /** The reader has a chunk in hand, or wants the next one: silence is the server's only in the second case. */
  set parked(isParked: boolean) {
    this.deadlines.isParked = isParked;
  }

  get parked(): boolean {
    return this.deadlines.isParked;
  }

  /** Stops waiting for the server: nobody reads the answer any more. */
  leave(): void {
    this.abort(aborted("The stream was left by its reader."));
  }

  /** Frees everything: clocks, listeners, the socket if an answer is still coming. Safe to call twice. */
  end(): void {
    this.userSignal?.removeEventListener("abort", this.onUserAbort);
    this.deadlines.stop();
    this.abort(aborted("The call is over."));
    this.resolveOver();
  }

  private abort(reason: Error): void {
    if (!this.controller.signal.aborted) this.controller.abort(reason);
  }
}

/** Turns whatever a signal was aborted with into a typed error: a time-out or an abort, with the original as its cause. */
function abortError(reason: unknown): Error {
  if (isErrorLike(reason) && isTimeout(reason)) {
    return new CallTimeoutError("The call took longer than its `timeout`. Raise it, or ask for fewer output tokens.", {
      limit: "call",
      cause: reason,
    });
  }
  const error = aborted("The call was aborted.");
  error.cause = reason;
  return error;
}

/** `AbortSignal.timeout` says so by the name of its reason; that is what LangChain makes of the call option `timeout`. */
const isTimeout = (reason: Error) => reason.name === "TimeoutError";

function aborted(message: string): ModelAbortError {
  return stampRetryable(new ModelAbortError(message), false);
}
