import { describe, expect, it } from "@jest/globals";
import { reconcile } from "../../../src/books/spellings/reconcile.js";
import type { Reading, SpelledUsage } from "../../../src/books/spellings/spelled.js";
import { withTotal } from "../../../src/books/spellings/total.js";

const made = (input: unknown, output: unknown, more: Partial<SpelledUsage> = {}): SpelledUsage => ({
  input_tokens: input,
  output_tokens: output,
  ...more,
});
const raw = (usage: SpelledUsage, more: Partial<Reading> = {}): Reading => ({ usage, ...more });
const cached = (count: number) => ({ input_token_details: { cache_read: count } });

describe("one report of two", () => {
  it("is the one that there is", () => {
    expect(reconcile(made(10, 5), undefined).usage).toEqual(made(10, 5));
    expect(reconcile(undefined, raw(made(10, 5))).usage).toEqual(made(10, 5));
    expect(reconcile(undefined, undefined).usage).toBeUndefined();
  });

  it("is the one that says something", () => {
    expect(reconcile(made(10, 5), raw(made(0, 0), { isBetter: true }))).toMatchObject({ usage: made(10, 5) });
  });

  it("has the details of both", () => {
    const reading = reconcile(
      made(10, 5, { ...cached(4), output_token_details: { reasoning: 2 } }),
      raw(made(10, 5, { ...cached(4), units: { webSearch: 1 } }), { cost: 0.5 }),
    );
    expect(reading).toEqual({
      usage: made(10, 5, { ...cached(4), output_token_details: { reasoning: 2 }, units: { webSearch: 1 } }),
      cost: 0.5,
    });
  });

  it("is the server's own detail where they differ, with a warning", () => {
    const reading = reconcile(made(10, 5, cached(8)), raw(made(10, 5, cached(4))));
    expect(reading.usage).toEqual(made(10, 5, cached(4)));
    expect(reading.warnings).toEqual([expect.stringMatching(/says `?8`? of `cache_read`.*4/)]);
  });

  it("is the server's own where it adds up, with a warning", () => {
    const reading = reconcile(made(10, 9), raw(made(10, 5, { total_tokens: 15 })));
    expect(reading.usage).toMatchObject({ output_tokens: 5 });
    expect(reading.warnings).toHaveLength(1);
  });

  it("is LangChain's where the server's does not add up, with a warning", () => {
    const reading = reconcile(made(10, 9), raw(made(10, 5, { total_tokens: 99 })));
    expect(reading.usage).toMatchObject({ output_tokens: 9 });
    expect(reading.warnings).toHaveLength(1);
  });
});

it("two reports that differ are a contradiction, also where one is a multiple of the other but nothing was merged", () => {
  const reading = reconcile(made(100, 10), raw(made(200, 20)), true);
  expect(reading.usage).toEqual(made(200, 20));
  expect(reading.warnings).toEqual([expect.stringContaining("says 100 and 10 tokens, the server itself 200 and 20")]);
});

it("a multiple that is a text is none", () => {
  expect(reconcile(made(100, 10), raw(made("200", 20))).warnings).toHaveLength(1);
});

describe("a report that merging chunks counted several times", () => {
  it("is counted once, with all that it has", () => {
    const reading = reconcile(
      made(1600, 90, { total_tokens: 3380 }),
      raw(made(3200, 180, { total_tokens: 3380, ...cached(800), units: { webSearch: 4 } }), { cost: 0.00624 }),
    );
    expect(reading).toEqual({
      usage: made(1600, 90, { total_tokens: 1690, ...cached(400), units: { webSearch: 2 } }),
      cost: 0.00312,
    });
  });

  it("shares a cost that was added up inexactly", () => {
    const cost = 0.00312 + 0.00312 + 0.00312;
    expect(reconcile(made(10, 5), raw(made(30, 15), { cost })).cost).toBe(0.00312);
  });

  it("says nothing where a running figure was added up", () => {
    const reading = reconcile(made(32, 9), raw(made(96, 15, { total_tokens: 111 }), { cost: 0.5 }));
    expect(reading.usage).toEqual(made(32, 9));
    expect(reading.cost).toBeUndefined();
    expect(reading.warnings).toEqual([expect.stringContaining("added up over a stream")]);
    expect(reconcile(made(32, 9), raw(made(96, 15))).warnings ?? []).toEqual([]);
  });
});

describe("a total beside its parts", () => {
  const reasoning = (count: number) => ({ output_token_details: { reasoning: count } });

  it.each<[string, SpelledUsage, number]>([
    ["that equals them", made(500, 500, { total_tokens: 1000, ...reasoning(200) }), 500],
    ["that nobody said", made(500, 500, reasoning(200)), 500],
  ])("%s leaves them alone", (_, usage, output) => {
    expect(withTotal({ usage })).toEqual({ usage });
    expect(usage.output_tokens).toBe(output);
  });

  it.each<[string, SpelledUsage, number]>([
    ["reasoning beside the output", made(32, 9, { total_tokens: 135, ...reasoning(94) }), 103],
    ["more of the output than of reasoning", made(32, 200, { total_tokens: 326, ...reasoning(94) }), 294],
    ["reasoning that only the total knows", made(32, 9, { total_tokens: 135 }), 103],
  ])("shows %s", (_, usage, output) => {
    const read = withTotal({ usage });
    expect(read.usage).toMatchObject({ output_tokens: output, output_token_details: { reasoning: 94 } });
    expect(read.assumptions).toHaveLength(1);
  });

  it.each<[string, SpelledUsage, boolean]>([
    ["less than they are", made(500, 500, { total_tokens: 900 }), false],
    ["more, by other than the reasoning", made(500, 500, { total_tokens: 1100, ...reasoning(40) }), true],
    ["no count", made(500, 500, { total_tokens: "many5" }), false],
  ])("contradicts them: %s", (_, usage, isLeast) => {
    const read = withTotal({ usage });
    expect(read.usage).toEqual(usage);
    expect(read.warnings).toHaveLength(1);
    expect(read.atLeast !== undefined).toBe(isLeast);
  });
});
