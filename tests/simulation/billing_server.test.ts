import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { BillingServer } from "../../scripts/simulate/billing_server.js";
import { planCall, type CallPlan } from "../../scripts/simulate/plan.js";
import type { ServerFault } from "../../scripts/simulate/scenarios.js";

const SEED = "server";
let server: BillingServer;

beforeEach(async () => {
  server = await new BillingServer(SEED).listen();
});

afterEach(() => server.close());

/** The first call of the seed whose first request meets a fault. */
function callWith(fault: ServerFault | undefined, more: (plan: CallPlan) => boolean = () => true): CallPlan {
  for (let index = 0; index < 10_000; index++) {
    const plan = planCall(SEED, index);
    const isPlain = plan.faultTurn === 0 && plan.path.name !== "invoke, made to stream";
    if (isPlain && plan.scenario.faults[0] === fault && more(plan)) return plan;
  }
  throw new Error(`No call of the seed meets \`${fault}\`.`);
}

function ask({ index }: CallPlan, stream: boolean, signal?: AbortSignal): Promise<Response> {
  const messages = [{ role: "user", content: `Question ${index}.0: why do tides come twice a day?` }];
  const body = JSON.stringify({
    model: "gpt",
    messages,
    stream,
    max_tokens: 300,
    stream_options: { include_usage: true },
  });
  return fetch(`${server.url}/${index}/v1/chat/completions`, { method: "POST", body, signal });
}

const settled = async () => {
  while (server.openResponses > 0) await new Promise((resolve) => setImmediate(resolve));
};

describe("the server under test", () => {
  it("charges what it reports, to the token", async () => {
    let compared = 0;
    for (let index = 0; compared < 20; index++) {
      const plan = planCall(SEED, index);
      if (plan.scenario.faults.length > 0 || plan.path.name === "invoke, made to stream") continue;
      const { usage } = (await (await ask(plan, false)).json()) as {
        usage?: { total_tokens?: number; prompt_tokens: number; completion_tokens: number };
      };
      // A total comes with whole figures only.
      if (!usage?.total_tokens) continue;
      compared++;
      const billed = server.bill.requests.at(-1);
      expect([billed?.inputTokens, billed?.outputTokens]).toEqual([usage.prompt_tokens, usage.completion_tokens]);
    }
  });

  it("charges nothing for a refusal", async () => {
    const response = await ask(callWith("status 503"), false);
    expect(response.status).toBe(503);
    expect(server.bill.requests).toMatchObject([{ fault: "status 503", inputTokens: 0, outputTokens: 0 }]);
  });

  it("charges some answers that were lost on the way, and their repetition too", async () => {
    const plans = Array.from({ length: 3_000 }, (_, index) => planCall(SEED, index));
    const lost = plans.filter(
      ({ scenario, faultTurn, path }) =>
        scenario.faults[0] === "reset before the answer" && faultTurn === 0 && path.name !== "invoke, made to stream",
    );
    const charges: number[] = [];
    for (const plan of lost.slice(0, 12)) {
      await expect(ask(plan, false)).rejects.toThrow("fetch failed");
      await settled();
      charges.push(server.bill.requests.at(-1)?.inputTokens ?? -1);
    }
    expect(charges.some((tokens) => tokens === 0)).toBe(true);
    expect(charges.some((tokens) => tokens > 0)).toBe(true);
    const [once] = lost.filter(({ scenario }) => scenario.faults.length === 1);
    if (!once) throw new Error("No call of the seed is answered at its second attempt.");
    expect((await ask(once, false)).status).toBe(200);
    expect(server.bill.requests.at(-1)).toMatchObject({ fault: "none", inputTokens: expect.any(Number) });
    expect(server.bill.requests.at(-1)?.outputTokens).toBeGreaterThan(0);
  });

  it("charges a client that leaves for at least what it was sent", async () => {
    const plan = callWith("silence in the middle");
    const controller = new AbortController();
    const response = await ask(plan, true, controller.signal);
    await server.silences.when(plan.index);
    controller.abort();
    await expect(response.text()).rejects.toThrow();
    await settled();
    expect(server.bill.requests).toMatchObject([{ fault: "silence in the middle" }]);
    expect(server.bill.requests[0]?.inputTokens).toBeGreaterThan(0);
    expect(server.bill.requests[0]?.outputTokens).toBeGreaterThan(0);
    expect(server.bill.requests[0]?.outputTokens).toBeLessThanOrEqual(300);
  });

  it("gives the same answer to the same question of the same seed", async () => {
    const plan = callWith(undefined);
    const first = await (await ask(plan, false)).text();
    await server.close();
    server = await new BillingServer(SEED).listen();
    expect(await (await ask(plan, false)).text()).toBe(first);
  });

  it("notes what it was not made for", async () => {
    await expect(fetch(`${server.url}/1/v1/completions`, { method: "POST", body: "{}" })).rejects.toThrow(
      "fetch failed",
    );
    expect(server.problems).toHaveLength(1);
    expect(server.bill.requests).toEqual([]);
  });
});
