import { describe, expect, it } from "@jest/globals";
import { picoOf, reconcile } from "../../scripts/simulate/reconcile.js";
import { toFigures, toRunFigures } from "../../scripts/simulate/report.js";
import type { LedgerEntry, UsageBounds } from "../../src/callbacks.js";

const billed = { key: "1", fault: "none", inputTokens: 100, cachedTokens: 0, outputTokens: 10 };
/** 100 x 0.15 + 10 x 0.60 USD per million. */
const BILL = "0.000021";

interface Booked {
  input?: number;
  output?: number;
  usd?: string | null;
  low?: string;
  high?: string | null;
  estimate?: Pick<UsageBounds, "inputTokens" | "outputTokens">;
}

/** As much of an entry as is compared. */
function entry({ input = 100, output = 10, usd = BILL, low = usd ?? "0", high = usd, estimate }: Booked): LedgerEntry {
  const source = estimate ? "estimated" : "server";
  const usage = {
    inputTokens: input,
    outputTokens: output,
    source,
    ...(estimate ? { estimate: { reason: "cut", ...estimate } } : {}),
  };
  const cost = { status: "priced", usd, lowUsd: low, highUsd: high, warnings: [], reason: "no price" };
  return { runId: "run", outcome: "ok", usage, cost } as unknown as LedgerEntry;
}

const bounds = { inputTokens: [50, 200], outputTokens: [5, 20] } as const;
const wide = { low: "0.00001", high: "0.00005" };

const cases: [what: string, entries: Booked[], requests: (typeof billed)[], problems: string[]][] = [
  ["an exact figure that is right", [{}], [billed], []],
  [
    "one that is a pico-dollar off",
    [{ usd: "0.000020999999" }],
    [billed],
    ["claimed to be exact, and -1 pico-dollars off", "cost: billed 21000000, at most 20999999 on the books"],
  ],
  [
    "the right sum of wrong counts",
    [{ input: 96, output: 11 }],
    [billed],
    ["input tokens: billed 100, at most 96 on the books", "output tokens: billed 10, at least 11 on the books"],
  ],
  ["an estimate that contains the bill", [{ usd: "0.00003", ...wide, estimate: bounds }], [billed], []],
  [
    "one whose bill is at its ends",
    [{ low: BILL, high: BILL, estimate: { inputTokens: [100, 100], outputTokens: [10, 10] } }],
    [billed],
    [],
  ],
  [
    "one that is too high",
    [{ ...wide, low: "0.000022", estimate: bounds }],
    [billed],
    ["cost: billed 21000000, at least 22000000 on the books"],
  ],
  [
    "one that is too low",
    [{ ...wide, high: "0.00002", estimate: bounds }],
    [billed],
    ["cost: billed 21000000, at most 20000000 on the books"],
  ],
  [
    "one without an upper bound",
    [{ ...wide, high: null, estimate: { inputTokens: [50, 200], outputTokens: [5, null] } }],
    [billed],
    [],
  ],
  [
    "one with too few output tokens",
    [{ ...wide, estimate: { inputTokens: [50, 200], outputTokens: [1, 9] } }],
    [billed],
    ["output tokens: billed 10, at most 9 on the books"],
  ],
  [
    "a request that was billed twice",
    [{}],
    [billed, billed],
    [
      "claimed to be exact, and -21000000 pico-dollars off",
      "cost: billed 42000000, at most 21000000 on the books",
      "input tokens: billed 200, at most 100 on the books",
      "output tokens: billed 20, at most 10 on the books",
    ],
  ],
  [
    "a bill without an entry",
    [],
    [billed],
    [
      "claimed to be exact, and -21000000 pico-dollars off",
      "cost: billed 21000000, at most 0 on the books",
      "input tokens: billed 100, at most 0 on the books",
      "output tokens: billed 10, at most 0 on the books",
    ],
  ],
  [
    "a run without a price",
    [{ usd: null }],
    [],
    [
      "unpriced: no price",
      "input tokens: billed 0, at least 100 on the books",
      "output tokens: billed 0, at least 10 on the books",
    ],
  ],
];

describe("reconciling books and bill", () => {
  it.each(cases)("sees %s", (_what, entries, requests, problems) => {
    const [comparison, ...others] = reconcile(entries.map(entry), () => "1", requests);
    expect(others).toEqual([]);
    expect(comparison?.problems).toEqual(problems);
  });

  it("compares run by run, so that errors do not cancel out", () => {
    const entries = [entry({ input: 90 }), entry({ input: 110 })].map((one, at) => ({ ...one, runId: String(at) }));
    const comparisons = reconcile(entries, ({ runId }) => runId, [
      { ...billed, key: "0" },
      { ...billed, key: "1" },
    ]);
    expect(comparisons.map(({ problems }) => problems.length)).toEqual([1, 1]);
  });

  it.each([
    ["0", 0n],
    ["0.000000000001", 1n],
    ["1.5", 1_500_000_000_000n],
    ["12", 12_000_000_000_000n],
  ])("reads %s USD", (usd, pico) => expect(picoOf(usd)).toBe(pico));
});

describe("the figures", () => {
  const result = { faults: {}, paths: {}, runs: 2, openRuns: 0, openSockets: 0, problems: [] };
  const figuresOf = (entries: Booked[], more: object = {}) =>
    toFigures(2, { ...result, comparisons: reconcile(entries.map(entry), () => "1", [billed]), ...more });

  it("are fine only when everything is", () => {
    expect(figuresOf([{}])).toMatchObject({
      exact: { calls: 2, differenceUsd: 0 },
      estimated: { calls: 0, outside: 0 },
      ok: true,
    });
    expect(figuresOf([{}], { openRuns: 1 }).ok).toBe(false);
    expect(figuresOf([{}], { openSockets: 1 }).ok).toBe(false);
    expect(figuresOf([{}], { problems: ["an unhandled rejection"] }).ok).toBe(false);
    expect(figuresOf([{ usd: "0.00002" }])).toMatchObject({ exact: { differenceUsd: 0.000001 }, ok: false });
  });

  it("have the asked keys and no other", () => {
    const figures = figuresOf([{}]);
    expect(Object.keys(figures)).toEqual(["calls", "faults", "exact", "estimated", "openRuns", "ok"]);
    expect(Object.keys(figures.exact)).toEqual(["calls", "differenceUsd"]);
    expect(Object.keys(figures.estimated)).toEqual(["calls", "outside"]);
  });

  it("count a call once, however many runs it has", () => {
    const entries = [entry({ ...wide, estimate: bounds }), entry({}), entry({ ...wide, estimate: bounds })];
    const keys = ["0.0/model/0", "0.1/model/0", "0.2/model/0"];
    const named = entries.map((one, at) => ({ ...one, runId: keys[at] ?? "" }));
    const bills = keys.map((key) => ({ ...billed, key }));
    const comparisons = reconcile(named, ({ runId }) => runId, bills);
    expect(toFigures(2, { ...result, comparisons })).toMatchObject({
      exact: { calls: 1 },
      estimated: { calls: 1, outside: 0 },
      ok: true,
    });
  });

  it.each([
    [{}, 0, 0],
    [{ high: null }, 0, 1],
    [{ high: "0.00002" }, 1, 0],
  ])("say what no bound holds, and what it does not hold: %j", (more, outside, unbounded) => {
    const booked = { ...wide, estimate: bounds, ...more };
    expect(figuresOf([booked])).toMatchObject({ estimated: { calls: 1, outside }, ok: outside === 0 });
    const comparisons = reconcile([entry(booked)], () => "1", [billed]);
    const runs = toRunFigures({ ...result, comparisons });
    expect(runs).toMatchObject({ estimated: 1, unbounded });
    if (outside + unbounded === 0) expect(runs.medianWidthUsd).toBe("0.00004");
  });
});
