import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { boundedEntry } from "../../src/ledger/bounded_entry.js";
import type { EntryTokens, LedgerEntry } from "../../src/ledger/entry.js";
import { parseEntry } from "../../src/ledger/entry_schema.js";
import { cost, entry } from "./entries.js";

const MOST = 65_536;

const bytesOf = (value: unknown): number => Buffer.byteLength(`${JSON.stringify(value)}\n`);

/** Characters of one, two, three, four and six bytes in JSON, halves of characters among them. */
const unit = fc.constantFrom("a", '"', "é", "好", "😀", "\u0000", "\u001b", "\ud83d", "\udc4d", "\u2028");
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.tuple(unit, fc.constantFrom(1, 63, 64, 65, 255, 256, 257, 5_000)).map(([one, times]) => one.repeat(times)),
);
const texts = fc.oneof(
  fc.array(text, { maxLength: 4 }),
  fc.tuple(text, fc.nat({ max: 300 })).map(([one, times]) => Array<string>(times).fill(one)),
);
const count = fc.nat();
function recordOf<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> {
  const few = fc.array(fc.tuple(text, value), { maxLength: 4 });
  const many = fc
    .tuple(text, value, fc.nat({ max: 100 }))
    .map(([key, one, times]) => Array.from({ length: times }, (_, at) => [`${at}${key}`, one] as [string, Value]));
  return fc.oneof(few, many).map((fields) => Object.fromEntries(fields));
}
const amount = fc.constantFrom(
  "0",
  "0.5",
  "1".repeat(64),
  "1".repeat(65),
  "1e300",
  "-1",
  "",
  " $0.1\t",
  "x".repeat(9_999),
);
const tokens: fc.Arbitrary<EntryTokens> = fc.record(
  { inputTokens: count, outputTokens: count, units: recordOf(count) },
  { requiredKeys: ["inputTokens", "outputTokens"] },
);
const hostile: fc.Arbitrary<LedgerEntry> = fc
  .record({
    names: fc.record({
      runId: text,
      parentRunId: text,
      traceId: text,
      threadId: text,
      agent: text,
      node: text,
      user: text,
      session: text,
      provider: text,
      modelRequested: text,
      modelServed: text,
      tier: text,
      tierRequested: text,
      host: text,
      clientOf: text,
      errorType: text,
    }),
    id: text.map((some) => `x${some}`),
    tags: texts,
    metadata: recordOf(fc.oneof(text, fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
    pricing: fc.oneof(text, recordOf(fc.oneof(text, count, fc.constant(null))), fc.constant({ deep: { deeper: [] } })),
    serverCost: fc.record({
      usd: fc.oneof(amount, fc.constant(null)),
      upstreamUsd: amount,
      atLeast: text,
      isTrusted: fc.boolean(),
    }),
    tokens,
    doubts: texts,
    reason: text,
    attempts: fc.array(fc.record({ reached: fc.boolean(), usage: tokens }), { maxLength: 60 }),
    cost: fc.record({
      status: fc.constantFrom("priced", "free", "unpriced", "none"),
      usd: fc.oneof(amount, fc.constant(null)),
      lowUsd: fc.oneof(amount, fc.constant(null)),
      highUsd: fc.oneof(amount, fc.constant(null)),
      components: recordOf(fc.record({ usd: amount, usdPerMillion: amount, tokens: count })),
      basis: text,
      row: fc.oneof(text, fc.constant(null)),
      checkedOn: fc.oneof(text, fc.constant(null)),
      reason: text,
      assumptions: texts,
      warnings: texts,
    }),
  })
  .map(({ names, tokens: used, doubts, reason, ...more }) =>
    entry({
      ...names,
      ...more,
      usage: {
        ...used,
        source: "estimated",
        estimate: { reason, inputTokens: [0, null], outputTokens: [0, null] },
        doubts,
        atLeast: reason,
      },
    }),
  );

describe("an entry that is within its bounds", () => {
  it("stays as it is", () => {
    const whole = entry({
      user: "u".repeat(256),
      tags: ["t".repeat(256)],
      metadata: { ["k".repeat(128)]: "v".repeat(256), depth: 2, isNew: true },
      pricing: { gpuUsdPerHour: "2", gpus: 2 },
    });
    expect(JSON.stringify(boundedEntry(whole))).toBe(JSON.stringify(whole));
  });
});

describe("whatever an entry holds", () => {
  it("its line is shorter than 64 KiB, a reader takes it, and bounding it again changes nothing", () => {
    fc.assert(
      fc.property(hostile, (any) => {
        const bounded = boundedEntry(any);
        expect(bytesOf(bounded)).toBeLessThan(MOST);
        const back: unknown = JSON.parse(JSON.stringify(bounded));
        expect(parseEntry(back)).toEqual({ entry: back });
        expect(boundedEntry(bounded)).toEqual(bounded);
      }),
      { numRuns: 100 },
    );
  });

  it("it stays below 64 KiB with everything as long as it can be", () => {
    const long = "\u0001".repeat(2_000);
    const many = <Value>(value: Value) =>
      Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}${long}`, value]));
    const huge = Number.MAX_SAFE_INTEGER;
    const used = { inputTokens: huge, outputTokens: huge, cachedInputTokens: huge, units: many(huge) };
    const part = { usd: "9".repeat(64), usdPerMillion: "9".repeat(64), usdPerThousand: "9".repeat(64) };
    const names = Object.fromEntries(
      "id runId parentRunId traceId threadId agent node user session modelServed tier tierRequested host clientOf errorType"
        .split(" ")
        .map((name) => [name, long]),
    );
    const worst = entry({
      ...names,
      provider: long,
      modelRequested: long,
      tags: Array<string>(100).fill(long),
      metadata: many(long),
      pricing: many(long),
      serverCost: { usd: part.usd, upstreamUsd: part.usd, atLeast: long, isTrusted: false },
      usage: {
        ...used,
        source: "estimated",
        estimate: { reason: long, inputTokens: [huge, huge], outputTokens: [huge, huge] },
        doubts: Array<string>(100).fill(long),
        atLeast: long,
      },
      cost: cost(part.usd, {
        components: many({ ...part, usdPerHour: part.usd, tokens: huge, count: huge, seconds: Number.MAX_VALUE }),
        basis: long,
        row: long,
        checkedOn: long,
        reason: long,
        assumptions: Array<string>(100).fill(long),
        warnings: Array<string>(100).fill(long),
      }),
      attempts: Array.from({ length: 100 }, () => ({ status: 500, failed: true as const, reached: true, usage: used })),
    });
    const bounded = boundedEntry(worst);
    expect(bytesOf(bounded)).toBeLessThan(MOST);
    expect(bounded.user).toBe(`${"\u0001".repeat(63)}…`);
  });
});

describe("an amount that cannot be summed", () => {
  it("is one that nobody knows: the call is unpriced, and says why", () => {
    const { cost: bounded } = boundedEntry(entry({ cost: cost("9".repeat(300)) }));
    const reason = `its cost is \`${"9".repeat(39)}…\`, which cannot be summed`;
    expect(bounded).toMatchObject({
      status: "unpriced",
      usd: null,
      lowUsd: null,
      highUsd: null,
      components: {},
      reason,
      warnings: [reason],
    });
  });

  it("bounds nothing where it is a bound", () => {
    expect(boundedEntry(entry({ cost: cost("1", { lowUsd: "?", highUsd: "1e9" }) })).cost).toMatchObject({
      status: "priced",
      usd: "1",
      lowUsd: "0",
      highUsd: null,
    });
  });
});
