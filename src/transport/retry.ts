import { getRetryable } from "@langchain/core/errors";
import { pause } from "./pause.js";

/** Longer waits than this are the caller's to decide on. */
const LONGEST_RETRY_AFTER_MS = 60_000;
const FIRST_WAIT_MS = 1_000;

/** How often a request is sent again, and who is asked before. */
export interface RetryPolicy {
  /** Attempts after the first. */
  maxRetries: number;
  /** Failures with which somebody else deals. */
  isLeft?: (error: unknown) => boolean;
  /** Told of each failure that another attempt may mend; throws to stop. */
  onFailedAttempt?: (error: unknown) => unknown;
}

/**
 * What is asked after a failed attempt: throws to stop. Our errors say themselves whether another attempt can help;
 * anything else is a mistake in code, which no retry mends.
 */
export function stopUnlessRetryable(error: unknown): void {
  if (getRetryable(error) !== true) throw error;
  const { retryAfterMs } = error as { retryAfterMs?: number };
  if (retryAfterMs !== undefined && retryAfterMs > LONGEST_RETRY_AFTER_MS) throw error;
}

/**
 * Attempts until one succeeds or the policy stops. Not core's own loop: that one waits on when its call was aborted, and
 * keeps a place among the concurrent calls for it.
 */
export async function retrying<Value>(
  attempt: () => Promise<Value>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<Value> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (policy.isLeft?.(error)) throw error;
      stopUnlessRetryable(error);
      await policy.onFailedAttempt?.(error);
      if (failures >= policy.maxRetries) throw error;
      await pause(waitMs(failures, error), signal);
    }
  }
}

/** As long as the server asked; else a second or two, doubled with each failure. */
function waitMs(failures: number, error: unknown): number {
  const { retryAfterMs } = error as { retryAfterMs?: number };
  return retryAfterMs ?? FIRST_WAIT_MS * 2 ** failures * (1 + Math.random());
}
