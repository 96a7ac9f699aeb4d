import { describe, expect, it } from "@jest/globals";
import { tokenCount } from "../../src/base/counts.js";
import { addUsage, toUsage } from "../../src/base/usage.js";

describe("a count", () => {
  it.each([0, 1, Number.MAX_SAFE_INTEGER])("is %p", (count) => {
    expect(tokenCount(count)).toBe(count);
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53, "3", 3n, null, undefined, [3], {}])("is not %p", (value) => {
    expect(tokenCount(value)).toBeUndefined();
  });
});

describe("the sum of usage", () => {
  it("has a detail as soon as one of its parts has it", () => {
    expect(addUsage(toUsage(10, 2, { cacheRead: 4 }), toUsage(5, 1, { reasoning: 0 }))).toStrictEqual({
      input_tokens: 15,
      output_tokens: 3,
      total_tokens: 18,
      input_token_details: { cache_read: 4 },
      output_token_details: { reasoning: 0 },
    });
  });

  it("of one is that one, with its total", () => {
    expect(addUsage(undefined, { input_tokens: 5, output_tokens: 1 })).toStrictEqual(toUsage(5, 1));
  });
});
