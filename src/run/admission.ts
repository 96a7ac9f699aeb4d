import { isCallGate } from "../seam/gate.js";
import type { ModelCall } from "./model_call.js";

/** The parts of a proposed call that the call itself does not know; its model adds them. */
export interface ProposedOutline {
  provider: string;
  model: string;
  tools: readonly unknown[];
  n: number;
  metadata: Record<string, unknown>;
}

/** Asks the gates among the run's handlers, in their order. Returns the output limit that all of them leave. */
export async function admit(call: ModelCall, outline: ProposedOutline): Promise<number | undefined> {
  const manager = call.runManager;
  let limit = call.maxOutputTokens;
  if (!manager) return limit;
  for (const handler of manager.handlers) {
    if (!isCallGate(handler)) continue;
    const proposed = {
      ...outline,
      runId: manager.runId,
      messages: call.messages,
      maxOutputTokens: limit,
      handlers: manager.handlers,
    };
    // A gate may wait for a store that does not answer; the call's limits hold all the same.
    const granted = await call.orAborted(handler.admit(proposed));
    if (granted.maxOutputTokens === undefined) continue;
    // Never 0: servers read it as "one token" or as "no limit".
    limit = Math.max(1, Math.min(limit ?? Infinity, Math.floor(granted.maxOutputTokens)));
  }
  return limit;
}
