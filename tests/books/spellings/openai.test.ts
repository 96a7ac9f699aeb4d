import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { evidenceOfMessage } from "../../../src/books/spellings/evidence.js";
import { readOpenAI } from "../../../src/books/spellings/openai.js";
import type { Reading } from "../../../src/books/spellings/spelled.js";

type Fields = Record<string, unknown>;

const reads = (response_metadata: Fields, params: Fields = {}, message: Fields = {}): Reading | undefined =>
  readOpenAI(evidenceOfMessage({ response_metadata, ...message }, { params }));

const COUNTS = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

describe("what is read of servers that speak OpenAI's language", () => {
  it("says nothing where nothing is said", () => {
    expect(reads({ usage: {} })).toBeUndefined();
    expect(reads({}, { tools: [{ type: "function" }, { type: "custom" }, {}] })).toBeUndefined();
    expect(reads({ output: [{ type: "message" }, { type: "reasoning" }, { type: "function_call" }] })).toBeUndefined();
  });

  it.each<[string, Fields, Fields]>([
    [
      "xAI's counts of tools",
      { server_side_tool_usage_details: { web_search_calls: 2, x_search_calls: 1 } },
      { webSearch: 2, socialSearch: 1 },
    ],
    ["xAI's sources", { num_sources_used: 3 }, { webSearch: 3 }],
    ["xAI's sources, where there were none", { num_sources_used: 0 }, {}],
    [
      "cached audio",
      { prompt_tokens_details: { cached_tokens_details: { audio_tokens: 4, text_tokens: 1 } } },
      { cachedAudio: 4 },
    ],
  ])("counts %s", (_, more, units) => {
    expect(reads({ usage: { ...COUNTS, ...more } })?.usage?.units ?? {}).toEqual(units);
  });

  it.each<[string, Fields, unknown]>([
    ["a number", { cost: 0.5 }, 0.5],
    ["a text", { cost: "0.5" }, "0.5"],
    ["ticks", { cost_in_usd_ticks: 1 }, 1e-10],
    ["a sum", { cost: { total_cost: 0.5 } }, 0.5],
    ["a sum in dollars", { cost: { total_cost: 0.5, currency: "USD" } }, 0.5],
    ["a sum in another currency", { cost: { total_cost: 0.5, currency: "EUR" } }, undefined],
    ["ticks that are text", { cost_in_usd_ticks: "1" }, undefined],
  ])("takes %s as the cost", (_, more, cost) => {
    expect(reads({ usage: { ...COUNTS, ...more } })?.cost).toBe(cost);
  });

  it.each<[string, Fields, RegExp | undefined]>([
    ["a live search that was not asked for", { search_parameters: { mode: "off" } }, undefined],
    ["a live search that may have happened", { search_parameters: { mode: "auto" } }, /`search_parameters`/],
    ["a tool of the server's", { tools: [{ type: "function" }, { type: "x_search" }] }, /`x_search`/],
    ["no search option", { web_search_options: null }, undefined],
  ])("knows of %s", (_, params, words) => {
    const atLeast = reads({ usage: COUNTS }, params)?.atLeast;
    if (words === undefined) expect(atLeast).toBeUndefined();
    else expect(atLeast).toMatch(words);
  });

  it("counts an item that is said in two places once, and what has no id at all", () => {
    const call = { type: "web_search_call", id: "ws_1" };
    expect(reads({ output: [call, call] })?.usage).toBeUndefined();
    expect(reads({ usage: COUNTS, output: [call, call, { type: "file_search_call" }] })?.usage?.units).toEqual({
      webSearch: 1,
      storageSearch: 1,
    });
  });

  it("tells xAI's searches of X from tools of the caller's own", () => {
    const output = [
      { type: "custom_tool_call", id: "ctc_1", name: "x_keyword_search" },
      { type: "x_search_call", id: "xs_1" },
      { type: "custom_tool_call", id: "ctc_2", name: "my_tool" },
    ];
    expect(reads({ usage: COUNTS, output })?.usage?.units).toEqual({ socialSearch: 2 });
  });

  it("says what xAI counts under no name of ours", () => {
    const calls = { web_search_calls: 0, mcp_calls: 2, document_search_calls: 1, image_generation_calls: 0 };
    const reading = reads({ usage: { ...COUNTS, server_side_tool_usage_details: calls } });
    expect(reading?.atLeast).toMatch(/`document_search_calls`/);
    expect(reading?.usage?.units).toEqual({ webSearch: 0 });
  });

  it("does not take the sum of two totals for one", () => {
    const merged = { input_tokens: 5, output_tokens: 2, ...COUNTS, total_tokens: 14 };
    expect(reads({ usage: merged })?.usage).toEqual({ input_tokens: 5, output_tokens: 2 });
    expect(reads({ usage: { ...merged, total_tokens: 9 } })?.usage).toMatchObject({ total_tokens: 9 });
  });

  it("throws on nothing", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (usage, output, params) => {
        expect(() =>
          reads({ usage, output, tool_usage: usage, x_groq: output }, { tools: params, model: usage }),
        ).not.toThrow();
      }),
    );
  });
});

describe("a report in two spellings", () => {
  const warned = (usage: Fields) => reads({ usage: { ...COUNTS, ...usage } })?.warnings;

  it.each<[string, Fields]>([
    ["are the same", { input_tokens: 5, output_tokens: 2 }],
    ["differ by the cache's tokens", { input_tokens: 1, cache_read_input_tokens: 4, output_tokens: 2 }],
    ["are zeros in one", { input_tokens: 0, output_tokens: 0 }],
  ])("is fine where they %s", (_, usage) => {
    expect(warned(usage)).toEqual([]);
  });

  it.each<[Fields, RegExp]>([
    [{ input_tokens: 9 }, /`prompt_tokens` is 5, `input_tokens` 9/],
    [{ output_tokens: 9 }, /`completion_tokens` is 2, `output_tokens` 9/],
  ])("contradicts itself, with a warning: %j", (usage, words) => {
    expect(warned(usage)).toEqual([expect.stringMatching(words)]);
  });
});
