import { describe, expect, it, jest } from "@jest/globals";
import { loadOnce } from "../../src/base/once.js";

describe("what is loaded once", () => {
  it("is loaded again after a failure, and by one load for all who wait", async () => {
    const load = jest.fn<() => Promise<number>>().mockRejectedValueOnce(new Error("gone")).mockResolvedValue(1);
    const loaded = loadOnce(load);
    await expect(loaded()).rejects.toThrow("gone");
    expect(await Promise.all([loaded(), loaded(), loaded()])).toEqual([1, 1, 1]);
    expect(load).toHaveBeenCalledTimes(2);
  });
});
