import type { CallSettings } from "../../src/run/call_settings.js";

/** Settings of a call that asks for nothing in particular. */
export function settingsWith(signal: AbortSignal | undefined): CallSettings {
  return {
    provider: "test",
    model: "m",
    params: {},
    headers: {},
    tools: [],
    forced: undefined,
    n: 1,
    maxOutputTokens: undefined,
    stop: undefined,
    temperature: undefined,
    streamUsage: true,
    maxRetries: undefined,
    isV1: false,
    signal,
    facts: { requested_model: "m", private_host: true },
    metadata: {},
    tags: [],
  };
}
