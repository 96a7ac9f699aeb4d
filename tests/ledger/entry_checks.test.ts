import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import * as is from "../../src/ledger/entry_checks.js";

const checks: [string, is.Check<unknown> | is.OptionalCheck<unknown>][] = [
  ["text", is.text],
  ["filledText", is.filledText],
  ["flag", is.flag],
  ["number", is.number],
  ["plain", is.plain],
  ["count", is.count],
  ["duration", is.duration],
  ["usd", is.usd],
  ["time", is.time],
  ["oneOf", is.oneOf<string | number>("ok", 1)],
  ["optional", is.optional(is.count)],
  ["nullable", is.nullable(is.usd)],
  ["list", is.list(is.count)],
  ["pair", is.pair(is.count, is.nullable(is.count))],
  ["record", is.record(is.count)],
  ["object", is.object<{ a: number; b?: string }>({ a: is.count, b: is.optional(is.text) })],
];

const value = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, "", "ok", 1, -1, -0, 0.5, 1e300, 2 ** 53, Infinity, NaN, "1e3"),
  fc.constantFrom<unknown>(
    "0.1",
    "$1",
    " 2 ",
    ".5",
    "5.",
    "0.1234567890123",
    "9".repeat(70),
    "2026-11-20",
    "20 Nov 2026",
  ),
  fc.jsonValue(),
  fc.record({ a: fc.nat(), b: fc.option(fc.string(), { nil: undefined }) }, { requiredKeys: [] }),
  fc.array(fc.oneof(fc.nat(), fc.constant(null)), { maxLength: 3 }),
);

describe("both forms of a check", () => {
  it.each(checks)("%s: agree on every value", (_name, { passes, schema }) => {
    fc.assert(fc.property(value, (any) => expect(passes(any)).toBe(schema.safeParse(any).success)));
  });

  it("leave a field `__proto__` to the schema, which drops it", () => {
    const any: unknown = JSON.parse('{"__proto__":1,"a":1}');
    expect([is.record(is.count).passes(any), is.object<{ a: number }>({ a: is.count }).passes(any)]).toEqual([
      false,
      false,
    ]);
  });
});
