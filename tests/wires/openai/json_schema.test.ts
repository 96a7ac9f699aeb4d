import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { toGrammarSchema } from "../../../src/wires/openai/json_schema.js";

type Json = Record<string, unknown>;

describe("schemas for grammar engines", () => {
  const rows: [name: string, schema: Json, expected: Json, dropped?: string[]][] = [
    [
      "without `$schema`, at any depth",
      { $schema: "x", type: "object", properties: { a: { $schema: "x", type: "string" } } },
      { type: "object", properties: { a: { type: "string" } } },
    ],
    [
      "references written out, what stands beside them on top",
      { properties: { a: { $ref: "#/$defs/p", title: "A" } }, $defs: { p: { type: "string", title: "P" } } },
      { properties: { a: { type: "string", title: "A" } } },
    ],
    [
      "`definitions` too",
      { items: { $ref: "#/definitions/p" }, definitions: { p: { type: "string" } } },
      { items: { type: "string" } },
    ],
    [
      "a reference to a reference",
      { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { type: "null" } } },
      { type: "null" },
    ],
    [
      "in lists",
      { anyOf: [{ $ref: "#/$defs/p" }, { type: "null" }], $defs: { p: { type: "string" } } },
      { anyOf: [{ type: "string" }, { type: "null" }] },
    ],
    ["a reference to elsewhere stays", { $ref: "https://example.com/x.json" }, { $ref: "https://example.com/x.json" }],
    [
      "properties may have the names of keywords",
      { properties: { $schema: { type: "string" }, pattern: { type: "string" }, enum: { type: "string" } } },
      { properties: { $schema: { type: "string" }, pattern: { type: "string" }, enum: { type: "string" } } },
      ["pattern"],
    ],
    ["dropped keywords", { type: "string", pattern: "a", maxLength: 3 }, { type: "string" }, ["pattern", "maxLength"]],
    [
      "data is left alone",
      { enum: [{ $schema: "x", pattern: 1 }], default: { pattern: 2 }, const: { $ref: "#/x" } },
      { enum: [{ $schema: "x", pattern: 1 }], default: { pattern: 2 }, const: { $ref: "#/x" } },
      ["pattern"],
    ],
  ];

  it.each(rows)("%s", (_name, schema, expected, ...[dropped]) => {
    expect(toGrammarSchema(schema, dropped)).toEqual(expected);
  });

  it("a recursive definition has no written-out form, and keeps its name", () => {
    const tree = {
      $ref: "#/$defs/node",
      $defs: {
        node: { type: "object", properties: { next: { $ref: "#/$defs/node" }, leaf: { $ref: "#/$defs/leaf" } } },
        leaf: { type: "string" },
      },
    };
    const result = toGrammarSchema(tree);
    expect(result).toEqual({
      $ref: "#/$defs/node",
      $defs: {
        node: { type: "object", properties: { next: { $ref: "#/$defs/node" }, leaf: { type: "string" } } },
        leaf: { type: "string" },
      },
    });
  });

  it("definitions that refer to each other many times do not grow without bound", () => {
    const $defs: Json = { d0: { type: "string" } };
    for (let at = 1; at < 40; at++)
      $defs[`d${at}`] = {
        type: "object",
        properties: { a: { $ref: `#/$defs/d${at - 1}` }, b: { $ref: `#/$defs/d${at - 1}` } },
      };
    const result = toGrammarSchema({ $ref: "#/$defs/d39", $defs });
    expect(JSON.stringify(result).length).toBeLessThan(200_000);
    expect(result).toHaveProperty("$defs");
  });

  it("leaves the caller's schema as it was, and any schema without references equal", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((key) => !key.startsWith("$")),
          fc.jsonValue(),
        ),
        (schema) => {
          const before = JSON.stringify(schema);
          const { definitions: _, ...rest } = schema as Json;
          const expected = Object.fromEntries(Object.entries(rest));
          const result = toGrammarSchema(rest);
          if (!before.includes('"$')) expect(result).toEqual(expected);
          expect(JSON.stringify(schema)).toBe(before);
        },
      ),
    );
  });
});
