import { createHash } from "node:crypto";
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { sha256 } from "../../src/base/sha256.js";

const known = (text: string) => createHash("sha256").update(text).digest("hex");

it("is the standard's", () => {
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  for (let length = 0; length < 200; length++) expect(sha256("x".repeat(length))).toBe(known("x".repeat(length)));
});

it("is what Node makes of any text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => expect(sha256(text)).toBe(known(text))));
});
