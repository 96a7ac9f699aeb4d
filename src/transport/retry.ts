import { getRetryable } from "@langchain/core/errors";

/** Longer waits than this are the caller's to decide on. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * What core's retry loop asks after a failed attempt: throws to stop it. Our errors say themselves whether another
 * attempt can help; anything else is a mistake in code, which no retry mends.
 */
export function stopUnlessRetryable(error: unknown): void {
  if (getRetryable(error) !== true) throw error;
  const { retryAfterMs } = error as { retryAfterMs?: number };
  if (retryAfterMs !== undefined && retryAfterMs > LONGEST_RETRY_AFTER_MS) throw error;
}
