import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { toDecimal } from "../../../src/wires/openai/declared_cost.js";
import { hasMarkup } from "../../../src/answer/tool_markup.js";

describe("amounts as plain decimals", () => {
  it("are the number that was written", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (amount) => {
        const decimal = toDecimal(String(amount));
        expect(Number(decimal)).toBe(amount);
        expect(decimal).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });

  it.each([[null], [""], ["None"], ["nan"], ["inf"], ["-1"], ["1e9999"], ["0x10"], ["1 USD"]])("%p is none", (text) => {
    expect(toDecimal(text)).toBeUndefined();
  });
});

describe("raw tool calls in a text", () => {
  it("are found whatever stands before them", () => {
    const marks = fc.constantFrom("<tool_call>", "[TOOL_CALLS]", "<|python_tag|>", "[TOOL_REQUEST]", "<function=");
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), marks, (before, mark) => {
        expect(hasMarkup(`${before}${mark}{}`)).toBe(true);
      }),
    );
  });

  it.each(["<tool_calls are great", "see [TOOL] and <think>", "f(x)"])("%s is none", (text) => {
    expect(hasMarkup(text)).toBe(text.includes("<tool_call>"));
  });
});
