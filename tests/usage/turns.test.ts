import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Turns, WORK_PER_TURN } from "../../src/usage/turns.js";
import { Loop } from "./loop.js";

const STEP = 3_000;

/** Does so many steps of work, and lets others go first where the turn is full. */
async function work(turns: Turns, steps: number, share?: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    while (turns.isFull(share)) await turns.pass();
    turns.did(STEP);
  }
}

describe("turns of the event loop", () => {
  it("are not waited for while there is room", async () => {
    const loop = new Loop();
    await work(loop.turns, 10);
    expect(loop.perTurn).toEqual([]);
  });

  it("are shared: all who work do no more in one than it has room for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 30 }), async (jobs) => {
        const loop = new Loop();
        await Promise.all(jobs.map((steps) => work(loop.turns, steps)));
        expect(loop.mostHeld).toBeLessThan(WORK_PER_TURN + STEP);
        expect(loop.work).toBe(STEP * jobs.reduce((sum, steps) => sum + steps, 0));
      }),
      { numRuns: 30 },
    );
  });

  it("are full: nobody waits while there is room", async () => {
    const loop = new Loop();
    await Promise.all(Array.from({ length: 50 }, () => work(loop.turns, 11)));
    expect(loop.perTurn.length).toBeLessThanOrEqual((50 * 11 * STEP) / WORK_PER_TURN);
  });

  it("have a part that is left for others", async () => {
    const loop = new Loop();
    const long = work(loop.turns, 100, 0.5);
    expect(loop.turns.isFull(0.5)).toBe(true);
    await work(loop.turns, 5);
    expect(loop.perTurn).toEqual([]);
    await long;
    expect(loop.mostHeld).toBeLessThan(WORK_PER_TURN + STEP);
  });

  it("let input and output go first", async () => {
    const turns = new Turns();
    const order: string[] = [];
    setImmediate(() => order.push("other"));
    turns.did(WORK_PER_TURN);
    await turns.pass();
    expect(turns.isFull()).toBe(false);
    order.push("count");
    expect(order).toEqual(["other", "count"]);
  });
});
