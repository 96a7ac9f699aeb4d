import { describe, expect, it } from "@jest/globals";
import { sampleEntries } from "../../../scripts/report/sample_entries.js";
import { toBuckets } from "../../../src/cli/html/buckets.js";
import { GroupSums, type Sums } from "../../../src/cli/html/group_sums.js";
import { PageSums } from "../../../src/cli/html/page_sums.js";
import { formatUsd, parseUsd } from "../../../src/base/money.js";
import type { LedgerEntry } from "../../../src/ledger/entry.js";
import { summarize, type SummaryKey } from "../../../src/ledger/summary.js";
import { amountsOf, type Totals } from "../../../src/ledger/tally.js";
import { cost, entries, entry, UNPRICED } from "../../ledger/entries.js";

const sample = [...sampleEntries({ calls: 600, days: 20, users: 90, from: "2026-10-05T00:00:00Z" })];

function sumsOf(all: readonly LedgerEntry[]): PageSums {
  const sums = new PageSums();
  for (const one of all) sums.add(one);
  return sums;
}

function totalsOf({ cacheableTokens: _, ...totals }: Sums): Totals {
  return totals;
}

describe("the sums of a page", () => {
  const sums = sumsOf(sample);
  const tables: [SummaryKey, GroupSums][] = [
    ["model", sums.models],
    ["user", sums.users],
    ["tag", sums.tags],
    ["agent", sums.agents],
    ["day", sums.days],
  ];

  it("are those of `summarize`", () => {
    const { total, budgets } = summarize(sample, "model");
    expect([totalsOf(sums.total.sums()), sums.budgets.sums()]).toEqual([total, budgets]);
  });

  it.each(tables)("are those of `summarize`, by %s", (by, groups) => {
    const found = groups.shown(1000).groups.map((group) => ({ key: group.key, ...totalsOf(group.sums) }));
    const byName = (a: { key: string | null }, b: { key: string | null }) => ((a.key ?? "") < (b.key ?? "") ? -1 : 1);
    expect(found.sort(byName)).toEqual(summarize(sample, by).groups.sort(byName));
  });

  it("of failures are those of the calls that failed", () => {
    const failed = sample.filter(({ outcome }) => outcome !== "ok");
    expect(totalsOf(sums.failed.sums())).toEqual(summarize(failed, "model").total);
    const calls = sums.failures.shown(1000).groups.map(({ sums: { calls } }) => calls);
    expect(calls.reduce((a, b) => a + b, 0)).toBe(failed.length);
  });

  it("keep the cost and the times of a model whose name is too long under the name that is shown", () => {
    const long = sumsOf([entry({ modelRequested: "m".repeat(1000) })]);
    const [model] = long.models.shown(1).groups;
    const key = model?.key ?? "";
    expect([long.costs.get("2026-11-20")?.get(key), long.latencies.get(key)?.count]).toEqual([parseUsd("0.001"), 1]);
  });

  it("know the cached share of those calls alone that say it", () => {
    const usage = { inputTokens: 1000, outputTokens: 1, source: "server" } as const;
    const { cachedInputTokens, cacheableTokens } = sumsOf([
      entry({ usage: { ...usage, cachedInputTokens: 250 } }),
      entry({ usage }),
    ]).total.sums();
    expect([cachedInputTokens, cacheableTokens]).toEqual([250, 1000]);
  });
});

describe("groups", () => {
  const costs = entries(10, (index) => ({
    user: `u${index}`,
    cost: index === 9 ? UNPRICED : cost(`0.00${index + 1}`),
  }));
  const groupsOf = (most?: number) => {
    const groups = new GroupSums(most);
    for (const one of costs) groups.add(one.user, one, amountsOf(one.cost));
    return groups;
  };

  it("that are not shown are the others, exactly", () => {
    const { groups, others, count } = groupsOf().shown(3);
    expect(groups.map(({ key, sums }) => [key, sums.costUsd])).toEqual([
      ["u8", "0.009"],
      ["u7", "0.008"],
      ["u6", "0.007"],
    ]);
    expect([count, others?.count]).toEqual([10, 7]);
    expect(others?.sums).toMatchObject({ calls: 7, costUsd: "0.021", unpricedCalls: 1 });
  });

  it("that come after the most that are kept are among the others, in a number that is not known", () => {
    const { groups, others, count } = groupsOf(4).shown(3);
    expect(groups.map(({ key }) => key)).toEqual(["u3", "u2", "u1"]);
    expect([count, others?.count]).toEqual([4, undefined]);
    expect(others?.sums).toMatchObject({ calls: 7, costUsd: "0.036", unpricedCalls: 1 });
  });

  it("have no others where all are shown", () => {
    expect(groupsOf().shown(10).others).toBeUndefined();
  });
});

describe("bars", () => {
  const daysApart = (days: number, count: number) =>
    entries(count, (index) => ({ startedAt: new Date(Date.UTC(2020, 0, 1 + index * days)).toISOString() }));

  it.each([
    ["day", 1, 100],
    ["week", 7, 20],
    ["month", 40, 20],
    ["year", 400, 30],
  ])("are a %s each, and together the total", (unit, days, count) => {
    const found = toBuckets(sumsOf(daysApart(days, count)));
    const together = found.buckets.reduce((sum, { sums }) => sum + parseUsd(sums.costUsd ?? "0"), 0n);
    expect([found.unit, formatUsd(together)]).toEqual([unit, formatUsd(parseUsd("0.001") * BigInt(count))]);
    expect(found.buckets.length).toBeLessThanOrEqual(101);
  });
});
