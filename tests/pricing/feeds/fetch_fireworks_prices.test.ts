import { describe, expect, it } from "@jest/globals";
import { ConfigurationError, MeteredError, ServerError } from "../../../src/base/errors.js";
import {
  fetchFireworksPrices,
  type FetchFireworksPricesInput,
} from "../../../src/pricing/feeds/fetch_fireworks_prices.js";
import { priceOf } from "../../../src/pricing/look_up/price_of.js";
import type { SellerPriceTable } from "../../../src/pricing/feeds/seller_prices.js";
import type { PriceTable } from "../../../src/pricing/look_up/schema.js";
import { BUILTIN_PRICES } from "../../../src/pricing/tables/builtin.js";
import { overrideEnvironment } from "../../support/environment.js";
import { flatPage, flatRow, LIST_PATH, modelId, routerId, serveList, skus } from "../../support/price_list.js";
import { useWireServer } from "../../support/use_server.js";
import { hangUp, json, redirect, stall, text } from "../../support/wire_script.js";
import { refusedUrl } from "../../support/wire_server.js";

const server = useWireServer();
const read = (more: FetchFireworksPricesInput = {}): Promise<SellerPriceTable> =>
  fetchFireworksPrices({ apiKey: "fw_secret", baseURL: server.url, ...more });

/** The price of an id by a table, as `input cached output`, and where it is from. */
function price(table: PriceTable, model: string, serviceTier?: string, at: string | Date = new Date()): string {
  const { basis, inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion } = priceOf(model, {
    table,
    serviceTier,
    at,
  });
  return [basis, inputUsdPerMillion, cachedInputUsdPerMillion, outputUsdPerMillion].join(" ");
}

/** What this package says by itself. */
const NO_LIST = BUILTIN_PRICES;
const KIMI = flatRow("kimi-k3", skus("2.8", "0.28", "14"));

describe("the price list of Fireworks, flat", () => {
  it("is asked for with the key in the header alone", async () => {
    serveList(server, [KIMI]);
    const seen = server.requests.length;
    const table = await read();
    const [request] = server.requests.slice(seen);
    expect(server.requests.length - seen).toBe(1);
    expect(request).toMatchObject({ method: "GET", path: LIST_PATH });
    expect(request?.headers.authorization).toBe("Bearer fw_secret");
    expect(JSON.stringify(table)).not.toContain("fw_secret");
  });

  it("has all modes: by the model's id, by service tier, by an id of its own, by alias", async () => {
    serveList(server, [
      flatRow("glm-6", skus("1.5", "0.3", "4.5"), { aliases: [routerId("glm-newest")] }),
      flatRow("glm-6", skus("1.875", "0.375", "5.625"), { serverless_mode: "priority", service_tier: "priority" }),
      flatRow("glm-6", skus("0.75", "0.15", "2.25"), {
        serverless_mode: "spot",
        service_tier: "spot",
        usage_identifier: routerId("glm-6-spot"),
      }),
      flatRow("glm-6", skus("2.25", "0.45", "6.75"), {
        serverless_mode: "fast",
        usage_identifier: routerId("glm-6-fast"),
        aliases: [routerId("glm-fast-newest")],
      }),
      flatRow("glm-6", skus("0.76", "0.16", "2.26"), {
        serverless_mode: "flex",
        usage_identifier: modelId("glm-6-flex"),
      }),
      flatRow("glm-6", skus("2.3", "0.4", "6.8"), { serverless_mode: "us", usage_identifier: routerId("glm-6-us") }),
      flatRow("glm-6", skus("9", "1", "30"), { serverless_mode: "warp", usage_identifier: routerId("glm-6-warp") }),
      flatRow("vectors-2", skus("0.02"), { output_modalities: ["embeddings"] }),
    ]);
    const table = await read();
    expect(table.notes).toEqual([]);
    expect(
      [
        [modelId("glm-6")],
        ["glm-6"],
        [modelId("glm-6"), "default"],
        [modelId("glm-6"), "priority"],
        [modelId("glm-6"), "spot"],
        [routerId("glm-6-spot")],
        [modelId("glm-6-spot")],
        [routerId("glm-6-fast")],
        [routerId("glm-fast-newest")],
        [routerId("glm-newest")],
        [routerId("glm-newest"), "priority"],
        [modelId("glm-6-flex")],
        [routerId("glm-6-us")],
        [routerId("glm-6-warp")],
        [modelId("vectors-2")],
      ].map(([id = "", tier]) => price(table, id, tier)),
    ).toEqual([
      "exact 1.5 0.3 4.5",
      "exact 1.5 0.3 4.5",
      "exact 1.5 0.3 4.5",
      "exact 1.875 0.375 5.625",
      "exact 0.75 0.15 2.25",
      "exact 0.75 0.15 2.25",
      "exact 0.75 0.15 2.25",
      "exact 2.25 0.45 6.75",
      "exact 2.25 0.45 6.75",
      "exact 1.5 0.3 4.5",
      "exact 1.875 0.375 5.625",
      "exact 0.76 0.16 2.26",
      "exact 2.3 0.4 6.8",
      "exact 9 1 30",
      "exact 0.02 0.02 0",
    ]);
    expect(table.models.find(({ id }) => id === modelId("glm-6"))).toEqual({
      id: modelId("glm-6"),
      contextLength: 1_048_576,
      inputModalities: ["text", "image"],
      outputModalities: ["text"],
    });
  });

  it("has a bare name's price where a router of that name has another", async () => {
    const router = { serverless_mode: "warp", usage_identifier: routerId("glm-6") };
    serveList(server, [flatRow("glm-6", skus("1.5", "0.3", "4.5")), flatRow("glm-7", skus("9", "1", "30"), router)]);
    const table = await read();
    expect([price(table, modelId("glm-6")), price(table, routerId("glm-6")), price(table, "glm-6")]).toEqual([
      "exact 1.5 0.3 4.5",
      "exact 9 1 30",
      "exact 1.5 0.3 4.5",
    ]);
  });

  it("goes before the built-in prices from the instant at which it was read, and not before", async () => {
    serveList(server, [KIMI]);
    const table = await read();
    const { fetchedAt } = table.source;
    expect(price(table, "kimi-k3", undefined, fetchedAt)).toBe("exact 2.8 0.28 14");
    expect(price(table, "kimi-k3", undefined, new Date(Date.parse(fetchedAt) - 1))).toBe("exact 3 0.3 15");
    expect(price(table, "glm-5p3")).toBe("exact 1.4 0.26 4.4");
    expect(priceOf("kimi-k3", { table })).toMatchObject({
      row: `fireworks/models/kimi-k3@${fetchedAt}`,
      checkedOn: fetchedAt.slice(0, 10),
      ageDays: 0,
      source: `${server.url}${LIST_PATH}`,
    });
  });

  it("says where it is from: address, time, and a hash of what was read", async () => {
    server.on(LIST_PATH, text(200, '{"object":"list","data":[]}'.replace("[]", `[${JSON.stringify(KIMI)}]`)));
    const { source } = await read();
    expect(source).toEqual({
      url: `${server.url}${LIST_PATH}`,
      fetchedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await read()).source.sha256).toBe(source.sha256);
    serveList(server, [flatRow("kimi-k3", skus("2.9", "0.28", "14"))]);
    expect((await read()).source.sha256).not.toBe(source.sha256);
  });

  it.each(["", "/", "/v1", "/inference/v1", "/inference/v1/"])("is found by the address with `%s`", async (path) => {
    serveList(server, [KIMI]);
    expect((await read({ baseURL: `${server.url}${path}` })).source.url).toBe(`${server.url}${LIST_PATH}`);
  });

  it("is found behind a path of a gateway's", async () => {
    server.on(`/fw${LIST_PATH}`, flatPage([KIMI]));
    expect((await read({ baseURL: `${server.url}/fw/inference/v1` })).rows).toHaveLength(1);
  });
});

describe("the price list of Fireworks, nested", () => {
  const money = (units?: string, nanos?: number) => ({ ...(units ? { units } : {}), ...(nanos ? { nanos } : {}) });
  const nested = {
    name: modelId("glm-6"),
    displayName: "GLM 6",
    contextLength: 1_048_576,
    supportsImageInput: false,
    kind: "HF_BASE_MODEL",
    serverlessModes: [
      {
        name: `${modelId("glm-6")}/serverlessModes/default`,
        skuInfos: [
          { sku: "LLM input tokens (uncached)", amount: money("1", 400_000_000) },
          { sku: "LLM input tokens (cached)", amount: money(undefined, 140_000_000) },
          { sku: "LLM output tokens", amount: { currencyCode: "USD", ...money("4", 400_000_000) } },
        ],
      },
      {
        name: `${modelId("glm-6")}/serverlessModes/fast`,
        usageIdentifier: routerId("glm-6-fast"),
        skuInfos: [
          { sku: "LLM input tokens", amount: money("2", 100_000_000) },
          { sku: "LLM output tokens", amount: money("6", 600_000_000) },
        ],
      },
      {
        name: `${modelId("glm-6")}/serverlessModes/priority`,
        serviceTier: "priority",
        skuInfos: [
          { sku: "LLM input tokens (uncached)", amount: money("1", 750_000_000) },
          { sku: "LLM output tokens", amount: money("5", 500_000_000) },
        ],
      },
    ],
  };

  it("is asked for, and read", async () => {
    server.on(LIST_PATH, json(200, { models: [nested] }));
    const table = await read({ format: "nested" });
    expect(server.requests.at(-1)?.path).toBe(`${LIST_PATH}?format=nested`);
    expect([table.notes, table.source.url]).toEqual([[], `${server.url}${LIST_PATH}?format=nested`]);
    expect(price(table, modelId("glm-6"))).toBe("exact 1.4 0.14 4.4");
    expect(price(table, modelId("glm-6"), "priority")).toBe("exact 1.75 1.75 5.5");
    expect(price(table, routerId("glm-6-fast"))).toBe("exact 2.1 2.1 6.6");
    expect(table.models[0]).toEqual({
      id: modelId("glm-6"),
      contextLength: 1_048_576,
      inputModalities: ["text"],
    });
  });
});

describe("what cannot be read of the list is left out, with a note", () => {
  const left = async (row: object): Promise<{ notes: readonly string[]; glm: string }> => {
    serveList(server, [KIMI, row]);
    const table = await read();
    return { notes: table.notes, glm: price(table, "glm-5p3") };
  };
  // The built-in price of glm-5p3.
  const STANDING = "exact 1.4 0.26 4.4";

  it.each<[string, unknown, string]>([
    ["an amount as a number", skus(1.5, "0.3", "4.5"), "the price of `LLM input tokens (uncached)` is 1.5"],
    ["an amount with an exponent", skus("1.5", "3e-1", "4.5"), 'the price of `LLM input tokens (cached)` is "3e-1"'],
    ["a negative amount", skus("1.5", "0.3", "-4.5"), 'is "-4.5", which is no amount'],
    ["no amount", skus("1.5", "0.3", null), "is null, which is no amount"],
    ["an amount in words", skus("1.5", "0.3", "a dollar"), 'is "a dollar"'],
    [
      "another currency",
      [{ sku: "LLM input tokens (uncached)", amount: { currencyCode: "EUR", units: "1" } }],
      'is in "EUR", not in USD',
    ],
    ["another currency beside the amount", [{ ...skus("1.5")[0], currency: "EUR" }], 'is in "EUR", not in USD'],
    [
      "money with a part above one",
      [{ sku: "LLM output tokens", amount: { units: "1", nanos: 1e9 } }],
      '{"units":"1","nanos":1000000000}',
    ],
    [
      "money in another form",
      [...skus("1.5", undefined, "4.5"), { sku: "LLM input tokens (cached)", amount: { value: "0.3" } }],
      '{"value":"0.3"}, which is no amount',
    ],
    ["another unit", [{ ...skus("1.5")[0], unit: "1K tokens" }], 'is per "1K tokens", not per "1M tokens"'],
    ["two prices of one kind", [...skus("1.5", "0.3", "4.5"), ...skus("1.6")], "has two prices"],
    ["no output", skus("1.5", "0.3"), "there is no price of its output"],
    ["no prices", [], "there is no price of its input"],
    ["prices that are no list", "free", "there is no price of its input"],
    ["a price for nothing", [{ amount: "1" }], "does not say what for"],
    ["zeros", skus("0", "0", "0"), "all its prices are 0"],
    ["a cached price above the other", skus("1.5", "1.6", "4.5"), "its cached input costs more than other input"],
    ["a price that rose more than tenfold", skus("15", "0.3", "4.5"), "whose price of input went from 1.4 to 15"],
    [
      "a price that fell more than tenfold",
      skus("1.4", "0.026", "0.43"),
      "whose price of output went from 4.4 to 0.43",
    ],
    [
      "a price of cached input that became 0",
      skus("1.4", "0", "4.4"),
      "whose price of cached input went from 0.26 to 0",
    ],
  ])("%s", async (_, pricing, note) => {
    const { notes, glm } = await left(flatRow("glm-5p3", pricing));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(note);
    expect(notes[0]).toContain("glm-5p3");
    expect(glm).toBe(STANDING);
  });

  it.each<[string, object, string]>([
    ["a row without a mode", { serverless_mode: undefined }, "without a mode"],
    ["a mode that says not how it is called", { serverless_mode: "turbo" }, "says neither by what id"],
    ["a row without an id", { id: 7 }, "which has no id"],
    ["an id with blanks", { id: "accounts/fireworks/models/glm 5" }, "which has no id"],
    ["a row in another currency", { currency: "EUR" }, 'is in "EUR", not in USD'],
    ["an own id that is none", { usage_identifier: "a b" }, 'whose `usage_identifier` is "a b"'],
    [
      "a Priority price without a Standard one",
      { serverless_mode: "priority", service_tier: "priority" },
      "for priority only",
    ],
  ])("%s", async (_, more, note) => {
    const { notes, glm } = await left(flatRow("glm-5p3", skus("1.5", "0.3", "4.5"), more));
    expect(notes).toEqual([expect.stringContaining(note)]);
    expect(glm).toBe(STANDING);
  });

  it("fields and kinds of prices that are not known: what is known of the row is read", async () => {
    const [input, ...others] = skus("1.5", "0.3", "4.5");
    const pricing = [
      { ...input, at_peak: true },
      ...others,
      { sku: "LLM image tokens", amount: "9", unit: "1M tokens" },
    ];
    const { notes, glm } = await left(flatRow("glm-5p3", pricing, { surge: 2, at_night: true }));
    expect(notes).toEqual([
      "Not read: the fields `at_night`, `pricing.at_peak`, `surge`.",
      "Not read of `accounts/fireworks/models/glm-5p3` (standard): `LLM image tokens`.",
    ]);
    expect(glm).toBe("exact 1.5 0.3 4.5");
  });

  it("a row that is listed twice at different prices: neither holds", async () => {
    serveList(server, [KIMI, ...["1.5", "1.6", "1.5"].map((input) => flatRow("glm-5p3", skus(input, "0.3", "4.5")))]);
    const table = await read();
    expect(table.notes).toEqual([expect.stringContaining("listed twice")]);
    expect(price(table, "glm-5p3")).toBe(STANDING);
  });

  it("a row that is listed twice, in other letters", async () => {
    serveList(server, [KIMI, ...["GLM-6", "glm-6"].map((name, at) => flatRow(name, skus(`1.${at}`, "0.3", "4.5")))]);
    const table = await read();
    expect(table.notes).toEqual([expect.stringContaining("listed twice")]);
    expect(price(table, "glm-6")).toMatch(/^unpriced/);
  });

  it("an alias of two models", async () => {
    const aliases = [routerId("newest")];
    serveList(server, [KIMI, ...["a", "b"].map((name) => flatRow(name, skus("1", "1", "1"), { aliases }))]);
    const table = await read();
    expect(table.notes).toEqual([expect.stringContaining("stands for two models")]);
    expect(price(table, routerId("newest"))).toMatch(/^unpriced/);
  });

  it("a service tier that moved too far, and not the rest of its row", async () => {
    serveList(server, [
      flatRow("glm-5p3", skus("1.4", "0.26", "4.4")),
      flatRow("glm-5p3", skus("17.6", "0.325", "5.5"), { serverless_mode: "priority", service_tier: "priority" }),
    ]);
    const table = await read();
    expect(table.notes).toEqual([expect.stringContaining("(priority), whose price of input went from 1.75 to 17.6")]);
    expect(price(table, "glm-5p3", "priority")).toBe(price(NO_LIST, "glm-5p3", "priority"));
    expect(table.rows.map(({ standard, priority }) => [standard.input, priority?.input])).toEqual([["1.4", "1.75"]]);
  });

  it("a service tier that cannot be read: what this package knows of it stands beside the new price", async () => {
    const tier = (name: string) =>
      flatRow("glm-5p3", skus(2), { serverless_mode: name, service_tier: name, usage_identifier: undefined });
    serveList(server, [flatRow("glm-5p3", skus("1.5", "0.3", "4.5")), tier("priority"), tier("warp")]);
    const table = await read();
    expect(table.notes).toHaveLength(2);
    expect([undefined, "priority", "warp"].map((name) => price(table, "glm-5p3", name))).toEqual([
      "exact 1.5 0.3 4.5",
      price(NO_LIST, "glm-5p3", "priority"),
      price(NO_LIST, "glm-5p3", "warp"),
    ]);
    expect(price(table, "glm-5p3", "priority")).toMatch(/^exact 1\.75 /);
  });

  it("and no more notes than anybody reads", async () => {
    serveList(server, [KIMI, ...Array.from({ length: 300 }, (_, at) => flatRow(`model-${at}`, []))]);
    const { notes } = await read();
    expect(notes).toHaveLength(101);
    expect(notes.at(-1)).toBe("200 more");
  });
});

describe("a list of several pages", () => {
  const pages = [[KIMI], [flatRow("glm-6", skus("1", "0.1", "2"))], [flatRow("glm-7", skus("1", "0.1", "3"))]];

  it("is read whole", async () => {
    serveList(server, ...pages);
    const table = await read();
    expect(table.rows.map(({ models }) => models[0])).toEqual(["glm-6", "glm-7", "kimi-k3"].map(modelId));
  });

  it("that changes between its pages is read again", async () => {
    let requests = 0;
    const moved = flatRow("glm-6", skus("1.2", "0.1", "2"));
    server.on(LIST_PATH, ({ path }) => {
      requests += 1;
      const isSecond = path.includes("pageToken");
      return isSecond ? flatPage([requests <= 2 ? pages[1]?.[0] : moved]) : flatPage([KIMI], "page-1");
    });
    expect(price(await read(), "glm-6")).toBe("exact 1.2 0.1 2");
  });

  it("whose token is no longer taken is read again", async () => {
    let refusals = 0;
    server.on(LIST_PATH, ({ path }) => {
      if (!path.includes("pageToken")) return flatPage([KIMI], "page-1");
      refusals += 1;
      return refusals === 1 ? json(400, { error: "bad page token" }) : flatPage(pages[1] ?? []);
    });
    expect((await read()).rows).toHaveLength(2);
  });

  it("that changes each time is refused", async () => {
    let requests = 0;
    server.on(LIST_PATH, ({ path }) => {
      requests += 1;
      const now = flatRow("glm-6", skus(`1.${requests}`, "0.1", "2"));
      return path.includes("pageToken") ? flatPage([now]) : flatPage([KIMI], "page-1");
    });
    await expect(read()).rejects.toThrow("changed while it was read, 4 times. The prices stay as they were");
    expect(requests).toBe(8);
  });

  it("whose pages do not end is refused", async () => {
    server.on(LIST_PATH, flatPage([KIMI], "again"));
    await expect(read()).rejects.toThrow("do not end");
  });
});

describe("what is no price list is refused", () => {
  const problem = async (more: FetchFireworksPricesInput = {}): Promise<Error> => {
    const error: unknown = await read(more).catch((reason: unknown) => reason);
    if (!(error instanceof Error)) throw new Error("it was not refused");
    expect(error.message).not.toContain("fw_secret");
    return error;
  };

  it.each([
    [401, "The key is not valid: make one at Fireworks and give it as FIREWORKS_API_KEY."],
    [403, "The key may not read the list of models"],
    [404, "There is no price list at this address"],
    [429, "Too many requests: try again in a minute."],
    [500, "Fireworks has a problem: try again later."],
  ])("by a status (%i)", async (status, said) => {
    server.on(LIST_PATH, json(status, { error: "no, fw_secret" }));
    const error = await problem();
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status, message: expect.stringContaining(said) });
  });

  it.each([
    ["a proxy's page", "<html>Log in</html>", "something that is no price list: `<html>Log in</html>`. Is the address"],
    ["nothing", "", "an empty body"],
    ["another JSON", '{"models":null}', "no price list"],
    ["a list", "[]", "no price list"],
    ["a list without rows", '{"object":"list","data":[]}', "has no rows. The prices stay as they were."],
    ["rows of which none can be read", '{"data":[7]}', "has no rows that can be read (Left out: a row that is 7.)"],
  ])("%s", async (_, body, said) => {
    server.on(LIST_PATH, text(200, body));
    const error = await problem();
    expect(error).toBeInstanceOf(MeteredError);
    expect(error.message).toContain(said);
  });

  it("a page that repeats the key, without the key", async () => {
    server.on(LIST_PATH, text(200, `<pre>${"x".repeat(115)}fw_secret authorization: Bearer fw_secret</pre>`));
    expect((await problem()).message).not.toContain("fw_");
    server.on(LIST_PATH, text(200, "authorization: Bearer fw_secret"));
    expect((await problem()).message).toContain("`authorization: Bearer ***`");
  });

  it("rows without a price that can be read", async () => {
    serveList(server, [flatRow("glm-6", skus(1, 1, 1))]);
    expect((await problem()).message).toContain(
      "has no price that can be read. The prices stay as they were. Left out",
    );
  });

  it("a redirect, which the key is not sent along", async () => {
    server.on(LIST_PATH, redirect(302, "/elsewhere"));
    const seen = server.requests.length;
    expect((await problem()).message).toContain("It redirects");
    expect(server.requests.length - seen).toBe(1);
  });

  it("a server that is not there, or hangs up, or says nothing", async () => {
    expect((await problem({ baseURL: await refusedUrl() })).message).toContain("could not be reached");
    server.on(LIST_PATH, hangUp());
    expect((await problem()).message).toContain("could not be reached");
    server.on(LIST_PATH, hangUp(stall));
    expect((await problem({ timeoutMs: 50 })).message).toContain("no answer within 50 ms");
  });

  it("nothing, for longer than a timer can wait", async () => {
    serveList(server, [KIMI]);
    expect((await read({ timeoutMs: 2 ** 31 })).rows).toHaveLength(1);
  });

  it("an abort, with its reason", async () => {
    server.on(LIST_PATH, hangUp(stall));
    const abort = new AbortController();
    const seen = server.requests.length;
    const reading = read({ signal: abort.signal });
    await server.received(seen + 1);
    abort.abort(new Error("not now"));
    await expect(reading).rejects.toThrow("not now");
    await expect(read({ signal: abort.signal })).rejects.toThrow("not now");
    expect(server.requests.length - seen).toBe(1);
  });
});

describe("the key", () => {
  it("may come from the environment, or from a function", async () => {
    serveList(server, [KIMI]);
    const restore = overrideEnvironment(/^FIREWORKS_/, { FIREWORKS_API_KEY: " fw_env\n" });
    try {
      await fetchFireworksPrices({ baseURL: server.url });
      expect(server.requests.at(-1)?.headers.authorization).toBe("Bearer fw_env");
      await read({ apiKey: async () => "fw_asked" });
      expect(server.requests.at(-1)?.headers.authorization).toBe("Bearer fw_asked");
    } finally {
      restore();
    }
  });

  it("has to be there", async () => {
    const restore = overrideEnvironment(/^FIREWORKS_/, {});
    try {
      await expect(fetchFireworksPrices({ baseURL: server.url })).rejects.toThrow("No Fireworks API key was found.");
    } finally {
      restore();
    }
  });
});

describe("options", () => {
  it.each<[unknown]>([["prices.json"], [null], [BUILTIN_PRICES]])(
    "earlier prices that are none are refused",
    async (before) => {
      const reading = fetchFireworksPrices({ apiKey: "fw_secret", baseURL: server.url }, before as SellerPriceTable); // as untyped callers may
      await expect(reading).rejects.toThrow(ConfigurationError);
      await expect(reading).rejects.toThrow("Pass what `loadPrices` or `fetchFireworksPrices` gave.");
    },
  );

  it.each<[object, string]>([
    [{ apiKey: "a b" }, "`apiKey` cannot be used"],
    [{ apiKey: () => "a b" }, "characters that no key has"],
    [{ baseURL: "http://example.com" }, "`baseURL` cannot be used"],
    [{ baseURL: "https://ann:fw_secret@example.com" }, "`baseURL` cannot be used"],
    [{ format: "xml" }, '`format` is "xml"'],
    [{ timeoutMs: 0 }, "`timeoutMs` is `0`"],
    [{ baseUrl: "https://example.com" }, "has no option `baseUrl`"],
  ])("that cannot be are refused: %j", async (more, said) => {
    const error: unknown = await read(more).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error).replaceAll('`"xml"`', '"xml"')).toContain(said);
    expect(String(error)).not.toContain("fw_secret");
  });
});
