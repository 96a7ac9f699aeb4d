import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { useWorkCounter } from "../../support/work.js";
import { toGrammarSchema, writeOut } from "../../../src/wires/openai/json_schema.js";

type Json = Record<string, unknown>;

const counter = useWorkCounter();

const refTo = (at: number) => ({ $ref: `#/$defs/d${at}` });
const listOf = (count: number): Json =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, refTo(0)]));

function chainOf(count: number): Json {
  const defs = Array.from({ length: count }, (_, at) => [
    `d${at}`,
    at + 1 < count ? { type: "object", properties: { next: refTo(at + 1) } } : { type: "string" },
  ]);
  return { ...refTo(0), $defs: Object.fromEntries(defs) as Json };
}

function circleOf(count: number): Json & { $defs: Json } {
  const chain = chainOf(count) as { $ref: string; $defs: Json };
  return { ...chain, $defs: { ...chain.$defs, [`d${count - 1}`]: { anyOf: [refTo(0), { type: "null" }] } } };
}

function withLoop(schema: Json): Json {
  const loop = { properties: { loop: { $ref: "#/$defs/loop" } } };
  return { properties: { a: { $ref: "#/$defs/d0" }, ...loop.properties }, $defs: { ...(schema.$defs as Json), loop } };
}

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

  it("where references would add too much all of them stay, and nothing is lost", () => {
    const words = {
      type: "string",
      enum: Array.from({ length: 2_000 }, (_, at) => `value-number-${at}`),
      pattern: "x",
    };
    const list = (count: number, name: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { $ref: `#/$defs/${name}` }]));
    const schema = {
      type: "object",
      properties: list(100, "group"),
      $defs: { group: { type: "object", properties: list(50, "words") }, words },
    };
    const { pattern: _, ...kept } = words;
    expect(toGrammarSchema(schema, ["pattern"])).toEqual({ ...schema, $defs: { ...schema.$defs, words: kept } });
    const few = { properties: list(3, "words"), $defs: { words } };
    expect(writeOut(few, [], 100_000)).toMatchObject({ value: few, added: 0, isWhole: false });
    const { added, isWhole, value } = writeOut(few, [], 200_000);
    expect([isWhole, added, Object.keys(value)]).toEqual([true, 3 * JSON.stringify(words).length, ["properties"]]);
  });

  it("what stands in the schema itself takes no room, of any size", () => {
    const properties = Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`p${at}`, { type: "string" }]));
    const place = { type: "object", properties: { city: { type: "string" } } };
    const schema = { properties: { ...properties, at: { $ref: "#/$defs/Place" } }, $defs: { Place: place } };
    expect(writeOut(schema, [], 200)).toMatchObject({
      value: { properties: { ...properties, at: place } },
      isWhole: true,
    });
  });

  it("references nested too deep for a stack stay", () => {
    const chain = chainOf(20_000);
    expect(toGrammarSchema(chain)).toEqual(chain);
  });

  it.each<[string, (size: number) => Json]>([
    ["a chain of definitions", chainOf],
    ["a chain of definitions, and one that contains itself", (size) => withLoop(chainOf(size))],
    ["a circle of definitions", (size) => circleOf(size)],
    ["many references to one", (size) => ({ properties: listOf(size), $defs: { d0: { type: "string" } } })],
    ["many references to a circle", (size) => ({ properties: listOf(size), ...circleOf(size) })],
  ])("the work grows no faster than %s", async (_, schemaOf) => {
    expect(await counter.growth((size) => toGrammarSchema(schemaOf(size)), 40)).toBeLessThan(12);
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
