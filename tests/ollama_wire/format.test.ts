import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../src/errors.js";
import { toFormat, toGrammarPart } from "../../src/ollama_wire/format.js";

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

  it.each([
    ["^[0-9]{3}$", true],
    ["[0-9]", false],
    ["^(?!a)b$", false],
    ["^\\bword$", false],
    ["^\\p{L}$", false],
    ["^a\\.b$", true],
  ])("keeps the pattern %s: %s", (pattern, isKept) => {
    const schema = { type: "object", properties: { pattern: { type: "string", pattern } } };
    const kept = { type: "object", properties: { pattern: isKept ? { type: "string", pattern } : { type: "string" } } };
    expect(toFormat(schema)).toEqual(kept);
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
