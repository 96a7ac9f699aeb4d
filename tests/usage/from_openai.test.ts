import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { credibleUsage, type WireUsage } from "../../src/usage/credible.js";
import { usageFromOpenAI } from "../../src/usage/from_openai.js";

const usage = (input_tokens: number, output_tokens: number, more = {}) => ({
  usage: { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens, ...more },
});

describe("usage on the wire", () => {
  const rows: [name: string, json: Record<string, unknown>, expected: WireUsage | undefined][] = [
    ["nothing", {}, undefined],
    ["null", { usage: null }, undefined],
    ["empty", { usage: {} }, undefined],
    ["both counts", { usage: { prompt_tokens: 5, completion_tokens: 2 } }, usage(5, 2)],
    ["under the other names", { usage: { input_tokens: 5, output_tokens: 2 } }, usage(5, 2)],
    ["one count", { usage: { prompt_tokens: 5 } }, { partial: { input_tokens: 5 } }],
    ["the other count", { usage: { completion_tokens: 2, prompt_tokens: null } }, { partial: { output_tokens: 2 } }],
    ["negative", { usage: { prompt_tokens: -5, completion_tokens: 2 } }, { partial: { output_tokens: 2 } }],
    ["fractions", { usage: { prompt_tokens: 5.5, completion_tokens: "2" } }, undefined],
    ["in the last choice", { choices: [{}, { usage: { prompt_tokens: 5, completion_tokens: 2 } }] }, usage(5, 2)],
    ["under x_groq", { x_groq: { usage: { prompt_tokens: 5, completion_tokens: 2 } } }, usage(5, 2)],
    [
      "details",
      {
        usage: {
          prompt_tokens: 5,
          completion_tokens: 2,
          prompt_tokens_details: { cached_tokens: 3, created_cache_tokens: 1 },
          completion_tokens_details: { reasoning_tokens: 1 },
        },
      },
      usage(5, 2, {
        input_token_details: { cache_read: 3, cache_creation: 1 },
        output_token_details: { reasoning: 1 },
      }),
    ],
    [
      "DeepSeek's cache",
      { usage: { prompt_tokens: 5, completion_tokens: 2, prompt_cache_hit_tokens: 4 } },
      usage(5, 2, { input_token_details: { cache_read: 4 } }),
    ],
    [
      "timings",
      { timings: { prompt_n: 3, cache_n: 2, predicted_n: 4 } },
      usage(5, 4, { input_token_details: { cache_read: 2 } }),
    ],
    ["timings before there was a cache", { timings: { prompt_n: 3, predicted_n: 4 } }, usage(3, 4)],
    [
      "usage before timings",
      { usage: { prompt_tokens: 9, completion_tokens: 9 }, timings: { prompt_n: 3, predicted_n: 4 } },
      usage(9, 9),
    ],
    [
      "timings before zeros",
      { usage: { prompt_tokens: 0, completion_tokens: 0 }, timings: { prompt_n: 3, predicted_n: 4 } },
      usage(3, 4),
    ],
    ["timings beside a usage that says nothing", { usage: {}, timings: { prompt_n: 3, predicted_n: 4 } }, usage(3, 4)],
  ];

  it.each(rows)("%s", (_name, json, expected) => {
    expect(usageFromOpenAI(json)).toEqual(expected);
  });

  it("never throws, and never makes up a count", () => {
    const count = fc.oneof(fc.nat(), fc.constantFrom(-1, 0, 1.5, null, "7", {}), fc.double());
    const places = fc.constantFrom(
      "prompt_tokens",
      "completion_tokens",
      "input_tokens",
      "output_tokens",
      "total_tokens",
    );
    const measures = fc.constantFrom("prompt_n", "cache_n", "predicted_n");
    const said = fc.record(
      {
        usage: fc.oneof(fc.dictionary(places, count), fc.jsonValue()),
        timings: fc.oneof(fc.dictionary(measures, count), fc.jsonValue()),
        choices: fc.oneof(fc.array(fc.record({ usage: fc.dictionary(places, count) })), fc.jsonValue()),
        x_groq: fc.oneof(fc.record({ usage: fc.dictionary(places, count) }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(said, (json) => {
        const { usage, partial } = usageFromOpenAI(json) ?? {};
        const numbers = numbersIn(json);
        for (const found of [
          usage?.input_tokens,
          usage?.output_tokens,
          partial?.input_tokens,
          partial?.output_tokens,
        ]) {
          if (found === undefined) continue;
          // llama.cpp says the input in two parts.
          expect(numbers.some((part) => part === found || numbers.includes(found - part))).toBe(true);
        }
      }),
    );
  });
});

describe("what is believed of it", () => {
  const rows: [name: string, found: WireUsage | undefined, hasOutput: boolean, expected: WireUsage | undefined][] = [
    ["a whole figure", usage(5, 2), true, usage(5, 2)],
    ["no output, none counted", usage(5, 0), false, usage(5, 0)],
    ["output, none counted", usage(5, 0), true, { partial: { input_tokens: 5 } }],
    ["no prompt counted", usage(0, 2), true, { partial: { output_tokens: 2 } }],
    ["nothing counted", usage(0, 0), true, undefined],
    ["nothing counted, nothing said", usage(0, 0), false, undefined],
    ["half a figure of zero", { partial: { output_tokens: 0 } }, true, undefined],
    ["half a figure", { partial: { input_tokens: 5 } }, true, { partial: { input_tokens: 5 } }],
    ["none", undefined, true, undefined],
  ];

  it.each(rows)("%s", (_name, found, hasOutput, expected) => {
    expect(credibleUsage(found, hasOutput)).toEqual(expected);
  });
});

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
