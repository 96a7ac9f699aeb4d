import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { deepJsonText, isNestedBeyond } from "../../src/base/deep_json.js";

/** JSON in a list, in a list, and so on. */
const nested = (inner: string, depth: number) => `${'[{"a":'.repeat(depth)}${inner}${"}]".repeat(depth)}`;

describe("JSON that is nested deep", () => {
  it("is written as JSON is, at any depth", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1, 20_000), (json, depth) => {
        const text = nested(JSON.stringify(JSON.parse(json)), depth);
        // The engine's own, where it has enough stack for it, is what is returned.
        expect(deepJsonText(JSON.parse(text))).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, number, boolean]>([
    ["1", 0, false],
    ["[]", 0, true],
    ["[]", 1, false],
    ['{"a":[1],"b":2}', 1, true],
    ['{"a":[1],"b":2}', 2, false],
    [nested("1", 500), 1000, false],
    [nested("1", 501), 1000, true],
    [nested("1", 50_000), 1000, true],
  ])("%#: is told by its levels", (text, levels, isBeyond) => {
    expect(isNestedBeyond(JSON.parse(text), levels)).toBe(isBeyond);
  });
});
