import { expect, it } from "@jest/globals";
import { MeteredError } from "../../src/base/errors.js";
import { trackCosts } from "../../src/books/track_costs.js";

// A file of its own: once anybody has given core its storage, the whole process has one.
it("trackCosts says what is missing where a runtime has no AsyncLocalStorage, and runs nothing", async () => {
  const { getBuiltinModule } = process;
  Reflect.set(process, "getBuiltinModule", undefined);
  let ran = false;
  try {
    const tracked = trackCosts(() => (ran = true));
    await expect(tracked).rejects.toThrow(MeteredError);
    await expect(tracked).rejects.toThrow("`trackCosts` needs a runtime with `AsyncLocalStorage`");
    expect(ran).toBe(false);
  } finally {
    Reflect.set(process, "getBuiltinModule", getBuiltinModule);
  }
  const { result, costs } = await trackCosts(() => "later");
  expect([result, costs.totals.calls]).toEqual(["later", 0]);
});
