import type { ProposedCall } from "../../src/seam/gate.js";

/** A call as a gate is told of it, with some fields of one's own. */
export function proposedCall(fields: Partial<ProposedCall> = {}): ProposedCall {
  return {
    runId: crypto.randomUUID(),
    call: {},
    provider: "acme",
    model: "roadrunner",
    messages: [],
    n: 1,
    metadata: {},
    handlers: [],
    signal: new AbortController().signal,
    attempt: 0,
    isResent: false,
    isExtra: false,
    maxInputTokens: async () => 100,
    ...fields,
  };
}
