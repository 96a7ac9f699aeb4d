import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { ConfigurationError } from "../../src/base/errors.js";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { FreshPrices, type RefreshPricesInput } from "../../src/books/fresh_prices.js";
import { fetchFireworksPrices } from "../../src/pricing/feeds/fetch_fireworks_prices.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { priceOf } from "../../src/pricing/look_up/price_of.js";
import { METAGPT_2023_GRADES } from "../../src/pricing/tables/metagpt_2023.js";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { flatRow, LIST_PATH, serveList, skus } from "../support/price_list.js";
import { useWireServer } from "../support/use_server.js";
import { hangUp, json, sse, stall } from "../support/wire_script.js";

const server = useWireServer();
const KIMI = (input: string, output = "15") => flatRow("kimi-k3", skus(input, "0.3", output));
const HOUR = 3_600_000;

const fresh = (own?: Parameters<typeof definePriceTable>[0], more: Partial<RefreshPricesInput> = {}) => {
  const warnings: string[] = [];
  const prices = new FreshPrices(
    own && definePriceTable(own),
    { everyHours: 24, apiKey: "fw_secret", baseURL: server.url, ...more },
    (warning) => warnings.push(warning),
  );
  return { prices, warnings };
};
const inputOf = ({ table }: FreshPrices, model = "kimi-k3") => priceOf(model, { table }).inputUsdPerMillion;
const requests = (): number => server.requests.filter(({ path }) => path === LIST_PATH).length;

describe("prices that are refreshed", () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "setTimeout", "clearTimeout"] }));
  afterEach(() => void jest.useRealTimers());

  it("are asked for when it is time, and by one at a time", async () => {
    const { prices, warnings } = fresh();
    serveList(server, [KIMI("3.1")]);
    const before = requests();
    expect(inputOf(prices)).toBe("3");
    const first = prices.touch();
    expect(prices.touch()).toBe(first);
    await first;
    expect([inputOf(prices), requests() - before]).toEqual(["3.1", 1]);
    serveList(server, [KIMI("3.2")]);
    jest.advanceTimersByTime(24 * HOUR - 1_000);
    await prices.touch();
    expect([inputOf(prices), requests() - before]).toEqual(["3.1", 1]);
    jest.advanceTimersByTime(1_000);
    await prices.touch();
    expect([inputOf(prices), requests() - before, warnings]).toEqual(["3.2", 2, []]);
  });

  it("keep their history", async () => {
    const { prices } = fresh();
    serveList(server, [KIMI("3.1")]);
    await prices.touch();
    const then = new Date();
    serveList(server, [KIMI("3.2")]);
    jest.advanceTimersByTime(24 * HOUR);
    await prices.touch();
    const { table } = prices;
    expect(priceOf("kimi-k3", { table, at: then }).inputUsdPerMillion).toBe("3.1");
    expect(priceOf("kimi-k3", { table, at: new Date(then.getTime() - 1_000) }).inputUsdPerMillion).toBe("3");
    expect(priceOf("kimi-k3", { table }).inputUsdPerMillion).toBe("3.2");
  });

  it("stay as they are where the list does not come, with a warning; after five minutes it is asked again", async () => {
    const { prices, warnings } = fresh();
    server.on(LIST_PATH, json(401, { error: "no, fw_secret" }));
    const before = requests();
    await prices.touch();
    await prices.touch();
    expect([inputOf(prices), requests() - before]).toEqual(["3", 1]);
    expect(warnings).toEqual([
      expect.stringMatching(/^prices could not be refreshed: .*\(401\)\. The key is not valid/),
    ]);
    expect(warnings[0]).not.toContain("fw_secret");
    serveList(server, [KIMI("3.1"), flatRow("odd", [])]);
    jest.advanceTimersByTime(300_000);
    await prices.touch();
    expect(inputOf(prices)).toBe("3.1");
    expect(warnings[1]).toMatch(/^of Fireworks' price list: Left out: /);
  });

  it("come after the user's own, and before the built-in ones", async () => {
    const { prices } = fresh([{ model: "kimi-k3", inputUsdPerMillion: 9, outputUsdPerMillion: 9 }]);
    serveList(server, [KIMI("3.1"), flatRow("glm-5p3", skus("1.5", "0.26", "4.4"))]);
    await prices.touch();
    expect([inputOf(prices), inputOf(prices, "glm-5p3"), inputOf(prices, "qwen3p8-max")]).toEqual(["9", "1.5", "2"]);
  });

  it("are the last, where the user's table has nothing behind it", async () => {
    const prices = new FreshPrices(
      METAGPT_2023_GRADES,
      { everyHours: 1, apiKey: "fw_secret", baseURL: server.url },
      () => {},
    );
    serveList(server, [KIMI("3.1")]);
    await prices.touch();
    expect([inputOf(prices), inputOf(prices, "glm-5p3")]).toEqual(["3.1", null]);
  });

  it("go on from a file's, whose history they keep, when those are old enough", async () => {
    serveList(server, [KIMI("3.1"), flatRow("glm-6", skus("1", "0.1", "2"))]);
    const mine = definePriceTable([{ model: "glm-5p3", inputUsdPerMillion: 9, outputUsdPerMillion: 9 }]);
    const written = await fetchFireworksPrices({ apiKey: "fw_secret", baseURL: server.url });
    const table = { ...mine, fallback: written };
    const prices = new FreshPrices(table, { everyHours: 24, apiKey: "fw_secret", baseURL: server.url }, () => {});
    const [before, then] = [requests(), new Date()];
    await prices.touch();
    expect([inputOf(prices), requests() - before]).toEqual(["3.1", 0]);
    serveList(server, [KIMI("3.2")]);
    jest.advanceTimersByTime(24 * HOUR);
    await prices.touch();
    expect(["kimi-k3", "glm-6", "glm-5p3", "qwen3p8-max"].map((model) => inputOf(prices, model))).toEqual([
      "3.2",
      "1",
      "9",
      "2",
    ]);
    expect(priceOf("kimi-k3", { table: prices.table, at: then }).inputUsdPerMillion).toBe("3.1");
  });

  it("are asked for again where a reading does not end, and what it gives at last is not believed", async () => {
    const keys: ((key: string) => void)[] = [];
    const { prices } = fresh(undefined, { apiKey: () => new Promise<string>((resolve) => keys.push(resolve)) });
    const first = prices.touch();
    jest.advanceTimersByTime(HOUR);
    const second = prices.touch();
    expect(keys).toHaveLength(2);
    serveList(server, [KIMI("3.1")]);
    keys[1]?.("fw_secret");
    await second;
    serveList(server, [KIMI("3.2")]);
    keys[0]?.("fw_secret");
    await first;
    expect(inputOf(prices)).toBe("3.1");
  });
});

describe("a cost handler that refreshes its prices", () => {
  const USAGE = { prompt_tokens: 1_000_000, completion_tokens: 1, total_tokens: 1_000_001 };
  const answer = json(200, {
    id: "1",
    model: "accounts/fireworks/models/kimi-k3",
    choices: [{ index: 0, message: { role: "assistant", content: "Tides." }, finish_reason: "stop" }],
    usage: USAGE,
  });
  const model = (costs: CostCallbackHandler, more: object = {}) =>
    new ChatFireworks({ model: "kimi-k3", apiKey: "fw_secret", baseURL: `${server.url}/inference/v1`, costs, ...more });
  const costOfCall = async (costs: CostCallbackHandler, call: () => Promise<unknown>): Promise<string | undefined> => {
    costs.reset();
    await call();
    return costs.totals.costUsd;
  };

  it.each(["invoke", "stream"] as const)("lets no call wait: %s", async (how) => {
    const costs = new CostCallbackHandler({
      refreshPrices: { everyHours: 24, apiKey: "fw_secret", baseURL: server.url },
    });
    server.on("/inference/v1/chat/completions", how === "invoke" ? answer : streamed());
    // The list does not come before the calls have ended.
    server.on(LIST_PATH, hangUp(stall));
    const chat = model(costs);
    const call = async () => {
      if (how === "invoke") await chat.invoke("Tides?");
      else for await (const _ of await chat.stream("Tides?"));
    };
    const before = requests();
    expect([await costOfCall(costs, call), await costOfCall(costs, call)]).toEqual(["3.000015", "3.000015"]);
    await server.when(() => requests() > before);
    expect(requests() - before).toBe(1);
  });

  it("prices the calls that start after the prices came", async () => {
    const costs = new CostCallbackHandler({
      refreshPrices: { everyHours: 24, apiKey: "fw_secret", baseURL: server.url },
    });
    server.on("/inference/v1/chat/completions", answer);
    serveList(server, [KIMI("3.1")]);
    const chat = model(costs);
    const prices: (string | undefined)[] = [];
    while (prices.at(-1) !== "3.100015" && prices.length < 500)
      prices.push(await costOfCall(costs, () => chat.invoke("Tides?")));
    expect(new Set(prices)).toEqual(new Set(["3.000015", "3.100015"]));
  });

  it("asks nobody without the option", async () => {
    const before = requests();
    server.on("/inference/v1/chat/completions", answer);
    await model(new CostCallbackHandler()).invoke("Tides?");
    expect(requests() - before).toBe(0);
  });

  function streamed() {
    const chunk = (delta: object, more: object = {}) => ({
      id: "1",
      object: "chat.completion.chunk",
      model: "accounts/fireworks/models/kimi-k3",
      choices: [{ index: 0, delta, finish_reason: null, ...more }],
    });
    return sse([
      chunk({ role: "assistant", content: "Tides." }),
      { ...chunk({}, { finish_reason: "stop" }), usage: USAGE },
    ]);
  }

  it.each<[unknown, string]>([
    [true, "`refreshPrices` is"],
    [{}, "`refreshPrices.everyHours` is"],
    [{ everyHours: 0 }, "`refreshPrices.everyHours` is `0`"],
    [{ everyHours: Infinity }, "`refreshPrices.everyHours` is `Infinity`"],
    [{ everyHours: 24, apiKey: "a b" }, "`apiKey` cannot be used"],
    [{ everyHours: 24, hours: 1 }, "has no option `hours`"],
  ])("refuses %j", (refreshPrices, said) => {
    const make = () => new CostCallbackHandler({ refreshPrices: refreshPrices as RefreshPricesInput }); // as untyped callers may
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(said);
  });
});
