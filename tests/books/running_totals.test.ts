import { describe, expect, it, jest } from "@jest/globals";
import { addUsd } from "../../src/base/add_usd.js";
import { RunningTotals } from "../../src/books/running_totals.js";
import { Tally } from "../../src/ledger/tally.js";
import { cost, entry, UNPRICED } from "../ledger/entries.js";

const named = (at: number) => entry({ modelRequested: `m${at}`, modelServed: `s${at}` });

describe("sums by model", () => {
  it("have a row for each of the first thousand, and one for all others, which come to the whole", () => {
    const totals = new RunningTotals();
    for (let at = 0; at < 1_500; at += 1) for (let call = 0; call < 2; call += 1) totals.add(named(at));
    const rows = Object.entries(totals.byModel);
    expect([rows.length, rows[0]?.[0], rows[999]?.[0], rows[1000]?.[0]]).toEqual([
      1_001,
      "acme/m0",
      "acme/m999",
      "others",
    ]);
    expect(totals.byModel.others).toMatchObject({ provider: "others", model: "others", calls: 1_000, costUsd: "1" });
    expect(totals.byModel.others?.served).toEqual(Array.from({ length: 100 }, (_, at) => `s${1_000 + at}`));
    expect(rows.reduce((calls, [, row]) => calls + row.calls, 0)).toBe(totals.totals.calls);
    expect(addUsd(...rows.map(([, row]) => row.costUsd ?? ""))).toBe(totals.totals.costUsd);
    totals.add(named(7));
    expect([totals.byModel["acme/m7"]?.calls, totals.byModel.others?.calls]).toEqual([3, 1_000]);
  });

  it("have no others where there are none", () => {
    const totals = new RunningTotals();
    for (let at = 0; at < 1_000; at += 1) totals.add(named(at));
    expect([Object.keys(totals.byModel).length, "others" in totals.byModel]).toEqual([1_000, false]);
  });

  it("are worked out anew for the models alone that were called since they were read", () => {
    const totals = new RunningTotals();
    for (let at = 0; at < 50; at += 1) totals.add(named(at));
    const worked = jest.spyOn(Tally.prototype, "totals");
    try {
      const reads = () => (worked.mockClear(), Object.keys(totals.byModel).length, worked.mock.calls.length);
      expect(reads()).toBe(50);
      expect(reads()).toBe(0);
      totals.add(named(3));
      expect(reads()).toBe(1);
    } finally {
      worked.mockRestore();
    }
  });

  it("are copies", () => {
    const totals = new RunningTotals();
    totals.add(named(1));
    const read = totals.byModel["acme/m1"];
    read?.served.push("mine");
    Object.assign(read ?? {}, { calls: 9 });
    expect(totals.byModel["acme/m1"]).toMatchObject({ calls: 1, served: ["s1"] });
  });
});

describe("a call whose amount cannot be summed", () => {
  it.each([
    ["too long", "9".repeat(65)],
    ["with an exponent", "1e300"],
    ["less than nothing", "-1"],
  ])("counts as unpriced: %s", (_what, usd) => {
    const totals = new RunningTotals();
    totals.add(entry({ cost: cost(usd) }));
    expect(totals.totals).toMatchObject({ calls: 1, costUsd: undefined, unpricedCalls: 1 });
    totals.add(entry());
    totals.add(entry({ cost: UNPRICED }));
    expect(totals.totals).toMatchObject({ calls: 3, costUsd: "0.001", unpricedCalls: 2 });
  });
});
