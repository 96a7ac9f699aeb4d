import { expect, it } from "@jest/globals";
import { loadTokenizer, tokenizerIfLoaded } from "../../src/usage/tokenizer.js";

it("has no tokenizer before one is loaded, and then only that one", async () => {
  expect(tokenizerIfLoaded("cl100k_base")).toBeUndefined();
  const pending = loadTokenizer("cl100k_base");
  expect(tokenizerIfLoaded("cl100k_base")).toBeUndefined();
  const loaded = await pending;
  expect(tokenizerIfLoaded("cl100k_base")).toBe(loaded);
  expect(tokenizerIfLoaded("o200k_base")).toBeUndefined();
});
