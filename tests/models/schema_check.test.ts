import { describe, expect, it } from "@jest/globals";
import { schemaFault } from "../../src/models/schema_check.js";

const schema = {
  type: "object",
  properties: { a: { type: "string", maxLength: 3 }, b: { $ref: "#/$defs/B" } },
  required: ["a"],
  $defs: { B: { type: "number" } },
};

describe("schemaFault", () => {
  it.each<[unknown, RegExp | undefined]>([
    [{ a: "x", b: 1 }, undefined],
    [{ a: "x", more: true }, undefined],
    [{ b: 1 }, /required property "a"/],
    [{ a: "long" }, /`#\/a`: String is too long/],
    [{ a: "x", b: "y" }, /`#\/b`: Instance type "string" is invalid/],
    [[], /`#`: Instance type "array" is invalid/],
  ])("of %j: %p", (value, expected) => {
    const fault = schemaFault(value, schema);
    if (expected === undefined) expect(fault).toBeUndefined();
    else expect(fault).toMatch(expected);
  });

  it("leaves the schema as it was, and takes a frozen one", () => {
    const given = { ...schema };
    schemaFault({ a: "x", b: 1 }, given);
    expect(Reflect.ownKeys(given.properties.b)).toEqual(["$ref"]);
    expect(schemaFault({ b: 1 }, Object.freeze({ ...schema }))).toContain("required");
  });

  it.each([
    "^\\d{4}-\\d{2}-\\d{2}$",
    "^[A-Z][a-z]*$",
    "^-?\\p{Nd}+$",
    "[0-9]+",
    "^(?:a|b)c$",
    "^[(+*)]+[\\])]$",
    "^(one|two)$",
  ])("checks by a pattern that takes few steps: %s", (pattern) => {
    const text = { type: "object", properties: { const: { type: "string", pattern } } };
    expect(schemaFault({ const: "x y" }, text)).toMatch(/does not match pattern/);
  });

  it.each(["^(a+)+$", "^(a|a)*$", "^(a{1,9}){9,}$", "^(?=a)(a)\\1+$", "a+a+a+a+a+a+b", `^${"a?".repeat(30)}b$`])(
    "runs no pattern that may take many steps: %s",
    (pattern) => {
      const tried: string[] = [];
      const { exec } = RegExp.prototype;
      RegExp.prototype.exec = function (text) {
        tried.push(this.source);
        return Reflect.apply(exec, this, [text]);
      };
      try {
        const text = `${"a".repeat(40)}!`;
        const properties = { const: { pattern }, pattern: { items: [{ pattern }], additionalProperties: { pattern } } };
        expect(schemaFault({ const: text }, { type: "object", properties })).toBeUndefined();
        expect(schemaFault([text], { items: { anyOf: [{ pattern }] } })).toBeUndefined();
        const named = { patternProperties: { [pattern]: { type: "number" } }, additionalProperties: false };
        expect(schemaFault({ [text]: 1 }, named)).toBeUndefined();
      } finally {
        RegExp.prototype.exec = exec;
      }
      expect(tried).not.toContain(pattern);
    },
  );

  it("takes patterns in data for data", () => {
    expect(schemaFault({ pattern: "^(a+)+$" }, { const: { pattern: "^(a+)+$" } })).toBeUndefined();
  });

  it("says nothing by a schema that cannot be read", () => {
    expect(schemaFault({}, { $ref: "#/nowhere" })).toBeUndefined();
    expect(schemaFault("a", { pattern: "(" })).toBeUndefined();
  });
});
