import { describe, expect, it } from "@jest/globals";
import { KeptHolds, type KeptHold } from "../../../src/budget/memory/kept_holds.js";

function holdOf(id: string): KeptHold {
  return {
    id,
    parts: [],
    sentMs: undefined,
    settledMs: undefined,
    leaseMs: 0,
    untilMs: 0,
    queue: undefined,
    before: undefined,
    after: undefined,
  };
}

describe("Holds in memory", () => {
  it("are known for an hour after their end", () => {
    const holds = new KeptHolds();
    holds.end(holdOf("a"), 0);
    holds.end(holdOf("b"), 3_599_999);
    expect(holds.get("a")).toBeDefined();
    holds.end(holdOf("c"), 3_600_000);
    expect(holds.get("a")).toBeUndefined();
    expect(holds.get("b")).toBeDefined();
  });

  it("are no more than 100,000 that have ended, and as many as are open", () => {
    const holds = new KeptHolds();
    const open = holdOf("open");
    holds.lease(open, 60_000, 0);
    for (let n = 0; n <= 100_000; n += 1) holds.end(holdOf(`${n}`), 1);
    expect(holds.get("0")).toBeUndefined();
    expect(holds.get("1")).toBeDefined();
    expect(holds.get("open")).toBe(open);
  });

  it("are due in the order of their leases, of whatever length", () => {
    const holds = new KeptHolds();
    const [first, second, third] = [holdOf("first"), holdOf("second"), holdOf("third")];
    holds.lease(first, 100, 0);
    holds.lease(second, 100, 10);
    holds.lease(third, 20, 15);
    expect(holds.firstEndMs()).toBe(35);
    expect(holds.due(34)).toBeUndefined();
    expect(holds.due(35)).toBe(third);
    holds.end(third, 35);
    holds.lease(first, 100, 50);
    expect(holds.due(110)).toBe(second);
    holds.end(second, 110);
    expect(holds.due(149)).toBeUndefined();
    expect(holds.due(150)).toBe(first);
  });
});
