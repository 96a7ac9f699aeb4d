import { describe, expect, it } from "@jest/globals";
import { withinGrammarBounds } from "../../src/models/grammar_bounds.js";

describe("withinGrammarBounds", () => {
  it.each([
    ["maxLength", 1_990, true],
    ["maxLength", 1_997, false],
    ["maxLength", 5_000, false],
    ["minLength", 2_000, false],
    ["maxItems", 1_990, true],
    ["maxItems", 1_997, false],
    ["minItems", 3_000, false],
    ["minProperties", 2_000, false],
    ["maxProperties", 100_000, false],
    ["maxLength", 0, true],
    ["maxLength", -1, false],
    ["maxLength", 2.5, false],
    ["maxLength", "80", false],
    ["maxLength", Number.MAX_SAFE_INTEGER, false],
    ["maximum", Number.MAX_SAFE_INTEGER, true],
  ])("keeps %s of %p: %s", (bound, value, isKept) => {
    const schema = { type: "string", [bound]: value };
    expect(withinGrammarBounds(schema)).toEqual(isKept ? schema : { type: "string" });
  });

  it.each([
    ["the end that fits", { minLength: 1, maxLength: 5_000 }, { minLength: 1 }],
    ["neither end of a range that ends before it begins", { minItems: 5, maxItems: 2 }, {}],
    ["both ends of a range of one", { minItems: 2, maxItems: 2 }, { minItems: 2, maxItems: 2 }],
  ])("keeps %s", (_, schema, expected) => {
    expect(withinGrammarBounds(schema)).toEqual(expected);
  });

  it.each([
    ["^[0-9]{3}$", true],
    ["[0-9]", false],
    ["^(?!a)b$", false],
    ["^\\bword$", false],
    ["^\\p{L}$", false],
    ["^a\\.b$", true],
    ["^[A-Z]{2,4}-(a|b)+$", true],
    ["^\\d{3}$", false],
    ["^[\\w.-]$", false],
    ["^[a\\-b]$", false],
    ["^a\\\\b$", false],
    ["^\\t$", false],
    ['^"$', false],
    ["^[a-z]{1,2000}$", false],
    ["^[a-z]{3000,}$", false],
    ["^([a-z]{50}){1,50}$", false],
    ["^([a-z]{5}){1,50}$", true],
  ])("keeps the pattern %s: %s", (pattern, isKept) => {
    const schema = { type: "object", properties: { pattern: { type: "string", pattern } } };
    const kept = { type: "object", properties: { pattern: isKept ? { type: "string", pattern } : { type: "string" } } };
    expect(withinGrammarBounds(schema)).toEqual(kept);
  });

  it("looks everywhere that a schema can be, and not into names and data", () => {
    const big = { type: "string", maxLength: 9_000 };
    const small = { type: "string" };
    const around = (each: object, entry: object) => ({
      type: "object",
      properties: { maxLength: each, list: { type: "array", items: { anyOf: [each, { type: "null" }] }, maxItems: 7 } },
      additionalProperties: each,
      $defs: { pattern: each },
      ...entry,
    });
    const data = { enum: [{ maxLength: 9_000 }], const: { pattern: "(" }, default: [{ minItems: 4_000 }] };
    expect(withinGrammarBounds(around(big, data))).toEqual(around(small, data));
  });

  it("is the same object where nothing has to be left out, and never changes the given one", () => {
    const fits = { type: "object", properties: { a: { type: "array", items: [{ maxLength: 5 }, true] } } };
    expect(withinGrammarBounds(fits)).toBe(fits);
    const part = { type: "string", maxLength: 80 };
    const schema = Object.freeze({ properties: Object.freeze({ a: part, b: Object.freeze({ maxLength: 9_999 }) }) });
    const result = withinGrammarBounds(schema) as { properties: { a: unknown } };
    expect(result).toEqual({ properties: { a: part, b: {} } });
    expect(result.properties.a).toBe(part);
  });

  it("reads a pattern of any length in linear time", () => {
    const pattern = `^${"[".repeat(200_000)}${"{1".repeat(200_000)}`;
    expect(withinGrammarBounds({ pattern: `${pattern}$` })).toEqual({ pattern: `${pattern}$` });
  });
});
