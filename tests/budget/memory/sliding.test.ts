import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Sliding } from "../../../src/budget/memory/sliding.js";

describe("Amounts of a sliding window", () => {
  it("count until their moments, in whatever order they came", () => {
    const sliding = new Sliding();
    sliding.add(5, 30);
    sliding.add(1, 10);
    sliding.add(2, 20);
    sliding.add(3, 10);
    expect(sliding.drop(9)).toBe(0);
    expect(sliding.whenDropped(1)).toBe(10);
    expect(sliding.whenDropped(5)).toBe(20);
    expect(sliding.whenDropped(12)).toBe(Infinity);
    expect(sliding.drop(20)).toBe(6);
    expect(sliding.drop(20)).toBe(0);
    sliding.add(-2, 30);
    expect(sliding.drop(30)).toBe(3);
  });

  it("are as a list that is added up each time", () => {
    const steps = fc.array(fc.record({ amount: fc.nat(9), untilMs: fc.nat(60), passMs: fc.nat(12) }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const sliding = new Sliding();
        let [nowMs, counting] = [0, 0];
        const list: { amount: number; untilMs: number }[] = [];
        for (const { amount, untilMs, passMs } of all) {
          nowMs += passMs;
          counting -= sliding.drop(nowMs);
          sliding.add(amount, nowMs + untilMs + 1);
          list.push({ amount, untilMs: nowMs + untilMs + 1 });
          counting += amount;
          const kept = list.filter((each) => each.untilMs > nowMs);
          expect(counting).toBe(kept.reduce((sum, each) => sum + each.amount, 0));
        }
      }),
    );
  });
});
