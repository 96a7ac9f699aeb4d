import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { withoutEnd, withoutStart } from "../../src/base/trim.js";

const text = fc.string({ unit: fc.constantFrom("/", "a", '"', "'") });

describe("a text without some characters", () => {
  it("at its end is what a pattern leaves", () => {
    fc.assert(fc.property(text, (said) => expect(withoutEnd(said, "\"'")).toBe(said.replace(/["']+$/, ""))));
  });

  it("at its beginning is what a pattern leaves", () => {
    fc.assert(fc.property(text, (said) => expect(withoutStart(said, "/")).toBe(said.replace(/^\/+/, ""))));
  });
});
