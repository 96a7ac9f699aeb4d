import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ConfigurationError } from "../../src/base/errors.js";
import { costOfUsage } from "../../src/pricing/cost.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import type { PriceTable } from "../../src/pricing/look_up/schema.js";
import { COUNTED_UNITS, MORE_TOKEN_UNITS, type MoreCounts } from "../../src/pricing/units.js";
import { toBuckets, type UsageLike } from "../../src/pricing/usage_buckets.js";

const plain = { provider: "p", model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "10" };
const rates = {
  cachedInputUsdPerMillion: "0.1",
  cacheWriteUsdPerMillion: "1.25",
  cacheWrite1hUsdPerMillion: "2",
  inputAudioUsdPerMillion: "3",
  cachedAudioUsdPerMillion: "0.3",
  inputImageUsdPerMillion: "4",
  inputVideoUsdPerMillion: "5",
  toolInputUsdPerMillion: "0.5",
  reasoningUsdPerMillion: "7",
  outputAudioUsdPerMillion: "20",
  outputImageUsdPerMillion: "30",
  citationUsdPerMillion: "2",
  webSearchUsdPerThousand: "10",
  storageSearchUsdPerThousand: "2.5",
};
const bare = definePriceTable([plain], { fallback: null });
const full = definePriceTable([{ ...plain, ...rates }], { fallback: null });
const query = { provider: "p", model: "m" };

const K = 1000;
const usage = (more: Partial<UsageLike> = {}): UsageLike => ({ input_tokens: 10 * K, output_tokens: K, ...more });
const read = { input_token_details: { cache_read: 4 * K } };

// Of 10,000 in and 1,000 out: 0.01 + 0.01 where nothing is billed apart.
const priced: [what: string, counts: UsageLike, usd: string][] = [
  ["nothing else", usage(), "0.02"],
  // 4k x 1.25 + 3k x 2 + 3k x 1 + 0.01
  [
    "written for five minutes and an hour",
    usage({ input_token_details: { cache_creation: 7 * K }, units: { cacheWrite1h: 3 * K } }),
    "0.024",
  ],
  // 8k x 1 + 2k x 3 + 0.01
  ["audio, as LangChain has it", usage({ input_token_details: { audio: 2 * K } }), "0.024"],
  ["audio, as a unit", usage({ units: { inputAudio: 2 * K } }), "0.024"],
  // cached 4k of which 1k audio: 3k x 0.1 + 1k x 0.3; audio left 1k x 3; text left 5k x 1
  ["cached audio", usage({ ...read, units: { inputAudio: 2 * K, cachedAudio: K } }), "0.0186"],
  // 5k x 1 + 2k x 4 + 3k x 5 + 0.01
  ["images and video", usage({ input_token_details: { image: 2 * K, video: 3 * K } }), "0.038"],
  // 9k x 1 + 1k x 0.5 + 0.01
  ["the prompt of tool use", usage({ units: { toolInput: K } }), "0.0195"],
  // 0.01 + 0.4k x 10 + 0.6k x 7
  ["reasoning at its own rate", usage({ output_token_details: { reasoning: 600 } }), "0.0182"],
  // 0.01 + 0.5k x 10 + 0.3k x 20 + 0.2k x 30
  ["audio and images in the answer", usage({ output_token_details: { audio: 300, image: 200 } }), "0.027"],
  // 0.01 + 0.9k x 10 + 0.1k x 2
  ["citations", usage({ units: { citation: 100 } }), "0.0192"],
  // 0.02 + 3 x 0.01 + 2 x 0.0025
  ["searches", usage({ units: { webSearch: 3, storageSearch: 2 } }), "0.055"],
];

describe("what a row has a price for", () => {
  it.each(priced)("%s", (_, counts, usd) => {
    expect(costOfUsage(counts, query, { table: full })).toMatchObject({
      totalUsd: usd,
      isLowerBound: false,
      assumptions: [],
      warnings: [],
    });
  });

  it("which of the cached tokens were audio is assumed where it is not said, to the dearer side", () => {
    // Text is taken to be cached first: 4k x 0.1 + 4k x 1 + 2k x 3 + 0.01.
    const cost = costOfUsage(usage({ input_token_details: { cache_read: 4 * K, audio: 2 * K } }), query, {
      table: full,
    });
    expect(cost.totalUsd).toBe("0.0204");
    expect(cost.assumptions).toEqual([expect.stringContaining("which of the cached tokens were text")]);
  });

  it("a fee for each request is charged once a call", () => {
    const table = definePriceTable([{ ...plain, requestUsdPerThousand: "5" }], { fallback: null });
    const { totalUsd, components } = costOfUsage(usage(), query, { table });
    expect(totalUsd).toBe("0.025");
    expect(components.request).toMatchObject({ count: 1, usdPerThousand: "5", usd: "0.005" });
  });
});

const bounded: [what: string, counts: UsageLike, usd: string, words: RegExp][] = [
  ["audio", usage({ input_token_details: { audio: 2 * K } }), "0.02", /audio input tokens are charged as input/],
  [
    "an image in the answer",
    usage({ output_token_details: { image: 200 } }),
    "0.02",
    /image output tokens are charged as output/,
  ],
  [
    "what is written",
    usage({ input_token_details: { cache_creation: K } }),
    "0.02",
    /written to the cache are charged as input/,
  ],
  ["searches", usage({ units: { webSearch: 1 } }), "0.02", /web searches were counted and have no price/],
];

describe("what a row has no price for makes its cost a lower bound", () => {
  it.each(bounded)("%s", (_, counts, usd, words) => {
    const cost = costOfUsage(counts, query, { table: bare });
    expect(cost).toMatchObject({ totalUsd: usd, isLowerBound: true });
    expect(cost.warnings).toEqual([expect.stringMatching(words)]);
  });

  it("an hour's writing is charged as five minutes', where that has a price", () => {
    const table = definePriceTable([{ ...plain, cacheWriteUsdPerMillion: "1.25" }], { fallback: null });
    const counts = usage({ input_token_details: { cache_creation: K }, units: { cacheWrite1h: K } });
    const cost = costOfUsage(counts, query, { table });
    expect(cost).toMatchObject({ totalUsd: "0.02025", isLowerBound: true });
    expect(cost.warnings).toEqual([expect.stringContaining("charged as tokens written to the cache")]);
  });

  it("but not of what nobody bills dearer than its kind", () => {
    const counts = usage({ ...read, output_token_details: { reasoning: 5 }, units: { toolInput: 5 } });
    expect(costOfUsage(counts, query, { table: bare })).toMatchObject({ isLowerBound: false, warnings: [] });
  });

  it("and not of what is free", () => {
    const table = definePriceTable([{ provider: "p", model: "m", free: true }], { fallback: null });
    const counts = usage({ input_token_details: { audio: K }, units: { webSearch: 1 } });
    expect(costOfUsage(counts, query, { table })).toMatchObject({ status: "free", totalUsd: "0", isLowerBound: false });
  });
});

describe("parts that exceed their whole", () => {
  it.each<[string, UsageLike, RegExp]>([
    ["audio", usage({ input_token_details: { audio: 50 * K } }), /tokens of all kinds exceed all input tokens/],
    ["cached kinds", usage({ units: { inputAudio: 9, cachedAudio: 9 } }), /cached tokens by kind exceed .* by 9/],
    [
      "cached audio",
      usage({ input_token_details: { cache_read: 9 }, units: { inputAudio: 5, cachedAudio: 9 } }),
      /cached audio tokens exceed all audio input tokens by 4/,
    ],
    [
      "writes for an hour",
      usage({ input_token_details: { cache_creation: 5 }, units: { cacheWrite1h: 9 } }),
      /for an hour exceed all written tokens by 4/,
    ],
  ])("%s: the cost says so", (_, counts, words) => {
    const { warnings } = costOfUsage(counts, query, { table: bare });
    expect(warnings.filter((warning) => warning.includes("exceed"))).toEqual([expect.stringMatching(words)]);
  });
});

describe("in a whole price list, what has no rate", () => {
  const [row] = bare.rows;
  const list: PriceTable = {
    ...bare,
    rows: row === undefined ? [] : [{ ...row, isComplete: true }],
    origin: "builtin",
  };

  it.each<[string, UsageLike, boolean]>([
    ["pictures cost what input does", usage({ input_token_details: { image: K } }), false],
    ["cache writes do, as far as is known", usage({ input_token_details: { cache_creation: K } }), false],
    ["audio costs more", usage({ input_token_details: { audio: K } }), true],
    ["pictures in an answer do", usage({ output_token_details: { image: 100 } }), true],
    [
      "so does an hour's writing",
      usage({ input_token_details: { cache_creation: K }, units: { cacheWrite1h: K } }),
      true,
    ],
    ["searches have a fee", usage({ units: { webSearch: 1 } }), true],
  ])("%s", (_, counts, isLowerBound) => {
    expect(costOfUsage(counts, query, { table: list })).toMatchObject({ totalUsd: "0.02", isLowerBound });
  });
});

describe("service tiers", () => {
  const flex = { inputUsdPerMillion: "0.5", outputUsdPerMillion: "5" };
  const table = definePriceTable([{ ...plain, serviceTiers: { Flex: flex } }], { fallback: null });
  const at = (serviceTier: string) => costOfUsage(usage(), { ...query, serviceTier }, { table });

  it("have their own prices, or none", () => {
    expect(at("flex").totalUsd).toBe("0.01");
    expect(at("FLEX").totalUsd).toBe("0.01");
    expect(at("default").totalUsd).toBe("0.02");
    expect(at("scale")).toMatchObject({ status: "unpriced", reason: "the service tier `scale` has no known price" });
  });

  it("are refused where a price is none", () => {
    const rows = [{ ...plain, serviceTiers: { flex: { inputUsdPerMillion: "x", outputUsdPerMillion: "5" } } }];
    expect(() => definePriceTable(rows)).toThrow(ConfigurationError);
    expect(() => definePriceTable(rows)).toThrow(/rows\[0\]\.serviceTiers\.flex\.inputUsdPerMillion/);
  });
});

describe("counts that do not overlap", () => {
  const count = fc.integer({ min: 0, max: 50_000 });
  const ofInput = ["inputAudio", "inputImage", "inputVideo", "toolInput"] as const;
  const ofOutput = ["outputAudio", "outputImage", "outputVideo", "citation"] as const;

  it("add up to their whole, however it is split", () => {
    fc.assert(
      fc.property(
        fc.array(count, { minLength: 4, maxLength: 4 }),
        fc.array(count, { minLength: 4, maxLength: 4 }),
        count,
        count,
        count,
        (ins, outs, rest, cached, hour) => {
          const units: MoreCounts = { cacheWrite1h: hour };
          ofInput.forEach((unit, at) => (units[unit] = ins[at] ?? 0));
          ofOutput.forEach((unit, at) => (units[unit] = outs[at] ?? 0));
          const sum = (counts: number[]) => counts.reduce((total, each) => total + each, 0);
          const counts = {
            input_tokens: sum(ins) + rest + hour,
            output_tokens: sum(outs) + rest,
            // Tokens of tool use are no part of what a cache serves.
            input_token_details: {
              cache_read: Math.min(cached, sum(ins) - (ins[3] ?? 0) + rest),
              cache_creation: hour,
            },
            units,
          };
          const buckets = toBuckets(counts);
          if (typeof buckets === "string") throw new Error(buckets);
          const kinds = Object.entries(buckets.tokens);
          const isOutput = (kind: string) =>
            ["output", "reasoning", "citation"].includes(kind) || kind.startsWith("output");
          expect(sum(kinds.filter(([kind]) => !isOutput(kind)).map(([, tokens]) => tokens))).toBe(counts.input_tokens);
          expect(sum(kinds.filter(([kind]) => isOutput(kind)).map(([, tokens]) => tokens))).toBe(counts.output_tokens);
          expect(buckets.warnings).toEqual([]);
        },
      ),
    );
  });

  it("are refused where one is no count", () => {
    for (const bad of [-1, 1.5, NaN, "7" as never]) {
      expect(toBuckets(usage({ units: { webSearch: bad } }))).toContain("`webSearch` is");
      expect(toBuckets(usage({ input_token_details: { audio: bad } }))).toContain("`input audio` is");
    }
  });

  it("every unit has a field in rows", () => {
    const fields = [
      ...MORE_TOKEN_UNITS.map((unit) => `${unit}UsdPerMillion`),
      ...COUNTED_UNITS.map((unit) => `${unit}UsdPerThousand`),
    ];
    const row = { ...plain, ...Object.fromEntries(fields.map((field) => [field, "0.5"])) };
    const [made] = definePriceTable([row], { fallback: null }).rows;
    expect(Object.keys(made?.standard ?? {}).toSorted()).toEqual(
      ["input", "output", ...MORE_TOKEN_UNITS, ...COUNTED_UNITS].toSorted(),
    );
  });
});
