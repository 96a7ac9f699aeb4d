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

  it("says nothing by a schema that cannot be read", () => {
    expect(schemaFault({}, { $ref: "#/nowhere" })).toBeUndefined();
    expect(schemaFault("a", { pattern: "(" })).toBeUndefined();
  });
});
