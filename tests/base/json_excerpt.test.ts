import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { jsonExcerpt } from "../../src/base/json_excerpt.js";

/** JSON has neither -0 nor fields that are told to be none. */
const values = fc.jsonValue({ stringUnit: "binary" }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe("the beginning of a value's JSON", () => {
  it("is that of its whole JSON", () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 60 }), (value, limit) => {
        expect(jsonExcerpt(value, limit)).toBe(JSON.stringify(value).slice(0, limit));
      }),
    );
  });

  it.each<[string, unknown, string]>([
    ["lists", nest(100_000, (inner) => [inner]), "[".repeat(500)],
    ["objects", nest(100_000, (inner) => ({ a: inner })), '{"a":'.repeat(100)],
  ])("comes of any depth: %s", (_, value, beginning) => {
    expect(jsonExcerpt(value, 500)).toBe(beginning);
  });

  it("looks no further than it shows", () => {
    const read: string[] = [];
    const fields = ["a", "b", "c", "d"].map(
      (name) => [name, { enumerable: true, get: () => read.push(name) }] as const,
    );
    expect(jsonExcerpt(Object.defineProperties({}, Object.fromEntries(fields)), 8)).toBe('{"a":1,"');
    expect(read).not.toContain("c");
  });
});

function nest(depth: number, around: (inner: unknown) => unknown): unknown {
  let value: unknown = "x";
  for (let at = 0; at < depth; at++) value = around(value);
  return value;
}
