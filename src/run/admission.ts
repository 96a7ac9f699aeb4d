import { isCallGate } from "../seam/gate.js";
import type { ModelCall } from "./model_call.js";

/** Asks the gates among the run's handlers, in their order, before a request: the output limit that all of them leave. */
export async function admit(call: ModelCall): Promise<void> {
  const manager = call.runManager;
  if (!manager) return;
  const { provider, model, tools, n, metadata } = call.settings;
  for (const handler of manager.handlers) {
    if (!isCallGate(handler)) continue;
    const proposed = {
      provider,
      model,
      tools,
      n,
      metadata,
      runId: manager.runId,
      messages: call.messages,
      maxOutputTokens: call.maxOutputTokens,
      handlers: manager.handlers,
    };
    // A gate whose store does not answer must not keep a call past its limits.
    const granted = await call.orAborted(handler.admit(proposed));
    if (granted.maxOutputTokens === undefined) continue;
    // Never 0: servers read it as "one token" or as "no limit".
    call.maxOutputTokens = Math.max(1, Math.min(call.maxOutputTokens ?? Infinity, Math.floor(granted.maxOutputTokens)));
  }
}
