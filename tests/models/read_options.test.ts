import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { FIREWORKS_OPTIONS } from "../../src/providers/fireworks/options.js";
import { OLLAMA_OPTIONS } from "../../src/providers/ollama/options.js";
import { OPENLLM_OPTIONS } from "../../src/providers/openllm/options.js";
import { kept, number, sent, type OptionTable } from "../../src/models/option_table.js";
import { mergeOptions, readOptions, toFields } from "../../src/models/read_options.js";

const options: OptionTable = {
  heat: sent("temperature", number(0, 2)),
  cap: sent("max", number(), { isNone: (value) => value === -1 }),
  lid: sent("lid", number(), { excludes: "cap" }),
  top: { isStored: true, aliasOf: "cap" },
  place: kept(),
};
const known = { options };
const settle = (ofModel: object, ofCall: object) =>
  mergeOptions(options, readOptions(known, ofModel, "constructor"), readOptions(known, ofCall, "call"));

describe("options of a constructor and of a call", () => {
  it.each<[ofModel: object, ofCall: object, settled: object]>([
    [{ heat: 1 }, {}, { heat: 1 }],
    [{ heat: 1 }, { heat: 0 }, { heat: 0 }],
    [{ heat: 1 }, { heat: undefined }, { heat: 1 }],
    [{ heat: 1 }, { heat: null }, {}],
    [{ heat: null }, { heat: 2 }, { heat: 2 }],
    [{ cap: 5 }, { cap: -1 }, {}],
    [{ top: 5 }, {}, { cap: 5 }],
    [{ top: 5, cap: 6 }, {}, { cap: 6 }],
    [{ top: 5 }, { cap: null }, {}],
    [{ cap: 5 }, { lid: 3 }, { lid: 3 }],
    [{ lid: 3 }, { cap: 5 }, { cap: 5 }],
    [{ lid: 3 }, { top: 5 }, { cap: 5 }],
    [{ lid: 3 }, { cap: null }, { lid: 3 }],
  ])("%j and %j are %j", (ofModel, ofCall, settled) => {
    expect(settle(ofModel, ofCall)).toEqual(settled);
  });

  it("two that exclude each other are refused in one place", () => {
    expect(() => settle({ cap: 1, lid: 1 }, {})).toThrow("`cap` and `lid` are both set.");
    expect(() => settle({}, { top: 1, lid: 1 })).toThrow("both set");
    expect(() => settle({ lid: 1, top: 1 }, {})).toThrow("both set");
  });

  it("what is settled has no null, and what is sent is a field of the table", () => {
    const value = fc.option(fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constant(-1)), { nil: null });
    const source = fc.dictionary(fc.constantFrom("heat", "cap", "top"), value);
    fc.assert(
      fc.property(source, source, (ofModel, ofCall) => {
        const clean = (given: object) =>
          Object.fromEntries(Object.entries(given).filter(([name, it]) => name !== "heat" || it !== -1));
        const settled = settle(clean(ofModel), clean(ofCall));
        expect(Object.values(settled)).not.toContain(null);
        expect(Object.values(settled)).not.toContain(-1);
        expect(["temperature", "max"]).toEqual(expect.arrayContaining(Object.keys(toFields(options, settled))));
      }),
    );
  });
});

describe.each([
  ["ChatFireworks", FIREWORKS_OPTIONS],
  ["ChatOpenLLM", OPENLLM_OPTIONS],
  ["ChatOllamaLite", OLLAMA_OPTIONS],
] as [string, OptionTable][])("the table of %s", (_, table) => {
  it("has aliases and exclusions of options that are there, and no field twice", () => {
    const others = Object.values(table).flatMap(({ aliasOf, excludes }) =>
      [aliasOf, excludes].filter((name) => name !== undefined),
    );
    expect(others.filter((name) => !(name in table))).toEqual([]);
    const fields = Object.values(table).flatMap(({ wire }) => wire ?? []);
    expect(fields.filter((field, index) => fields.indexOf(field) !== index)).toEqual([]);
  });

  it("stores nothing that may be a secret or is no data", () => {
    const unstored = ["apiKey", "headers", "fetch", "costs", "callbacks", "cache", "signal", "baseUrl"];
    expect(unstored.filter((name) => table[name]?.isStored !== false)).toEqual([]);
  });
});
