import { describe, expect, it } from "@jest/globals";
import type { Json } from "../../../src/base/json.js";
import { useWorkCounter } from "../../support/work.js";
import { toOllamaTool } from "../../../src/wires/ollama/tool_schema.js";

const counter = useWorkCounter();

const toolWith = (parameters: Json, description?: string) =>
  toOllamaTool({
    type: "function",
    function: { name: "f", ...(description === undefined ? {} : { description }), parameters },
  }).function;

/** What becomes of one property. */
function flat(property: Json): unknown {
  const { properties } = toolWith({ type: "object", properties: { p: property } }).parameters as { properties: Json };
  return properties.p;
}

it.each<[Json]>([
  [{ type: ["object", "null"], properties: { a: { type: "string" } } }],
  [{ nullable: true, properties: { a: { type: "string" } } }],
  [{ allOf: [{ type: ["object"], properties: { a: { type: "string" } } }] }],
])("the outermost type is one word, or the server refuses the request: %j", (parameters) => {
  expect(toolWith(parameters).parameters).toEqual({ type: "object", properties: { a: { type: "string" } } });
});

it("what says nothing makes no words", () => {
  expect(
    flat({
      type: "object",
      propertyNames: { type: "string" },
      additionalItems: false,
      unevaluatedProperties: false,
      readOnly: false,
    }),
  ).toEqual({ type: "object" });
  expect(flat({ type: "boolean", default: false })).toEqual({ type: "boolean", description: "(default: false)" });
  expect(flat({ type: "object", propertyNames: { pattern: "^x" } })).toEqual({
    type: "object",
    description: '(propertyNames: {"pattern":"^x"})',
  });
});

const anything = { type: ["string", "number", "boolean", "object", "array", "null"] };

describe("a property", () => {
  it.each<[string, Json, Json]>([
    [
      "kept as it is",
      { type: "string", description: "D", enum: ["a"] },
      { type: "string", description: "D", enum: ["a"] },
    ],
    ["const", { const: "on" }, { type: "string", enum: ["on"] }],
    ["oneOf", { oneOf: [{ type: "string" }, { type: "number" }] }, { anyOf: [{ type: "string" }, { type: "number" }] }],
    ["a value or null", { anyOf: [{ type: "string" }, { type: "null" }] }, { type: ["string", "null"] }],
    ["OpenAPI's nullable", { type: "integer", nullable: true }, { type: ["integer", "null"] }],
    [
      "a described value or null",
      { description: "Outer", anyOf: [{ type: "string", description: "Inner" }, { type: "null" }] },
      { type: ["string", "null"], description: "Outer (Inner)" },
    ],
    [
      "allOf",
      {
        allOf: [
          { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
          { properties: { b: { type: "number" } }, required: ["b"] },
        ],
      },
      { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a", "b"] },
    ],
    [
      "types that are implied",
      { properties: { a: { items: { enum: [1, 2] } } } },
      { type: "object", properties: { a: { type: "array", items: { type: "number", enum: [1, 2] } } } },
    ],
    [
      "a title where nothing else describes",
      { type: "string", title: "The city's name" },
      { type: "string", description: "The city's name" },
    ],
    ["a title that says the name again", { type: "string", title: "P" }, { type: "string" }],
    [
      "the edges that generators write",
      { type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 },
      { type: "integer" },
    ],
    [
      "a closed object",
      { type: "object", properties: {}, additionalProperties: false },
      { type: "object", properties: {} },
    ],
    [
      "a tuple",
      { type: "array", prefixItems: [{ type: "number", description: "latitude" }, { type: "string" }] },
      {
        type: "array",
        items: { anyOf: [{ type: "number", description: "latitude" }, { type: "string" }] },
        description: "(the items in order: number (latitude), string)",
      },
    ],
    ["nothing at all", {}, anything],
    ["words alone", { description: "Any value" }, { description: "Any value", ...anything }],
    ["a bound alone", { minimum: 1 }, { description: "(at least 1)", ...anything }],
  ])("%s", (_, property, expected) => {
    expect(flat(property)).toEqual(expected);
  });

  it.each<[Json, string]>([
    [{ type: "integer", minimum: 1, maximum: 5 }, "(at least 1; at most 5)"],
    [{ type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }, "(more than 0; less than 1)"],
    [{ type: "integer", multipleOf: 5 }, "(a multiple of 5)"],
    [{ type: "string", minLength: 2, maxLength: 9 }, "(at least 2 characters; at most 9 characters)"],
    [
      { type: "array", items: { type: "string" }, minItems: 1, maxItems: 3, uniqueItems: true },
      "(at least 1 items; at most 3 items; no item twice)",
    ],
    [{ type: "string", pattern: "^[0-9]{3}$" }, "(must match the regular expression ^[0-9]{3}$)"],
    [{ type: "string", format: "date" }, "(format: date)"],
    [{ type: "string", default: "C", examples: ["F"] }, '(default: "C"; for example: "F")'],
    [{ type: "object", additionalProperties: { type: "number" } }, '(each further property: {"type":"number"})'],
    [{ type: "string", not: { enum: ["x"] } }, '(not: {"enum":["x"]})'],
    [{ type: "string", description: "Unit", default: "C" }, 'Unit (default: "C")'],
  ])("%p says in words what Ollama drops: %s", (property, description) => {
    expect(flat(property)).toMatchObject({ description });
  });

  it("does not repeat in a page what a format says", () => {
    const email = { type: "string", format: "email", pattern: `^(?!\\.)${"[a-z]".repeat(40)}$` };
    expect(flat(email)).toEqual({ type: "string", description: "(format: email)" });
  });
});

describe("the parameters", () => {
  it("have references written out, and the description beside them", () => {
    const schema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      description: "Only for places on Earth.",
      properties: { at: { $ref: "#/$defs/Place", description: "Where" } },
      required: ["at"],
      additionalProperties: false,
      $defs: { Place: { type: "object", properties: { name: { type: "string", minLength: 1 } } } },
    };
    expect(toolWith(schema, "Weather of a place")).toEqual({
      name: "f",
      description: "Weather of a place (Only for places on Earth.)",
      parameters: {
        type: "object",
        properties: {
          at: {
            type: "object",
            description: "Where",
            properties: { name: { type: "string", description: "(at least 1 characters)" } },
          },
        },
        required: ["at"],
      },
    });
  });

  it("are one object where the schema is one of several", () => {
    const variant = (kind: string, rest: Json, required: string[]) => ({
      type: "object",
      properties: { kind: { const: kind }, ...rest },
      required: ["kind", ...required],
    });
    const schema = {
      oneOf: [
        variant("circle", { r: { type: "number" } }, ["r"]),
        variant("square", { a: { type: "number" }, name: { type: "string" } }, ["a"]),
      ],
    };
    expect(toolWith(schema)).toEqual({
      name: "f",
      description: '(The arguments are one of these sets: kind = "circle", r; or kind = "square", a, name (optional).)',
      parameters: {
        type: "object",
        properties: {
          kind: { type: "string", enum: ["circle", "square"] },
          r: { type: "number" },
          a: { type: "number" },
          name: { type: "string" },
        },
        required: ["kind"],
      },
    });
  });

  it("keep what stands beside the variants, and both kinds of a property", () => {
    const schema = {
      type: "object",
      properties: { id: { type: "string" } },
      required: ["id"],
      anyOf: [{ properties: { v: { type: "string" } } }, { properties: { v: { type: "number" } } }],
    };
    expect(toolWith(schema).parameters).toEqual({
      type: "object",
      properties: { v: { anyOf: [{ type: "string" }, { type: "number" }] }, id: { type: "string" } },
      required: ["id"],
    });
  });

  it("are an object without properties for a tool without arguments", () => {
    expect(toolWith({}).parameters).toEqual({ type: "object", properties: {} });
  });

  it("leave the caller's schema as it was", () => {
    const schema = { type: "object", properties: { p: { type: "string", pattern: "^a$", title: "T" } } };
    const before = structuredClone(schema);
    toolWith(schema);
    expect(schema).toEqual(before);
  });
});

/** What Ollama's own parser keeps of a property, by its documented field list: anything else never reaches the model. */
const SERVER_KEEPS = new Set(["type", "description", "enum", "anyOf", "items", "properties", "required"]);

function keywords(schema: unknown, into: Set<string> = new Set()): Set<string> {
  for (const [keyword, value] of Object.entries((schema ?? {}) as Json)) {
    into.add(keyword);
    if (keyword === "properties") for (const property of Object.values(value as Json)) keywords(property, into);
    if (keyword === "items") keywords(value, into);
    if (keyword === "anyOf") for (const variant of value as Json[]) keywords(variant, into);
  }
  return into;
}

it("sends no keyword that the server drops", () => {
  const { parameters } = toolWith({
    type: "object",
    properties: {
      a: {
        type: "array",
        items: { type: "object", properties: { x: { const: 1, title: "X!" } }, additionalProperties: false },
        minItems: 1,
      },
      b: { allOf: [{ $ref: "#/$defs/B" }], default: null },
      c: {
        oneOf: [
          { type: "string", format: "uuid" },
          { type: "integer", minimum: 0 },
        ],
      },
    },
    patternProperties: { "^x": { type: "string" } },
    $defs: { B: { type: "string", minLength: 1 } },
  });
  expect([...keywords(parameters)].filter((keyword) => !SERVER_KEEPS.has(keyword))).toEqual([]);
});

describe("no schema becomes many times as long", () => {
  const named = (count: number, of: (at: number) => unknown) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`property${at}`, of(at)]));
  const tuple = (depth: number): Json => ({
    type: "array",
    description: "x".repeat(200),
    prefixItems: depth === 0 ? [] : [tuple(depth - 1), { type: "string" }],
  });

  it.each<[string, Json]>([
    [
      "variants beside many properties",
      { properties: named(300, () => ({})), anyOf: Array.from({ length: 300 }, () => ({})) },
    ],
    [
      "one description again and again",
      { allOf: Array.from({ length: 300 }, () => ({ description: "x".repeat(200) })) },
    ],
    ["tuples in tuples", { properties: { a: tuple(200) } }],
  ])("%s", (_, parameters) => {
    expect(JSON.stringify(toolWith(parameters)).length).toBeLessThan(12 * JSON.stringify(parameters).length);
  });

  it("what all variants share is said once where it is long", () => {
    const shared = named(3, () => ({ type: "string" }));
    const anyOf = Array.from({ length: 60 }, (_, at) => ({ properties: { kind: { const: at } }, required: ["kind"] }));
    const { description, parameters } = toolWith({ properties: shared, required: ["property0"], anyOf });
    expect(description).toContain("kind = 0; or kind = 1; or ");
    expect(description).toContain(". Each may also have: property0, property1 (optional), property2 (optional).");
    expect(parameters).toEqual({
      type: "object",
      properties: { ...shared, kind: { type: "number", enum: Array.from({ length: 60 }, (_, at) => at) } },
      required: ["kind", "property0"],
    });
  });

  it.each<[string, (size: number) => Json]>([
    [
      "parts of an `allOf`",
      (size) => ({
        allOf: Array.from({ length: size }, (_, at) => ({ properties: { [`p${at}`]: {} }, required: [`p${at}`] })),
      }),
    ],
    [
      "parts that say the same property",
      (size) => ({
        allOf: Array.from({ length: size }, (_, at) => ({ properties: { p: { properties: { [`p${at}`]: {} } } } })),
      }),
    ],
    [
      "variants",
      (size) => ({
        properties: named(size, () => ({})),
        anyOf: Array.from({ length: size }, (_, at) => ({ properties: { kind: { const: at } } })),
      }),
    ],
    [
      "values of two lists",
      (size) => ({
        properties: { p: { allOf: [0, 1].map((by) => ({ enum: Array.from({ length: size }, (_, at) => at + by) })) } },
      }),
    ],
  ])("the work grows no faster than %s", async (_, parametersOf) => {
    expect(await counter.growth((size) => toolWith(parametersOf(size)), 50)).toBeLessThan(12);
  });
});
