import type { CallLimits } from "../transport/deadlines.js";
import type { MeteredChatModelInput } from "./options.js";

/** The limits of a call, in the transport's words. */
export function limitsOf(fields: MeteredChatModelInput): CallLimits {
  const { timeout, idleTimeout, firstByteTimeout, maxResponseBytes, maxEventBytes } = fields;
  return {
    timeoutMs: timeout,
    idleTimeoutMs: idleTimeout,
    firstByteTimeoutMs: firstByteTimeout,
    maxResponseBytes,
    maxEventBytes,
  };
}
