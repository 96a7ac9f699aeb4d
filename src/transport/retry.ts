import { getRetryable } from "@langchain/core/errors";
import { pause } from "./pause.js";

/** Longer waits than this are the caller's to decide on. */
export const LONGEST_RETRY_AFTER_MS = 60_000;
const FIRST_WAIT_MS = 1_000;

/** How often a request is sent again, and who is asked before. */
export interface RetryPolicy {
  /** Attempts after the first. */
  maxRetries: number;
  /** True for failures that somebody else deals with: they are thrown at once. */
  isLeft?: (error: unknown) => boolean;
  /** Told of each failure that another attempt may mend; throws to stop. */
  onFailedAttempt?: (error: unknown) => unknown;
}

/**
 * Throws the error of a failed attempt unless another attempt can help. Our own errors say whether it can; any other error
 * is a mistake in code, and no retry mends that.
 */
export function stopUnlessRetryable(error: unknown): void {
  if (getRetryable(error) !== true) throw error;
  const { retryAfterMs } = error as { retryAfterMs?: number };
  if (retryAfterMs !== undefined && retryAfterMs > LONGEST_RETRY_AFTER_MS) throw error;
}

/**
 * Attempts until one succeeds or the policy stops. Core's own loop will not do: it goes on waiting after its call was
 * aborted, and meanwhile takes up a place among the concurrent calls.
 */
export async function retrying<Value>(
  attempt: () => Promise<Value>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<Value> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted();
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

/** Waits as long as the server asked; if it did not ask, a second or two, doubled with each failure. */
function waitMs(failures: number, error: unknown): number {
  const { retryAfterMs } = error as { retryAfterMs?: number };
  return retryAfterMs ?? FIRST_WAIT_MS * 2 ** failures * (1 + Math.random());
}
