import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { formatUsd, parseUsd } from "../../src/base/money.js";
import { summarize, type SummaryKey } from "../../src/ledger/summary.js";
import type { EntryBudget } from "../../src/ledger/entry.js";
import { cost, entries, entry, UNPRICED } from "./entries.js";

const ledger = [
  entry({
    id: "1",
    tags: ["web", "web", "beta"],
    user: "ann",
    cost: cost("0.002"),
    session: "s",
    node: "n",
    agent: "a",
    threadId: "t",
    traceId: "r",
  }),
  entry({
    id: "2",
    tags: ["web"],
    user: "bob",
    modelRequested: "coyote",
    cost: UNPRICED,
    startedAt: "2026-11-21T00:00:00.000Z",
  }),
  entry({ id: "3", user: "ann", outcome: "error", errorType: "ServerError", cost: cost("0.1") }),
  entry({ id: "4", provider: "zeta", cost: cost("0.001"), outcome: "aborted" }),
];

const groupings: [by: SummaryKey, groups: [key: string | null, calls: number, costUsd: string | undefined][]][] = [
  [
    "model",
    [
      ["acme/roadrunner", 2, "0.102"],
      ["zeta/roadrunner", 1, "0.001"],
      ["acme/coyote", 1, undefined],
    ],
  ],
  [
    "provider",
    [
      ["acme", 3, "0.102"],
      ["zeta", 1, "0.001"],
    ],
  ],
  [
    "tag",
    [
      [null, 2, "0.101"],
      ["beta", 1, "0.002"],
      ["web", 2, "0.002"],
    ],
  ],
  [
    "user",
    [
      ["ann", 2, "0.102"],
      [null, 1, "0.001"],
      ["bob", 1, undefined],
    ],
  ],
  [
    "day",
    [
      ["2026-11-20", 3, "0.103"],
      ["2026-11-21", 1, undefined],
    ],
  ],
  [
    "outcome",
    [
      ["error", 1, "0.1"],
      ["ok", 2, "0.002"],
      ["aborted", 1, "0.001"],
    ],
  ],
  [
    "session",
    [
      [null, 3, "0.101"],
      ["s", 1, "0.002"],
    ],
  ],
  [
    "agent",
    [
      [null, 3, "0.101"],
      ["a", 1, "0.002"],
    ],
  ],
  [
    "node",
    [
      [null, 3, "0.101"],
      ["n", 1, "0.002"],
    ],
  ],
  [
    "thread",
    [
      [null, 3, "0.101"],
      ["t", 1, "0.002"],
    ],
  ],
  [
    "trace",
    [
      [null, 3, "0.101"],
      ["r", 1, "0.002"],
    ],
  ],
];

describe("summarize", () => {
  it.each(groupings)("by %s", (by, groups) => {
    const summary = summarize(ledger, by);
    expect(summary.groups.map(({ key, calls, costUsd }) => [key, calls, costUsd])).toEqual(groups);
    expect(summary.total).toMatchObject({
      calls: 4,
      costUsd: "0.103",
      unpricedCalls: 1,
      errorCalls: 1,
      abortedCalls: 1,
    });
  });

  it("by something of one's own", () => {
    const { groups } = summarize(ledger, ({ errorType }) => errorType);
    expect(groups.map(({ key, calls }) => [key, calls])).toEqual([
      ["ServerError", 1],
      [null, 3],
    ]);
  });

  it.each(["mood", "toString", undefined])("refuses to group by %p", (by) => {
    expect(() => summarize([], by as SummaryKey)).toThrow(`\`${by}\` is nothing to group by. Use model, provider, tag`);
  });

  it("of nothing is nothing", () => {
    expect(summarize([], "model")).toMatchObject({ groups: [], total: { calls: 0, costUsd: "0" } });
  });

  it("says how many calls each budget denied, and what it was charged", () => {
    const drew = (name: string, settled: string, key = ""): EntryBudget => ({
      name,
      key,
      pot: `pot of ${name}`,
      held: "0",
      settled,
    });
    const of = [
      entry({ id: "1", budgets: [drew("usd per day", "0.1"), drew("rate", "1")] }),
      entry({ id: "2", budgets: [drew("usd per day", "0.2", "ann"), drew("rate", "1")] }),
      entry({ id: "3", outcome: "denied", budgets: [drew("usd per day", "0"), drew("rate", "0")] }),
      entry({ id: "4", outcome: "denied", budgets: [drew("calls by user", "0")] }),
      // A gate of one's own denied it.
      entry({ id: "5", outcome: "denied" }),
      entry({ id: "6", outcome: "error", budgets: [drew("usd per day", "no amount")] }),
    ];
    expect(summarize(of, "model").budgets).toEqual([
      { name: "calls by user", deniedCalls: 1, settled: "0" },
      { name: "rate", deniedCalls: 0, settled: "2" },
      { name: "usd per day", deniedCalls: 1, settled: "0.3" },
    ]);
    expect(summarize(ledger, "model").budgets).toEqual([]);
  });

  it("adds up exactly, group by group and in all, in any order", () => {
    const amounts = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.constantFrom("a", "b", "c")), {
      minLength: 1,
    });
    fc.assert(
      fc.property(amounts, (some) => {
        const made = entries(some.length, (index) => ({
          user: some[index]?.[1],
          cost: cost(formatUsd(some[index]?.[0] ?? 0n)),
        }));
        const sum = formatUsd(some.reduce((total, [amount]) => total + amount, 0n));
        const { total, groups } = summarize(made.reverse(), "user");
        expect(total.costUsd).toBe(sum);
        expect(formatUsd(groups.reduce((all, { costUsd }) => all + parseUsd(costUsd ?? ""), 0n))).toBe(sum);
      }),
    );
  });
});
