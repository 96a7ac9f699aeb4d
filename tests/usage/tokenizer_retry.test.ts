import { expect, it, jest } from "@jest/globals";

it("tries a failed load again", async () => {
  const singles = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]).toString("base64"));
  const loadBpeRanks = jest
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new Error("no such file"))
    .mockResolvedValueOnce(`! 0 ${singles.join(" ")}`);
  jest.unstable_mockModule("../../src/usage/bpe/rank_files.js", () => ({ loadBpeRanks }));
  const { loadTokenizer } = await import("../../src/usage/tokenizer.js");

  await expect(loadTokenizer()).rejects.toThrow("no such file");
  expect((await loadTokenizer()).count("abc")).toBe(3);
  expect(loadBpeRanks).toHaveBeenCalledTimes(2);
});
