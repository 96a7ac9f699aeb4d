import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { costOf } from "../../../src/books/cost_of.js";
import { CostCallbackHandler } from "../../../src/books/cost_handler.js";
import { useClock } from "../../contract/clock.js";
import { sse } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, event, fireworks, fireworksAtHome, lastBody, lastEvent, WAYS, whole } from "./setup.js";

let server: WireServer;
useClock({ date: true });

beforeEach(async () => {
  // Rows of a day that is past do not change.
  jest.setSystemTime(new Date("2026-11-20"));
  server = await startWireServer();
});

afterEach(() => server.close());

/** A million tokens in, a million out: a cost is the sum of the two prices. */
const MILLIONS = { prompt_tokens: 1_000_000, completion_tokens: 1_000_000, total_tokens: 2_000_000 };

const script = (isStreamed: boolean, model: string | undefined, body: Record<string, unknown> = {}) =>
  isStreamed
    ? sse([event({ content: "Hi." }, { model, ...body }), { ...lastEvent({ usage: MILLIONS, ...body }), model }])
    : whole(undefined, { model, usage: MILLIONS, ...body });

const models = "accounts/fireworks/models";
const routers = "accounts/fireworks/routers";

/** Ids as users write them, the id that leaves, the model that the server names, and the cost of a million each way. */
const IDS: [asked: string, sent: string, served: string | undefined, usd: string | undefined][] = [
  [`${models}/gpt-oss-120b`, `${models}/gpt-oss-120b`, `${models}/gpt-oss-120b`, "0.75"],
  [`${models}/gpt-oss-120b`, `${models}/gpt-oss-120b`, undefined, "0.75"],
  ["gpt-oss-120b", `${models}/gpt-oss-120b`, `${models}/gpt-oss-120b`, "0.75"],
  ["gpt-oss-120b", `${models}/gpt-oss-120b`, undefined, "0.75"],
  ["fireworks/gpt-oss-120b", `${models}/gpt-oss-120b`, `${models}/gpt-oss-120b`, "0.75"],
  ["models/gpt-oss-120b", `${models}/gpt-oss-120b`, undefined, "0.75"],
  ["kimi-k3[1m]", `${models}/kimi-k3`, `${models}/kimi-k3`, "18"],
  [`${models}/kimi-k3`, `${models}/kimi-k3`, `${models}/kimi-k3`, "18"],
  [`${routers}/kimi-k3-fast`, `${routers}/kimi-k3-fast`, `${routers}/kimi-k3-fast`, "27"],
  [`${routers}/kimi-k3-fast`, `${routers}/kimi-k3-fast`, `${models}/kimi-k3`, "27"],
  ["routers/kimi-k3-fast", `${routers}/kimi-k3-fast`, undefined, "27"],
  [`${routers}/kimi-latest`, `${routers}/kimi-latest`, `${models}/kimi-k3`, "18"],
  ["auto", "auto", `${models}/gpt-oss-120b`, "0.75"],
  ["auto", "auto", `${models}/kimi-k3`, "18"],
  ["auto", "auto", "claude-opus-4-1", undefined],
  ["auto", "auto", undefined, undefined],
  ["accounts/acme/deployments/tides", "accounts/acme/deployments/tides", `${models}/gpt-oss-120b`, undefined],
  [`${models}/gpt-oss-120b#tides`, `${models}/gpt-oss-120b#tides`, `${models}/gpt-oss-120b#tides`, undefined],
  [
    "gpt-oss-120b#accounts/acme/deployments/tides",
    `${models}/gpt-oss-120b#accounts/acme/deployments/tides`,
    `${models}/gpt-oss-120b`,
    undefined,
  ],
  [
    "accounts/acme/models/support-bot",
    "accounts/acme/models/support-bot",
    "accounts/acme/models/support-bot",
    undefined,
  ],
  [`${models}/llama-v3p1-8b-instruct`, `${models}/llama-v3p1-8b-instruct`, `${models}/llama-v3p1-8b-instruct`, "0.4"],
  [`${models}/nobody-knows-it`, `${models}/nobody-knows-it`, `${models}/nobody-knows-it`, undefined],
];

describe.each(WAYS)("a model's id, $way", ({ isStreamed }) => {
  it.each(IDS)(
    "`%s` leaves as `%s`; served by `%s` a million tokens each way cost %s USD",
    async (asked, sent, served, usd) => {
      server.reply(script(isStreamed, served));
      const model = fireworksAtHome(server, { model: asked });
      const answer = await ask(model, isStreamed);
      expect(lastBody(server).model).toBe(sent);
      expect(model.model).toBe(asked);
      expect(costOf(answer).totalUsd).toBe(usd);
      expect(model.costs.totals).toMatchObject({ calls: 1, costUsd: usd, unpricedCalls: usd === undefined ? 1 : 0 });
    },
  );

  it.each<[string | undefined, string | undefined, string]>([
    [undefined, undefined, "0.75"],
    ["priority", undefined, "0.9"],
    ["priority", "priority", "0.9"],
    ["priority", "default", "0.75"],
    ["flex", undefined, "0.75"],
    ["auto", "priority", "0.9"],
  ])("tier `%s`, answered with `%s`, costs %s USD", async (serviceTier, service_tier, usd) => {
    server.reply(script(isStreamed, `${models}/gpt-oss-120b`, { service_tier }));
    const model = fireworks(server);
    const answer = await ask(
      model,
      isStreamed,
      undefined,
      serviceTier === undefined ? {} : { serviceTier: serviceTier as "priority" },
    );
    expect(costOf(answer).totalUsd).toBe(usd);
    expect(model.costs.totals.costUsd).toBe(usd);
  });

  it.each<[string | undefined, string, string]>([
    [undefined, `${models}/glm-5p3`, "2.9"],
    [undefined, `${routers}/glm-5p3-spot`, "2.9"],
    ["spot", `${models}/glm-5p3`, "2.9"],
    ["default", `${models}/glm-5p3`, "5.8"],
  ])("Spot answered with tier `%s` by `%s` costs %s USD", async (service_tier, served, usd) => {
    server.reply(script(isStreamed, served, { service_tier }));
    const answer = await ask(fireworks(server, { model: `${models}/glm-5p3`, serviceTier: "spot" }), isStreamed);
    expect(lastBody(server).service_tier).toBe("spot");
    expect(costOf(answer).totalUsd).toBe(usd);
  });

  it("a model without a Priority price is not priced at all in that tier", async () => {
    server.reply(script(isStreamed, `${routers}/kimi-k3-fast`));
    const answer = await ask(
      fireworks(server, { model: `${routers}/kimi-k3-fast`, serviceTier: "priority" }),
      isStreamed,
    );
    expect(costOf(answer)).toMatchObject({ status: "unpriced", totalUsd: undefined });
  });

  it("cached input costs its own price, once", async () => {
    server.reply(
      script(isStreamed, `${models}/gpt-oss-120b`, {
        usage: { ...MILLIONS, prompt_tokens_details: { cached_tokens: 800_000 } },
      }),
    );
    // 200,000 x 0.15 + 800,000 x 0.015 + 1,000,000 x 0.60, per million
    expect(costOf(await ask(fireworks(server), isStreamed)).totalUsd).toBe("0.642");
  });

  it("a declared price holds where no table has one: an own model, a deployment", async () => {
    const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: 2 };
    for (const model of ["accounts/acme/models/support-bot", "accounts/acme/deployments/tides"]) {
      server.reply(script(isStreamed, model));
      expect(costOf(await ask(fireworks(server, { model, pricing }), isStreamed)).totalUsd).toBe("3");
    }
  });
});

it("a model shares its tally with others that are given it", async () => {
  const costs = new CostCallbackHandler();
  server.reply(script(false, undefined), script(false, undefined));
  await fireworks(server, { costs }).invoke("Hi.");
  await fireworks(server, { costs, model: "kimi-k3" }).invoke("Hi.");
  expect(costs.totals).toMatchObject({ calls: 2, costUsd: "18.75" });
  expect(Object.keys(costs.byModel)).toEqual([`fireworks/${models}/gpt-oss-120b`, "fireworks/kimi-k3"]);
});

it("a call without a price is refused before it is sent, where that is asked for", async () => {
  const costs = new CostCallbackHandler({ onUnpriced: "throw" });
  await expect(fireworks(server, { costs, model: "accounts/acme/models/support-bot" }).invoke("Hi.")).rejects.toThrow(
    "No price is known",
  );
  await expect(
    fireworks(server, { costs, model: `${routers}/kimi-k3-fast`, serviceTier: "priority" }).invoke("Hi."),
  ).rejects.toThrow("Priority");
  expect(server.requests).toHaveLength(0);
});
