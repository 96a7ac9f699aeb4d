import { expect, it, jest } from "@jest/globals";

const loads = jest.fn<() => object>();
jest.unstable_mockModule("../../src/usage/bpe/unpack.js", () => ({
  unpackTokens: function* () {
    yield;
    return loads();
  },
}));

it("tries a failed load again, and counts by length until then", async () => {
  const { loadTokenizer } = await import("../../src/usage/tokenizer.js");
  loads.mockImplementationOnce(() => {
    throw new Error("no such file");
  });
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const ranks = Uint32Array.from({ length: 257 }, (_, rank) => rank);
  loads.mockReturnValueOnce({ bytes, starts: ranks, ranks, count: 256 });

  const rough = await loadTokenizer();
  expect([rough.method, rough.count(""), rough.count("abcde"), rough.count("好好")]).toEqual(["bytes", 0, 2, 2]);
  const exact = await loadTokenizer();
  expect([exact.method, exact.count("abcde")]).toEqual(["o200k", 5]);
  expect(await loadTokenizer()).toBe(exact);
  expect(loads).toHaveBeenCalledTimes(2);
});
