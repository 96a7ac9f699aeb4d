import { describe, expect, it, jest } from "@jest/globals";
import { costOf } from "../../../src/callbacks.js";
import { ask, completion, modelOf, modes, saying } from "../../support/completions.js";
import { json } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";

const server = useWireServer(saying("Hello"));

describe("what a self-hosted call costs", () => {
  it.each(modes)("nothing on one's own machine, which is a price (%s)", async (mode) => {
    const model = modelOf(server);
    const message = await ask(model, mode);
    expect(costOf(message)).toMatchObject({ status: "free" });
    expect(model.costs.totals).toMatchObject({ calls: 1, costUsd: "0", unpricedCalls: 0 });
  });

  it("what is declared, where it is", async () => {
    const model = modelOf(server, { pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" } });
    await ask(model, "stream");
    expect(model.costs.totals.costUsd).toBe("0.00002");
  });

  it.each(modes)("by GPU time, from the first request to the last byte (%s)", async (mode) => {
    const { now } = Date;
    let skew = 0;
    const clock = jest.spyOn(Date, "now").mockImplementation(() => now() + skew);
    server.reply((request) => {
      skew += 5_000;
      return saying("Hello")(request);
    });
    const model = modelOf(server, { pricing: { gpuUsdPerHour: "3600", gpus: 2, share: 0.5 } });
    const message = await ask(model, mode);
    clock.mockRestore();
    const { total_ms, first_token_ms } = message.response_metadata.metered_timing as {
      total_ms: number;
      first_token_ms: number;
    };
    expect(first_token_ms).toBeGreaterThanOrEqual(5_000);
    expect(total_ms).toBeGreaterThanOrEqual(first_token_ms);
    // 3600 USD an hour is 1 USD a second; two GPUs, half of them.
    expect(Number(model.costs.totals.costUsd)).toBeCloseTo(total_ms / 1000, 6);
  });

  it("a proxy's own figure is kept for the books", async () => {
    server.reply(json(200, completion({ content: "Hi" }), { headers: { "x-litellm-response-cost": "4.2e-05" } }));
    expect((await ask(modelOf(server), "whole")).response_metadata.declared_cost_usd).toBe("0.000042");
  });
});
