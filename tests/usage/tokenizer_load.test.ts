import { expect, it } from "@jest/globals";
import { loadTokenizer } from "../../src/usage/tokenizer.js";
import { WORK_PER_TURN } from "../../src/usage/turns.js";
import { Loop } from "./loop.js";

it("makes the vocabulary ready in turns, once for all who wait for it", async () => {
  const loop = new Loop();
  const [one, other] = await Promise.all([loadTokenizer(loop.turns), loadTokenizer(loop.turns)]);
  expect(one).toBe(other);
  expect(one.count("The tides come twice a day.")).toBe(7);
  expect(loop.perTurn.length).toBeGreaterThan(10);
  expect(loop.mostHeld).toBeLessThanOrEqual(WORK_PER_TURN);
  const { work } = loop;
  expect(await loadTokenizer(loop.turns)).toBe(one);
  expect(loop.work).toBe(work);
});
