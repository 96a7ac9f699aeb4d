import { describe, expect, it } from "@jest/globals";
import { MemoryLedger } from "../../src/ledger/memory.js";
import { entries, entry } from "./entries.js";

describe("a ledger in memory", () => {
  it("keeps the newest entries and counts those it dropped", () => {
    const ledger = new MemoryLedger({ maxEntries: 3 });
    for (const one of entries(5)) ledger.record(one);
    expect(ledger.entries.map(({ id }) => id)).toEqual(["run-2", "run-3", "run-4"]);
    expect(ledger.dropped).toBe(2);
  });

  it("has an entry once, however often it comes", () => {
    const ledger = new MemoryLedger({ maxEntries: 1 });
    ledger.record(entry({ tags: ["old"] }));
    ledger.record(entry({ tags: ["new"] }));
    expect([ledger.entries.map(({ tags }) => tags), ledger.dropped]).toEqual([[["new"]], 0]);
  });

  it("has another call of the same id beside it", () => {
    const ledger = new MemoryLedger({ maxEntries: 2 });
    const endedAt = ["2026-11-21T00:00:01.000Z", "2026-11-21T00:00:01.001Z", "2026-11-21T00:00:01.000+00:00"];
    for (const time of endedAt) ledger.record(entry({ endedAt: time, tags: [time] }));
    expect([ledger.entries.map(({ tags }) => tags), ledger.dropped]).toEqual([[[endedAt[1]], [endedAt[2]]], 0]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses to keep %p entries", (maxEntries) => {
    expect(() => new MemoryLedger({ maxEntries })).toThrow(`\`maxEntries\` is \`${maxEntries}\``);
  });
});
