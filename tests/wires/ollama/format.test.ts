import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../../src/base/errors.js";
import { toFormat, toGrammarPart } from "../../../src/wires/ollama/format.js";

const anything = { type: ["string", "number", "boolean", "object", "array", "null"] };

describe("toFormat", () => {
  it.each([[undefined], [null], [""]])("takes %p for none", (format) => {
    expect(toFormat(format)).toBeUndefined();
  });

  it("passes json", () => {
    expect(toFormat("json")).toBe("json");
  });

  it("passes a schema without its dialect, definitions in place", () => {
    const schema = {
      type: "object",
      properties: { a: { $ref: "#/$defs/N" } },
      additionalProperties: false,
      $defs: { N: { type: "number" } },
    };
    expect(toFormat({ $schema: "http://json-schema.org/draft-07/schema#", $id: "x", ...schema })).toEqual(schema);
  });

  it("gives the outermost object a name where it contains itself: a bare `#` is none that the server follows", () => {
    const node = (ref: string) => ({
      type: "object",
      properties: { value: { $ref: "#/$defs/N" }, next: { $ref: ref }, $ref: { const: "#" } },
    });
    const $defs = { N: { type: "number" } };
    expect(toFormat({ ...node("#"), $defs })).toEqual({
      ...node("#/$defs/__root"),
      $defs: { ...$defs, __root: node("#/$defs/__root") },
    });
  });

  it("writes `true` as the schema that it is, and leaves it where it is none", () => {
    const closed = { additionalProperties: true, uniqueItems: true };
    expect(toFormat({ ...closed, properties: { a: true, b: { items: true } } })).toEqual({
      ...closed,
      properties: { a: anything, b: { items: anything } },
    });
  });

  it("gives a property of any type every type by name: grammars take none for an object's, or for a mistake", () => {
    const value = { description: "Anything", default: 1 };
    expect(toFormat({ properties: { value, list: { items: {} }, either: { anyOf: [value] } } })).toEqual({
      properties: {
        value: { ...value, ...anything },
        list: { items: anything },
        either: { anyOf: [{ ...value, ...anything }] },
      },
    });
    expect(toFormat({ description: "Any object" })).toEqual({ description: "Any object" });
  });

  it("leaves out what closes a tuple, which the server takes for a broken schema", () => {
    const tuple = { type: "array", prefixItems: [{ type: "string" }, true], minItems: 2, maxItems: 2 };
    expect(toFormat({ properties: { a: { ...tuple, items: false } } })).toEqual({
      properties: { a: { ...tuple, prefixItems: [{ type: "string" }, anything] } },
    });
  });

  it("takes data for data", () => {
    const schema = { enum: [{ pattern: "x" }], default: { pattern: "x" } };
    expect(toFormat(schema)).toEqual(schema);
  });

  it.each(["xml", 5, true, ["json"]])("refuses %p", (format) => {
    const refused = () => toFormat(format);
    expect(refused).toThrow(`\`format\` is \`${JSON.stringify(format)}\`. Use "json" or a JSON schema.`);
    expect(refused).toThrow(ConfigurationError);
  });
});

describe("toGrammarPart", () => {
  it("writes references out, which would lead nowhere inside another schema", () => {
    expect(
      toGrammarPart({ properties: { a: { $ref: "#/$defs/N" } }, $defs: { N: { type: "integer", minimum: 1 } } }),
    ).toEqual({
      properties: { a: { type: "integer", minimum: 1 } },
    });
  });
});
