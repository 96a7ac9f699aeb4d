import { describe, expect, it, jest } from "@jest/globals";
import { loadOnce, once } from "../../src/base/once.js";

describe("what is made once", () => {
  it("is made when it is first asked for", () => {
    const make = jest.fn(() => ({}));
    const made = once(make);
    expect(make).not.toHaveBeenCalled();
    expect(made()).toBe(made());
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("is loaded again after a failure, and by one load for all who wait", async () => {
    const load = jest.fn<() => Promise<number>>().mockRejectedValueOnce(new Error("gone")).mockResolvedValue(1);
    const loaded = loadOnce(load);
    await expect(loaded()).rejects.toThrow("gone");
    expect(await Promise.all([loaded(), loaded(), loaded()])).toEqual([1, 1, 1]);
    expect(load).toHaveBeenCalledTimes(2);
  });
});
