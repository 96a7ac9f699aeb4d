import { describe, expect, it } from "@jest/globals";
import { Admissions } from "../../src/run/admission.js";
import type { ProposedCall } from "../../src/seam/gate.js";
import { Call } from "../../src/transport/call.js";

/** A call, and the bounds of its prompt by the count of its server, as a gate was given them. */
function asked() {
  const call = new Call({});
  const bounds: (number | undefined)[] = [];
  const gate = {
    admit: async (proposed: ProposedCall) => {
      bounds.push(await proposed.maxInputTokens("server"));
      return {};
    },
  };
  const proposal = {
    runId: "run",
    provider: "acme",
    model: "roadrunner",
    messages: [],
    n: 1,
    metadata: {},
    handlers: [],
    maxInputTokens: async () => 100,
    countInput: async () => 30,
  };
  return { call, bounds, admissions: new Admissions(call, [gate], proposal, 10) };
}

describe("a gate", () => {
  it("gets a server's count for the prompt that was counted, and an estimate for a repair, which has more to it", async () => {
    const { call, bounds, admissions } = asked();
    await admissions.ask();
    call.startAttempt();
    await admissions.ask(true);
    call.startAttempt();
    await admissions.ask();
    call.startAttempt();
    await admissions.ask(true);
    expect(bounds).toEqual([30, 30, 100, 100]);
    call.end();
  });

  it("may grant at once, and without a promise", async () => {
    const call = new Call({});
    const gate = { admit: () => ({ maxOutputTokens: 7 }) };
    const proposal = { runId: "run", provider: "acme", model: "m", messages: [], n: 1, metadata: {}, handlers: [] };
    const admissions = new Admissions(call, [gate], { ...proposal, maxInputTokens: async () => 100 }, 10);
    await admissions.ask();
    expect([admissions.maxOutputTokens, admissions.isLimited]).toEqual([7, true]);
    expect(admissions.settle()).toBeUndefined();
    call.end();
  });

  it("is not asked again about a request that it has granted, and that has not left", async () => {
    const { call, bounds, admissions } = asked();
    await admissions.ask();
    await admissions.ask();
    expect(bounds).toEqual([30]);
    call.startAttempt();
    await admissions.ask();
    expect(bounds).toEqual([30, 100]);
    call.end();
  });
});
