import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "../../../src/base/json.js";
import { inlineRefs, writeOut } from "../../../src/wires/ollama/schema_refs.js";

const address = { type: "object", properties: { city: { type: "string" } } };

describe("inlineRefs", () => {
  it("writes a definition out wherever it is named", () => {
    const schema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { home: { $ref: "#/$defs/Address" }, work: { $ref: "#/definitions/Office" } },
      $defs: { Address: address },
      definitions: { Office: { allOf: [{ $ref: "#/$defs/Address" }] } },
    };
    expect(inlineRefs(schema)).toEqual({ type: "object", properties: { home: address, work: { allOf: [address] } } });
  });

  it("keeps what stands beside a reference", () => {
    const schema = {
      properties: { home: { $ref: "#/$defs/Address", description: "Where you sleep" } },
      $defs: { Address: { ...address, description: "Any address" } },
    };
    expect(inlineRefs(schema)).toEqual({ properties: { home: { ...address, description: "Where you sleep" } } });
  });

  it("cuts a schema where it contains itself", () => {
    const node = { type: "object", properties: { value: { type: "number" }, next: { $ref: "#/$defs/Node" } } };
    expect(inlineRefs({ properties: { list: { $ref: "#/$defs/Node" } }, $defs: { Node: node } })).toEqual({
      properties: {
        list: {
          type: "object",
          properties: { value: { type: "number" }, next: { type: "object", description: "again a Node" } },
        },
      },
    });
  });

  it("cuts a schema that contains the whole", () => {
    const tree = { type: "object", properties: { children: { type: "array", items: { $ref: "#" } } } };
    const leaf = { type: "object", description: "again an object like the outermost one" };
    const inner = { type: "object", properties: { children: { type: "array", items: leaf } } };
    expect(inlineRefs(tree)).toEqual({ type: "object", properties: { children: { type: "array", items: inner } } });
  });

  it.each([
    ["nothing", "#/$defs/Gone"],
    ["another document", "https://example.com/schema.json"],
  ])("says in words what a reference to %s names", (_, ref) => {
    expect(inlineRefs({ properties: { a: { $ref: ref } } })).toEqual({
      properties: { a: { description: `as defined in ${ref}` } },
    });
  });

  it("reads the escapes of a pointer", () => {
    const schema = { properties: { a: { $ref: "#/$defs/a~1b%20c" } }, $defs: { "a/b c": { type: "null" } } };
    expect(inlineRefs(schema)).toEqual({ properties: { a: { type: "null" } } });
  });

  it("takes properties called like keywords for properties, and data for data", () => {
    const schema = {
      properties: { $ref: { type: "string" }, default: { $ref: "#/$defs/N" }, enum: { enum: [{ $ref: "#/$defs/N" }] } },
      $defs: { N: { type: "number" } },
    };
    expect(inlineRefs(schema)).toEqual({
      properties: { $ref: { type: "string" }, default: { type: "number" }, enum: { enum: [{ $ref: "#/$defs/N" }] } },
    });
  });

  it("stays small for types that all contain each other", () => {
    const names = Array.from({ length: 12 }, (_, index) => `T${index}`);
    const $defs = Object.fromEntries(
      names.map((name) => [
        name,
        { type: "object", properties: Object.fromEntries(names.map((other) => [other, { $ref: `#/$defs/${other}` }])) },
      ]),
    );
    expect(JSON.stringify(inlineRefs({ $ref: "#/$defs/T0", $defs })).length).toBeLessThan(1_000_000);
  });

  it("leaves no local reference in any schema, and the schema as it was", () => {
    const ref = fc.constantFrom("A", "B", "C").map((name) => ({ $ref: `#/$defs/${name}` }));
    const { schema } = fc.letrec((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        ref,
        fc.constant({ type: "string" }),
        fc.record({ type: fc.constant("object"), properties: fc.dictionary(fc.constantFrom("x", "y"), tie("schema")) }),
        fc.record({ anyOf: fc.array(tie("schema"), { maxLength: 2 }) }),
      ),
    }));
    fc.assert(
      fc.property(fc.record({ A: schema, B: schema, C: schema }), ($defs) => {
        const whole = { type: "object", properties: { a: { $ref: "#/$defs/A" } }, $defs };
        const before = JSON.stringify(whole);
        expect(JSON.stringify(inlineRefs(whole))).not.toContain("$ref");
        expect(JSON.stringify(whole)).toBe(before);
      }),
    );
  });

  it("writes each definition out once where all of them would be too much, and says in the other places where that is", () => {
    const words = { type: "string", enum: Array.from({ length: 500 }, (_, at) => `value-${at}`) };
    const group = { type: "object", properties: { a: { $ref: "#/$defs/words" }, b: { $ref: "#/$defs/words" } } };
    const properties = { p: { $ref: "#/$defs/group", description: "First" }, q: { $ref: "#/$defs/group" } };
    const { value, added, isWhole } = writeOut({ properties, $defs: { group, words } }, 10_000);
    expect([added, isWhole]).toEqual([0, false]);
    expect(value).toEqual({
      properties: {
        p: {
          type: "object",
          description: "First",
          properties: { a: words, b: { type: "string", description: "a words, described at p.a" } },
        },
        q: { type: "object", description: "a group, described at p" },
      },
    });
    expect(writeOut({ properties, $defs: { group, words } }, 100_000).isWhole).toBe(true);
  });

  it("loses no property of a tool that has many of its own", () => {
    const many = Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`p${at}`, { type: "string" }]));
    const schema = { properties: { ...many, at: { $ref: "#/$defs/Address" } }, $defs: { Address: address } };
    expect(inlineRefs(schema)).toEqual({ properties: { ...many, at: address } });
  });

  it.each<[string, (count: number) => Json]>([
    ["references to a long list", (count) => ({ properties: refs(count), $defs: { d: { enum: long(count) } } })],
    ["references with a long type", (count) => ({ properties: refs(count), $defs: { d: { type: long(count) } } })],
    [
      "references from a long name",
      (count) => ({ properties: { [long(count).join("")]: { properties: refs(count) } }, $defs: { d: {} } }),
    ],
    [
      "many spellings of one reference",
      (count) => ({
        properties: Object.fromEntries(long(count).map((name, at) => [name, { $ref: `#/%24defs/${spelt(at)}` }])),
        $defs: { dddddddddddd: { enum: long(count) } },
      }),
    ],
    [
      "references into each other's parts",
      (count) => {
        let d: Json = { enum: long(10) };
        for (let at = 0; at < count; at++) d = { properties: { x: d } };
        const steps = Array.from({ length: count }, (_, at) => [
          `p${at}`,
          { $ref: `#/$defs/d${"/properties/x".repeat(at)}` },
        ]);
        return { properties: Object.fromEntries(steps) as Json, $defs: { d } };
      },
    ],
    ["a chain of definitions", (count) => chainOf(20 * count)],
  ])("stays small for %s", (_, schemaOf) => {
    const schema = schemaOf(400);
    const text = JSON.stringify(writeOut(schema, 20_000).value);
    expect(text.length).toBeLessThan(20_000 + 5 * JSON.stringify(schema).length);
    expect(text).not.toContain("$ref");
  });
});

const long = (count: number) => Array.from({ length: count }, (_, at) => `value-number-${at}`);
const refs = (count: number): Json => Object.fromEntries(long(count).map((name) => [name, { $ref: "#/$defs/d" }]));
/** The name of twelve letters with other ones escaped. */
const spelt = (at: number) => [..."dddddddddddd"].map((each, bit) => ((at >> bit) & 1 ? "%64" : each)).join("");

function chainOf(count: number): Json {
  const defs = Array.from({ length: count }, (_, at) => [
    `d${at}`,
    { properties: { next: { $ref: `#/$defs/d${at + 1}` } } },
  ]);
  return { $ref: "#/$defs/d0", $defs: Object.fromEntries(defs) as Json };
}
