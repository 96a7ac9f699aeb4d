import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Pieces } from "../../src/answer/pieces.js";

describe("the pieces of a text", () => {
  it("are the text, however many they are and whenever it is asked for", () => {
    const list = fc.array(fc.string({ maxLength: 3 }), { maxLength: 600, size: "max" });
    fc.assert(
      fc.property(list, fc.nat(600), (all, at) => {
        const pieces = new Pieces();
        for (const piece of all.slice(0, at)) pieces.push(piece);
        expect(pieces.text).toBe(all.slice(0, at).join(""));
        for (const piece of all.slice(at)) pieces.push(piece);
        expect(pieces.isEmpty).toBe(all.length === 0);
        expect(pieces.take()).toBe(all.join(""));
        expect([pieces.isEmpty, pieces.text]).toEqual([true, ""]);
      }),
    );
  });
});
