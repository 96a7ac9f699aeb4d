import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { planCall } from "../../scripts/simulate/plan.js";
import { promptOf } from "../../scripts/simulate/prompts.js";
import { Random } from "../../scripts/simulate/random.js";
import { SCENARIOS } from "../../scripts/simulate/scenarios.js";

const draw = (seed: string, count: number) => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.next());
};

describe("the simulation's random numbers", () => {
  it("are the same for the same seed, on any machine", () => {
    expect(draw("1", 3)).toEqual(draw("1", 3));
    expect(draw("1", 3)).not.toEqual(draw("2", 3));
    const random = new Random("1");
    expect(Array.from({ length: 8 }, () => random.int(0, 9))).toEqual(FIRST_OF_SEED_1);
  });

  it("lie within their bounds, whatever the seed", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -50, max: 50 }), fc.nat({ max: 100 }), (seed, low, width) => {
        const random = new Random(seed);
        for (let count = 0; count < 20; count++) {
          const number = random.int(low, low + width);
          expect(Number.isInteger(number) && number >= low && number <= low + width).toBe(true);
        }
      }),
    );
  });

  it("choose by weight", () => {
    const random = new Random("weights");
    const counts = { heavy: 0, light: 0, never: 0 };
    const weights = { heavy: 9, light: 1, never: 0 };
    const names = ["heavy", "light", "never"] as const;
    for (let count = 0; count < 1_000; count++) counts[random.weighted(names, (name) => weights[name])]++;
    expect(counts.never).toBe(0);
    expect(counts.heavy).toBeGreaterThan(850);
    expect(counts.light).toBeGreaterThan(50);
  });

  it("refuse to choose from nothing", () => {
    expect(() => new Random("1").pick([])).toThrow("nothing to choose from");
  });
});

const FIRST_OF_SEED_1 = [8, 6, 3, 4, 9, 1, 7, 1];

describe("a seed's plan", () => {
  it("is the same on both sides of the wire", () => {
    for (let index = 0; index < 50; index++) {
      const plan = planCall("7", index);
      expect(planCall("7", index)).toEqual(plan);
      const texts = () => promptOf("7", plan, 0).map(({ content }) => content);
      expect(texts()).toEqual(texts());
    }
  });

  it("comes to every scenario and to every path", () => {
    const plans = Array.from({ length: 5_000 }, (_, index) => planCall("1", index));
    expect(new Set(plans.map(({ scenario }) => scenario)).size).toBe(SCENARIOS.length);
    expect(new Set(plans.map(({ path }) => path.name)).size).toBe(17);
  });

  it("marks each prompt with its call", () => {
    const plan = planCall("1", 3);
    const texts = promptOf("1", plan, 2).map(({ text }) => text);
    expect(texts.join("\n")).toContain("Question 3.2: ");
  });
});
