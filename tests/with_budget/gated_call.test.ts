import { expect, it } from "@jest/globals";
import { GatedCall } from "../../src/with_budget/gated_call.js";
import { RecordingGate } from "./recording_gate.js";

it.each<[object, { maxOutputTokens: number | undefined; n: number }]>([
  [
    { max_tokens: 10, n: 3 },
    { maxOutputTokens: 10, n: 3 },
  ],
  [
    { max_tokens: 10.5, n: 1.5 },
    { maxOutputTokens: 11, n: 2 },
  ],
  [
    { max_tokens: Infinity, n: 0 },
    { maxOutputTokens: undefined, n: 1 },
  ],
  [
    { max_tokens: Number.NaN, n: -5 },
    { maxOutputTokens: undefined, n: 1 },
  ],
  [
    { max_tokens: -1, max_completion_tokens: 20 },
    { maxOutputTokens: 20, n: 1 },
  ],
  [{ generationConfig: { maxOutputTokens: 30, candidateCount: 2 } }, { maxOutputTokens: 30, n: 2 }],
])("a gate is asked with whole numbers, whatever a call's parameters are: %j", async (params, expected) => {
  const gate = new RecordingGate();
  const settlement = { trustsServers: false, unpricedAsZero: false };
  const call = new GatedCall(
    {
      model: { invocationParams: () => params },
      messages: [],
      options: {},
      runManager: undefined,
      metadata: {},
      isWatched: true,
    },
    { gate, settlement, sendsUnlimited: true },
  );
  await call.admit();
  const [{ call: asked } = { call: undefined }] = gate.records;
  expect({ maxOutputTokens: asked?.maxOutputTokens, n: asked?.n }).toEqual(expected);
  await call.end(call.cut("AbortError"));
});
