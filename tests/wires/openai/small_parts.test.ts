import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { toDecimal } from "../../../src/wires/openai/declared_cost.js";
import { MarkupScanner } from "../../../src/answer/tool_markup.js";

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
  it("are found however the text is cut", () => {
    const marks = fc.constantFrom("<tool_call>", "[TOOL_CALLS]", "<|python_tag|>", "[TOOL_REQUEST]", "<function=");
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), marks, fc.array(fc.nat({ max: 50 })), (before, mark, cuts) => {
        const text = `${before}${mark}{}`;
        const scanner = new MarkupScanner();
        let at = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
          scanner.see(text.slice(at, Math.max(at, cut)));
          at = Math.max(at, cut);
        }
        expect(scanner.found).toBe(true);
      }),
    );
  });

  it.each(["<tool_calls are great", "see [TOOL] and <think>", "f(x)"])("%s is none", (text) => {
    const scanner = new MarkupScanner();
    scanner.see(text);
    expect(scanner.found).toBe(text.includes("<tool_call>"));
  });
});
