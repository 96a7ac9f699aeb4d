import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../src/base/errors.js";
import { Budget, toBudgets } from "../../src/budget/budget.js";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";

describe("a budget that cannot be", () => {
  it.each<[object, string]>([
    [{}, "The budget has no limit. Give exactly one of"],
    [{ limitUsd: "5", limitCalls: 3 }, "The budget has `limitUsd` and `limitCalls`."],
    [{ limitUsd: 0 }, '`limitUsd` is `0`. It must be "0.000000001" to "9000000" USD'],
    [{ limitUsd: "0.0000000001" }, "`limitUsd` is"],
    [{ limitUsd: -1 }, "`limitUsd` is `-1`."],
    [{ limitUsd: Number.NaN }, "`limitUsd` is `NaN`."],
    [{ limitUsd: "five" }, '`limitUsd` is `"five"`.'],
    [{ limitUsd: true }, "`limitUsd` is `true`."],
    [{ limitUsd: "10000000" }, "`limitUsd` is"],
    [{ limitTokens: 1.5 }, "`limitTokens` is `1.5`. It must be a whole number of at least 1."],
    [{ limitCalls: Infinity }, "`limitCalls` is `Infinity`."],
    [{ limitCalls: 5, per: "fortnight" }, '`per` is `"fortnight"`. Use "minute", "hour", "day", "week" or "month".'],
    [{ limitCalls: 5, timeZone: "Mars/Olympus", per: "day" }, '`timeZone` is `"Mars/Olympus"`, which this runtime'],
    [{ limitCalls: 5, by: "team" }, '`by` is `"team"`. Use "user", "session", "thread", "model" or a function'],
    [{ limitCalls: 5, onExceed: "explode" }, '`onExceed` is `"explode"`.'],
    [{ limitCalls: 5, thresholds: [0] }, "`thresholds` is"],
    [{ limitCalls: 5, store: {} }, "Pass what `redisBudgetStore`"],
    [{ limitCalls: 5, leaseMs: 10 }, "`leaseMs` is `10`. It must be 1000 to 86400000 milliseconds."],
    [{ limitCalls: 5, name: "" }, "`name` is"],
    [{ limitCalls: 5, name: "n".repeat(201) }, "`name` is"],
    [{ limitCalls: 5, limit: 5 }, "A budget has no option `limit`."],
    [{ limitCalls: 5, constructor: 5 }, "A budget has no option `constructor`."],
    [{ limitCalls: 5, now: () => new Date(), store: memoryBudgetStore() }, "A store has a clock of its own."],
  ])("%j", (input, message) => {
    expect(() => new Budget(input)).toThrow(ConfigurationError);
    expect(() => new Budget(input)).toThrow(message);
  });

  it.each([null, "5.00", 5])("%j", (input) => {
    expect(() => new Budget(input as never)).toThrow('Pass `{ limitUsd: "5.00" }`.');
  });
});

describe("a budget's terms", () => {
  it.each<[object, string, string]>([
    [{ limitUsd: "5.00" }, "usd", "5"],
    [{ limitUsd: 0.1, per: "day", by: "user" }, "usd per day by user", "0.1"],
    [{ limitTokens: 1000, per: "minute" }, "tokens per minute", "1000"],
    [{ limitCalls: 3, by: function team() {} }, "calls by team", "3"],
    [{ limitUsd: "0.0000000019" }, "usd", "0.000000001"],
  ])("%j is named %s, and limits %s", (input, name, limit) => {
    expect(new Budget(input)).toMatchObject({ name, limit });
  });

  it("waits per minute, and denies else", () => {
    const exceed = (input: object) => new Budget({ limitCalls: 1, ...input }).terms.onExceed;
    expect([{}, { per: "day" }, { per: "minute" }, { per: "minute", onExceed: "deny" }].map(exceed)).toEqual([
      "deny",
      "deny",
      "wait",
      "deny",
    ]);
  });

  it("are of one, of several, or of none; each budget counts once", () => {
    const budget = new Budget({ limitCalls: 1 });
    expect(toBudgets(undefined)).toEqual([]);
    expect(toBudgets(budget)).toEqual([budget]);
    expect(toBudgets([budget, { limitUsd: "1" }, budget])).toHaveLength(2);
  });
});

describe("where a budget stands", () => {
  it("is in plain decimal strings, by its window", async () => {
    const now = () => new Date("2026-03-28T12:00:00Z");
    const budget = new Budget({ limitUsd: "5", per: "day", timeZone: "Europe/Berlin", by: "user", now });
    expect(await budget.state("alice")).toEqual({
      name: "usd per day by user",
      key: "alice",
      limit: "5",
      spent: "0",
      held: "0",
      remaining: "5",
      pressure: 0,
      resetsAt: new Date("2026-03-28T23:00:00Z"),
    });
    expect((await new Budget({ limitUsd: "5" }).state()).resetsAt).toBeUndefined();
    expect((await new Budget({ limitCalls: 5, per: "minute" }).state()).resetsAt).toBeUndefined();
  });
});
