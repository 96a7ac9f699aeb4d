import { describe, expect, it, jest } from "@jest/globals";
import type { Json } from "../../src/base/json.js";
import { convertOnce } from "../../src/base/convert_once.js";
import { toOllamaTool } from "../../src/wires/ollama/tool_schema.js";

const setUp = () => {
  const convert = jest.fn((schema: Json) => ({ kinds: schema.enum }));
  return { convert, once: convertOnce(convert) };
};

describe("a conversion that is made once", () => {
  it("is made once for each schema", () => {
    const { convert, once } = setUp();
    const schema = { enum: ["a"] };
    expect(once(schema)).toBe(once(schema));
    expect(once({ enum: ["a"] })).toEqual({ kinds: ["a"] });
    expect(convert).toHaveBeenCalledTimes(2);
  });

  it("is made anew for a schema that was written into, at any depth", () => {
    const { once } = setUp();
    const schema = { enum: ["a"] };
    once(schema);
    schema.enum.push("b");
    expect(once(schema)).toEqual({ kinds: ["a", "b"] });
  });

  it("leaves the schema to its owner, and its result to nobody", () => {
    const { once } = setUp();
    const schema = { enum: ["a"] };
    const result = once(schema);
    expect([Object.isFrozen(schema), Object.isFrozen(schema.enum)]).toEqual([false, false]);
    expect([Object.isFrozen(result), Object.isFrozen(result.kinds)]).toEqual([true, true]);
    schema.enum.push("b");
    expect(result).toEqual({ kinds: ["a"] });
  });
});

it("a tool whose schema is changed between calls is sent as it is now", () => {
  const properties: Json = { city: { type: "string" } };
  const tool = { type: "function" as const, function: { name: "f", parameters: { type: "object", properties } } };
  const sent = () => toOllamaTool(tool).function;
  expect(sent().parameters).toEqual({ type: "object", properties });
  properties.days = { type: "integer", maximum: 14 };
  tool.function.name = "g";
  expect(sent()).toEqual({
    name: "g",
    parameters: {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "integer", description: "(at most 14)" } },
    },
  });
});
