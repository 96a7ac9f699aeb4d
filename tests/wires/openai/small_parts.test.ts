import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ContextWindowError } from "../../../src/base/errors.js";
import { toDecimal } from "../../../src/wires/openai/declared_cost.js";
import { outputThatFits } from "../../../src/wires/openai/fit_output.js";
import { callFormat, readCall } from "../../../src/wires/openai/schema_call.js";
import { withoutShortUsage } from "../../../src/wires/openai/short_usage.js";
import { MarkupScanner } from "../../../src/wires/openai/tool_markup.js";

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

describe("output that fits", () => {
  const error = (message: string, contextTokens?: number, promptTokens?: number) =>
    new ContextWindowError(message, { contextTokens, promptTokens });

  it.each([
    [error("too long", 1024, 32), 992],
    [error("too long", 1024, 1024), undefined],
    [error("too long", 1024), undefined],
    [error("too long", undefined, 32), undefined],
    [error("max_tokens=5000 cannot be greater than max_model_len=1024", 1024), 1024],
  ])("%s", (refusal, room) => {
    expect(outputThatFits(refusal)).toBe(room);
  });
});

describe("calls by schema", () => {
  const [f, g] = [
    { name: "f", parameters: { properties: { a: { type: "string" } } } },
    { name: "g", parameters: {} },
  ];

  it.each([
    [[f], '{"a":"x"}', { name: "f", args: '{"a":"x"}' }],
    [[f], '```json\n{"a":"x"}\n```', { name: "f", args: '{"a":"x"}' }],
    [[f], '{"name":"f","arguments":{"a":"x"}}', { name: "f", args: '{"a":"x"}' }],
    [[f, g], '{"name":"g","arguments":{}}', { name: "g", args: "{}" }],
    [[f, g], '{"name":"h","arguments":{}}', undefined],
    [[f, g], '{"a":"x"}', undefined],
    [[f], "[1]", undefined],
    [[f], "sure", undefined],
  ])("%j reads %s", (tools, text, call) => {
    expect(readCall(text, tools)).toEqual(call);
  });

  it("ask for an object even where the tool does not say so", () => {
    expect(callFormat([f])).toEqual({
      type: "json_schema",
      json_schema: { name: "tool_call", schema: { type: "object", properties: { a: { type: "string" } } } },
    });
  });
});

describe("llama.cpp's figure for several answers", () => {
  const usage = { input_tokens: 34, output_tokens: 4, total_tokens: 38 };

  it.each([
    [
      "is short",
      [{ usage, metadata: { timings: {} } }, { choice: 1 }],
      [{ metadata: { timings: {} }, partialUsage: { input_tokens: 34 } }, { choice: 1 }],
    ],
    ["is right for one", [{ usage, metadata: { timings: {} } }], [{ usage, metadata: { timings: {} } }]],
    ["is another server's", [{ usage, metadata: {} }, { choice: 1 }], [{ usage, metadata: {} }, { choice: 1 }]],
  ])("%s", (_name, answers, expected) => {
    expect(withoutShortUsage(answers)).toEqual(expected);
  });
});
