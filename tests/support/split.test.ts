import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { gate } from "./gate.js";
import { resplit, splitAtRandom, splitEvery } from "./split.js";
import { bytes, cut } from "./wire_script.js";

const wave = Buffer.from("🌊");

describe("splitters", () => {
  it("cuts inside a character", () => {
    expect(splitEvery(3)(wave)).toEqual([wave.subarray(0, 3), wave.subarray(3)]);
  });

  it("loses no byte, whatever the seed, and repeats itself", () => {
    const input = fc.tuple(fc.uint8Array({ maxLength: 500 }), fc.integer(), fc.integer({ min: 1, max: 90 }));
    const holds = fc.property(input, ([data, seed, longest]) => {
      const pieces = splitAtRandom(seed, longest)(data);
      expect(Buffer.concat(pieces).equals(data)).toBe(true);
      expect(pieces.every(({ length }) => length >= 1 && length <= longest)).toBe(true);
      expect(splitAtRandom(seed, longest)(data)).toEqual(pieces);
    });
    fc.assert(holds);
  });

  it("gives other pieces for another seed", () => {
    const sizes = (seed: number) => splitAtRandom(seed)(new Uint8Array(200)).map(({ length }) => length);
    expect(new Set([0, 1, 2, 3].map((seed) => sizes(seed).join())).size).toBe(4);
  });
});

describe("resplit", () => {
  it("keeps gates and faults where they stand among the bytes", () => {
    const pause = gate();
    const script = bytes(["ab", "c", pause, wave, cut], { "x-test": "yes" }, { status: 201 });
    const { steps, status, headers } = resplit(script, splitEvery(2));
    expect(steps.map((step) => (step instanceof Uint8Array ? Buffer.from(step).toString("hex") : step))).toEqual([
      "6162",
      "63",
      pause,
      "f09f",
      "8c8a",
      cut,
    ]);
    expect([status, headers]).toEqual([201, { "x-test": "yes" }]);
  });
});
