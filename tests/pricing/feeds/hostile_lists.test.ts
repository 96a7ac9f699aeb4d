import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { tryParseUsd } from "../../../src/base/money.js";
import { modesOnPage } from "../../../src/pricing/feeds/listed_mode.js";
import { mergePrices } from "../../../src/pricing/feeds/merge.js";
import { Notes } from "../../../src/pricing/feeds/notes.js";
import { loadPrices, toPriceFile } from "../../../src/pricing/feeds/price_file.js";
import { toRows } from "../../../src/pricing/feeds/to_rows.js";
import { anyText } from "../../support/any_text.js";

/** Values where a list has others: of its own fields, and of any kind. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  anyText,
  fc.constantFrom("standard", "priority", "a", "0", "1.5", "-1", "1e3", "USD", "1M tokens"),
);
const sku = fc.constantFrom(
  "LLM input tokens (uncached)",
  "LLM input tokens (cached)",
  "LLM output tokens",
  "LLM input tokens",
  "other",
);
const price = fc.record(
  { sku: fc.oneof(sku, anything), amount: anything, unit: anything, currency: anything },
  { requiredKeys: [] },
);
const mode = fc.record(
  {
    id: fc.oneof(fc.constantFrom("a", "b", "A"), anything),
    serverless_mode: anything,
    service_tier: anything,
    usage_identifier: anything,
    aliases: fc.oneof(fc.array(anything), anything),
    pricing: fc.oneof(fc.array(price, { maxLength: 4 }), anything),
    context_length: anything,
    output_modalities: fc.oneof(fc.array(fc.oneof(anyText, fc.constant(""))), anything),
  },
  { requiredKeys: [] },
);
const nested = fc.record(
  {
    name: anything,
    serverlessModes: fc.oneof(
      fc.array(
        fc.record(
          { name: anything, skuInfos: fc.array(price, { maxLength: 4 }), usageIdentifier: anything },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
      anything,
    ),
  },
  { requiredKeys: [] },
);
const page = fc.oneof(
  fc.record({ data: fc.array(fc.oneof(mode, anything), { maxLength: 6 }) }),
  fc.record({ models: fc.array(fc.oneof(nested, anything), { maxLength: 3 }) }),
);

const SOURCE = { url: "a list", fetchedAt: "2026-11-30T06:00:00.000Z", sha256: "ab" };

describe("a list that holds anything", () => {
  it("is read without an error, and makes rows that are whole, and a file that is read as it was written", () => {
    fc.assert(
      fc.property(page, (json) => {
        const notes = new Notes();
        const list = toRows(modesOnPage(json, notes) ?? [], "a list", notes);
        const { rows, aliases } = list;
        for (const { models, standard, priority, tiers = {} } of rows) {
          expect(models).toEqual([expect.stringMatching(/^[\x21-\x7e]{1,200}$/)]);
          for (const rates of [standard, ...(priority === undefined ? [] : [priority]), ...Object.values(tiers)])
            expect(Object.values(rates).every((rate) => tryParseUsd(rate) !== undefined)).toBe(true);
          // What costs nothing at all is not known.
          expect([standard.input, standard.output]).not.toEqual(["0", "0"]);
        }
        expect(new Set(rows.map(({ models }) => models[0])).size).toBe(rows.length);
        expect(new Set(aliases.map(({ alias }) => alias)).size).toBe(aliases.length);
        expect(notes.list.every((note) => note.length <= 303)).toBe(true);
        const prices = mergePrices(undefined, list, SOURCE, notes.list);
        expect(toPriceFile(loadPrices(JSON.parse(toPriceFile(prices))))).toBe(toPriceFile(prices));
      }),
      { numRuns: 2_000 },
    );
  });
});
