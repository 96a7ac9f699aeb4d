import { CallTimeoutError } from "../base/errors.js";

/** How long a call may take, each in milliseconds; `Infinity` or 0 switches one off. And how much it may be answered. */
export interface CallLimits {
  /** The whole call, retries included. */
  timeoutMs?: number | undefined;
  /** From the request to the first byte of its answer: a long prompt, a model that loads. @default 600000, or `timeoutMs` where that is longer */
  firstByteTimeoutMs?: number | undefined;
  /** Between two pieces of an answer that has begun; pings count as pieces. @default 120000 */
  idleTimeoutMs?: number | undefined;
  /** Bytes of one answer's body, as it is once it has been decompressed. @default 67108864 */
  maxResponseBytes?: number | undefined;
  /** Bytes of one line or server-sent event in it. @default 33554432 */
  maxEventBytes?: number | undefined;
}

const DEFAULT_FIRST_BYTE_MS = 600_000;
const DEFAULT_IDLE_MS = 120_000;
/** How long usage and an end mark are waited for once an answer has come. */
const GRACE_MS = 2_000;
/** Beyond this Node's timers wrap round to 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Limit = CallTimeoutError["limit"];

const isLimit = (ms: number | undefined): ms is number => ms !== undefined && ms > 0 && Number.isFinite(ms);

/**
 * The clocks of one call. They run until `stop`, also while nobody reads the stream, so that a call which is
 * neither read nor cancelled ends too.
 */
export class Deadlines {
  private readonly firstByteMs: number;
  private readonly idleMs: number;
  private readonly unreadMs: number;
  /** True while the answer's reader has a chunk in hand: silence is not the server's fault then. */
  isParked = false;
  private whole: Timer | undefined;
  private phase: Timer | undefined;
  private phaseLimit: Limit | undefined;
  /** What a clock that rings ends in the grace period, instead of the call. */
  private endGrace: (() => void) | undefined;

  constructor(
    private readonly limits: CallLimits,
    private readonly expire: (error: CallTimeoutError) => void,
  ) {
    this.firstByteMs = limits.firstByteTimeoutMs ?? Math.max(DEFAULT_FIRST_BYTE_MS, limits.timeoutMs ?? 0);
    this.idleMs = limits.idleTimeoutMs ?? DEFAULT_IDLE_MS;
    // A reader may take its time; only a limit that the user chose, or a very long one, ends a call for that.
    this.unreadMs = limits.idleTimeoutMs ?? Math.max(DEFAULT_FIRST_BYTE_MS, limits.timeoutMs ?? 0);
    if (isLimit(limits.timeoutMs)) this.whole = this.timer(limits.timeoutMs, "call");
  }

  /** A request went out: the clock for its first byte starts. */
  sent(): void {
    this.start(this.firstByteMs, "firstByte");
  }

  /** Bytes came. */
  received(): void {
    if (this.endGrace) return;
    if (this.phaseLimit !== "idle" || !isRewound(this.phase)) this.start(this.idleMs, "idle");
  }

  /** The answer has come: from now on a clock that rings calls `end`, the one of the grace period at the latest. */
  grace(end: () => void): void {
    this.start(GRACE_MS, "idle");
    this.endGrace = end;
  }

  /** More of the answer came all the same: the usual limits hold again. */
  graceIsOver(): void {
    this.endGrace = undefined;
    this.start(this.idleMs, "idle");
  }

  /** Between two attempts only the clock of the whole call runs. */
  pause(): void {
    clearTimeout(this.phase);
    this.phase = undefined;
    this.phaseLimit = undefined;
  }

  stop(): void {
    this.pause();
    clearTimeout(this.whole);
    this.whole = undefined;
  }

  private start(ms: number, limit: Limit): void {
    this.pause();
    if (!isLimit(ms)) return;
    this.phaseLimit = limit;
    this.phase = this.timer(ms, limit);
  }

  private timer(ms: number, limit: Limit): Timer {
    const ring = () => {
      if (this.endGrace) return this.endGrace();
      const isUnread = limit === "idle" && this.isParked;
      if (isUnread && ms < this.unreadMs) this.extend();
      else this.expire(isUnread ? unreadError(ms) : timeoutError(limit, ms));
    };
    const timer = setTimeout(ring, Math.min(ms, LONGEST_TIMER_MS));
    letProcessEnd(timer);
    return timer;
  }

  /** The idle limit passed while the reader had a chunk in hand: the reader gets a longer one. */
  private extend(): void {
    this.phaseLimit = undefined;
    if (isLimit(this.unreadMs)) this.phase = this.timer(this.unreadMs, "idle");
  }
}

type Timer = ReturnType<typeof setTimeout>;

/** What only timers that are objects can do: in browsers and Workers they are numbers. */
type TimerObject = Partial<Pick<NodeJS.Timeout, "refresh" | "unref">>;

/** A call in progress has a socket, which keeps the process alive; a call that nobody reads should not. */
function letProcessEnd(timer: TimerObject): void {
  timer.unref?.();
}

/** Starts a timer anew, which is cheaper than another one; false where that cannot be done. */
function isRewound(timer: TimerObject | undefined): boolean {
  return timer?.refresh?.() !== undefined;
}

const WHAT: Record<Limit, (ms: number) => string> = {
  call: (ms) => `The call took longer than \`timeout\` (${ms} ms). Raise \`timeout\`, or ask for fewer output tokens.`,
  firstByte: (ms) =>
    `The server sent nothing for ${ms} ms after the request. Raise \`firstByteTimeout\` if the model loads or reads long prompts slowly.`,
  idle: (ms) => `The answer stopped for ${ms} ms in the middle. Raise \`idleTimeout\` if the server is just slow.`,
};

function unreadError(ms: number): CallTimeoutError {
  return new CallTimeoutError(
    `Nobody read the stream for ${ms} ms. Read it to its end, leave its loop with \`break\`, or raise \`idleTimeout\`.`,
    { limit: "idle", limitMs: ms },
  );
}

function timeoutError(limit: Limit, ms: number): CallTimeoutError {
  return new CallTimeoutError(WHAT[limit](ms), { limit, limitMs: ms });
}
