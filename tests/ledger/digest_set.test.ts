import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { DigestSet } from "../../src/ledger/digest_set.js";

const digestOf = (value: number) => createHash("sha256").update(String(value)).digest("binary");

describe("a set of digests", () => {
  it("has each that was added once, and no other", () => {
    const set = new DigestSet();
    const added = Array.from({ length: 60_000 }, (_, index) => set.add(digestOf(index)));
    expect(added.every(Boolean)).toBe(true);
    expect(Array.from({ length: 60_000 }, (_, index) => set.add(digestOf(index))).some(Boolean)).toBe(false);
    expect(set.add(digestOf(60_000))).toBe(true);
  });

  it("tells digests apart that begin alike, also with zeros", () => {
    const set = new DigestSet();
    const digests = ["\0".repeat(17), `${"\0".repeat(15)}\u0001\0`, `${"\0".repeat(4)}${"\u00ff".repeat(13)}`];
    expect([...digests, ...digests].map((digest) => set.add(digest))).toEqual([true, true, true, false, false, false]);
  });
});
