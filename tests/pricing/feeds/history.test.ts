import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { changesIn } from "../../../src/pricing/feeds/changes.js";
import { fetchFireworksPrices } from "../../../src/pricing/feeds/fetch_fireworks_prices.js";
import { mergePrices } from "../../../src/pricing/feeds/merge.js";
import type { SellerPrices, SellerPriceTable } from "../../../src/pricing/feeds/seller_prices.js";
import { findGaps, findOverlap } from "../../../src/pricing/look_up/row_dates.js";
import type { PriceRow } from "../../../src/pricing/look_up/schema.js";
import { flatRow, modelId, routerId, serveList, skus } from "../../support/price_list.js";
import { useWireServer } from "../../support/use_server.js";

const server = useWireServer();

/** Reads a list after what was read before. */
async function after(before: SellerPrices | undefined, ...rows: object[]): Promise<SellerPriceTable> {
  serveList(server, rows);
  return fetchFireworksPrices({ apiKey: "fw_secret", baseURL: server.url }, before);
}

const A = flatRow("glm-6", skus("1.5", "0.3", "4.5"));
const PRIORITY = { serverless_mode: "priority", service_tier: "priority" };
const rowsOf = ({ rows }: SellerPrices) =>
  rows.map(({ models, standard, priority, validFrom, validTo, lastListed }) => ({
    model: models[0]?.split("/").at(-1),
    input: standard.input,
    priority: priority?.input,
    validFrom,
    validTo,
    lastListed,
  }));

describe("history", () => {
  it("begins a new row where a price changed, and ends the old one there", async () => {
    const first = await after(undefined, A);
    const second = await after(first, flatRow("glm-6", skus("1.6", "0.3", "4.5")));
    const third = await after(second, flatRow("glm-6", skus("1.6", "0.3", "4.5")));
    const [t1, t2, t3] = [first, second, third].map(({ source }) => source.fetchedAt);
    expect(rowsOf(third)).toEqual([
      { model: "glm-6", input: "1.5", validFrom: t1, validTo: t2 },
      { model: "glm-6", input: "1.6", validFrom: t2 },
    ]);
    expect([
      third.source.fetchedAt > second.source.fetchedAt,
      second.source.fetchedAt > first.source.fetchedAt,
    ]).toEqual([true, true]);
    expect(third.rows[1]?.checkedOn).toBe(t3?.slice(0, 10));
  });

  it("keeps the price of what is no longer listed, with the day, until it is listed again", async () => {
    const other = flatRow("glm-7", skus("1", "1", "1"));
    const first = await after(undefined, A, other);
    const gone = await after(first, other);
    const day = first.source.fetchedAt.slice(0, 10);
    expect(rowsOf(gone)[0]).toEqual({
      model: "glm-6",
      input: "1.5",
      validFrom: first.source.fetchedAt,
      lastListed: day,
    });
    expect(rowsOf(await after(gone, other))[0]?.lastListed).toBe(day);
    const back = await after(gone, A, other);
    expect(rowsOf(back)[0]).toEqual({ model: "glm-6", input: "1.5", validFrom: first.source.fetchedAt });
  });

  it("leaves as it was what could not be read this time", async () => {
    const priority = flatRow("glm-6", skus("1.8", "0.4", "5"), PRIORITY);
    const spot = { serverless_mode: "spot", service_tier: "spot" };
    const first = await after(undefined, A, priority, flatRow("glm-6", skus("0.7", "0.1", "2"), spot));
    const other = flatRow("glm-7", skus("1", "1", "1"));
    const unreadable = [
      flatRow("glm-6", skus(1.8, "0.4", "5"), PRIORITY),
      flatRow("glm-6", skus("70", "0.1", "2"), spot),
    ];
    const second = await after(first, A, other, ...unreadable);
    expect(second.rows[0]).toEqual({ ...first.rows[0], checkedOn: second.source.fetchedAt.slice(0, 10) });
    const third = await after(second, flatRow("glm-6", skus("1500", "0.3", "4.5")), other);
    expect(third.rows[0]).toEqual(second.rows[0]);
    expect(third.notes).toHaveLength(1);
  });

  it.each([{ serverless_mode: undefined }, { service_tier: "a b" }, { usage_identifier: "a b" }])(
    "does not call gone what is listed in a way that cannot be read: %j",
    async (more) => {
      const other = flatRow("glm-7", skus("1", "1", "1"));
      const first = await after(undefined, A, other);
      const second = await after(first, { ...A, ...more }, other);
      expect([second.rows[0], changesIn(first, second)]).toEqual([first.rows[0], []]);
      expect(second.notes).toHaveLength(1);
    },
  );

  it("ends a service tier that is listed no more", async () => {
    const first = await after(undefined, A, flatRow("glm-6", skus("1.8", "0.4", "5"), PRIORITY));
    expect(rowsOf(await after(first, A)).map(({ priority, validTo }) => [priority, validTo === undefined])).toEqual([
      ["1.8", false],
      [undefined, true],
    ]);
  });

  it("follows an alias from target to target", async () => {
    const aliases = [routerId("glm-newest")];
    const first = await after(undefined, { ...A, aliases });
    const second = await after(first, A, flatRow("glm-7", skus("1", "1", "1"), { aliases }));
    const third = await after(second, A);
    const [t1, t2, t3] = [first, second, third].map(({ source }) => source.fetchedAt);
    expect(third.aliases.map(({ target, validFrom, validTo }) => [target, validFrom, validTo])).toEqual([
      [modelId("glm-6"), t1, t2],
      [modelId("glm-7"), t2, t3],
    ]);
    expect(changesIn(second, third)).toEqual([
      ...["input", "cachedInput", "output"].map((unit) => expect.objectContaining({ what: "gone", unit })),
      { what: "alias", model: routerId("glm-newest"), oldTarget: modelId("glm-7"), newTarget: null },
    ]);
  });

  it("is of a clock that goes on: one that is far behind is refused", async () => {
    const first = await after(undefined, A);
    const later = { ...first, source: { ...first.source, fetchedAt: "2999-01-01T00:00:00.000Z" } };
    await expect(after(later, A)).rejects.toThrow(
      "The prices so far are of 2999-01-01T00:00:00.000Z, and this machine",
    );
  });

  it("has one price for each instant, without a gap, whatever lists came", () => {
    const price = fc.constantFrom("1", "2", "3");
    const list = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.record({ input: price, priority: fc.option(price) }));
    fc.assert(
      fc.property(fc.array(list, { maxLength: 8 }), (lists) => {
        let prices: SellerPrices | undefined;
        lists.forEach((rows, at) => {
          const fetchedAt = new Date(Date.UTC(2026, 10, 30, 0, 0, 0, at)).toISOString();
          const listed = Object.entries(rows).map(([model, { input, priority }]) => toRow(model, input, priority));
          const source = { url: "u", fetchedAt, sha256: "" };
          prices = mergePrices(prices, { rows: listed, aliases: [], models: [], leftOut: new Map() }, source, []);
          for (const { models, standard } of listed) {
            const open = prices.rows.filter((row) => row.models[0] === models[0] && row.validTo === undefined);
            expect(open.map((row) => row.standard)).toEqual([standard]);
          }
        });
        expect([findOverlap(prices?.rows ?? []), findGaps(prices?.rows ?? [])]).toEqual([undefined, []]);
        expect(new Set(prices?.rows.map(({ id }) => id)).size).toBe(prices?.rows.length ?? 0);
      }),
    );
  });
});

function toRow(model: string, input: string, priority: string | null): PriceRow {
  return {
    id: `fireworks/${model}`,
    provider: "fireworks",
    models: [model],
    kind: "model",
    standard: { input, output: "1" },
    ...(priority === null ? {} : { priority: { input: priority, output: "1" } }),
    source: "a list",
  };
}

describe("what changed", () => {
  it("is said of prices, tiers, and models that are new or gone", async () => {
    const first = await after(undefined, A, flatRow("glm-7", skus("1", undefined, "1")));
    const second = await after(
      first,
      flatRow("glm-6", skus("1.2", "0.3", "6")),
      flatRow("glm-6", skus("2", "0.4", "7"), PRIORITY),
      flatRow("glm-8", skus("1", "0.1", "3")),
    );
    expect(changesIn(first, second).map((change) => Object.values(change).slice(0, 7).join(" "))).toEqual([
      `changed ${modelId("glm-6")} standard input 1.5 1.2 -20.00`,
      `changed ${modelId("glm-6")} standard output 4.5 6 +33.33`,
      `gone ${modelId("glm-7")} standard input 1  `,
      `gone ${modelId("glm-7")} standard output 1  `,
      `new ${modelId("glm-6")} priority input  2 `,
      `new ${modelId("glm-6")} priority cachedInput  0.4 `,
      `new ${modelId("glm-6")} priority output  7 `,
      `new ${modelId("glm-8")} standard input  1 `,
      `new ${modelId("glm-8")} standard cachedInput  0.1 `,
      `new ${modelId("glm-8")} standard output  3 `,
    ]);
  });

  it("is said against the built-in prices the first time", async () => {
    const aliases = [routerId("glm-latest")];
    const first = await after(
      undefined,
      flatRow("glm-5p3", skus("1.4", "0.26", "4.8"), { aliases }),
      flatRow("kimi-k3", skus("3", "0.3", "15")),
    );
    expect(changesIn(undefined, first)).toEqual([
      {
        what: "changed",
        model: modelId("glm-5p3"),
        tier: "standard",
        unit: "output",
        oldUsdPerMillion: "4.4",
        newUsdPerMillion: "4.8",
        percent: "+9.09",
      },
    ]);
  });

  it("is nothing where nothing changed", async () => {
    const first = await after(undefined, A);
    expect(changesIn(first, await after(first, A))).toEqual([]);
  });
});
