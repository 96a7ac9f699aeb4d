import { describe, expect, it } from "@jest/globals";
import { AIMessage } from "@langchain/core/messages";
import { Heard } from "../../../src/books/heard.js";
import { searchesOf } from "../../../src/books/spellings/gemini_search.js";
import { tierOfGemini } from "../../../src/books/spellings/gemini_tier.js";
import { usageOfGemini } from "../../../src/books/spellings/gemini_usage.js";
import { costOf, definePriceTable } from "../../../src/callbacks.js";

const whole = { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 };
const of = (counts: Record<string, unknown>) =>
  Object.entries(counts).map(([modality, tokenCount]) => ({ modality, tokenCount }));

describe("usageOfGemini", () => {
  it.each<[string, object, object]>([
    ["what is left out for 0", { promptTokenCount: 5 }, { input_tokens: 5, output_tokens: 0 }],
    ["thoughts for output", { ...whole, thoughtsTokenCount: 50, totalTokenCount: 1150 }, { output_tokens: 150 }],
    ["thoughts for a part of the candidates", { ...whole, thoughtsTokenCount: 50 }, { output_tokens: 100 }],
    ["tool use for input", { ...whole, toolUsePromptTokenCount: 9, totalTokenCount: 1109 }, { input_tokens: 1009 }],
    ["tool use for a part of the prompt", { ...whole, toolUsePromptTokenCount: 9 }, { input_tokens: 1000 }],
    [
      "no total for the usual",
      { promptTokenCount: 10, toolUsePromptTokenCount: 9, candidatesTokenCount: 5, thoughtsTokenCount: 4 },
      { input_tokens: 19, output_tokens: 9 },
    ],
    [
      "documents for pictures",
      { ...whole, promptTokensDetails: of({ TEXT: 400, IMAGE: 100, DOCUMENT: 500 }) },
      { input_token_details: { image: 600 } },
    ],
    [
      "cached tokens that the prompt's list leaves out",
      {
        ...whole,
        cachedContentTokenCount: 600,
        promptTokensDetails: of({ TEXT: 300, AUDIO: 100 }),
        cacheTokensDetails: of({ TEXT: 400, AUDIO: 200 }),
      },
      { input_token_details: { audio: 300, cache_read: 600 }, units: { cachedAudio: 200 } },
    ],
    ["kinds that nobody knows for text", { ...whole, promptTokensDetails: of({ SMELL: 7 }) }, { input_tokens: 1000 }],
  ])("takes %s", (_, usage, expected) => {
    const reading = usageOfGemini({ ...usage });
    expect(reading?.usage).toMatchObject(expected);
    expect([reading?.warnings, reading?.atLeast]).toEqual([undefined, undefined]);
  });

  it.each([
    { candidatesTokenCount: -5 },
    { thoughtsTokenCount: -5, candidatesTokenCount: 100 },
    { candidatesTokenCount: "many" },
    { toolUsePromptTokenCount: 0.5 },
    { candidatesTokensDetails: of({ IMAGE: "many" }) },
    { candidatesTokensDetails: [...of({ IMAGE: "many" }), ...of({ IMAGE: 5 })] },
  ])("leaves %j to be refused", (bad) => {
    const { usage } = usageOfGemini({ promptTokenCount: 1000, ...bad }) ?? {};
    const counts = [usage?.input_tokens, usage?.output_tokens, usage?.output_token_details?.image ?? 0];
    expect(counts.some((count) => !Number.isInteger(count) || Number(count) < 0)).toBe(true);
  });

  it.each([{}, { trafficType: "ON_DEMAND" }, { totalTokenCount: 0 }, { candidatesTokenCount: 5, totalTokenCount: 5 }])(
    "takes %j for no usage",
    (usage) => {
      expect(usageOfGemini(usage)).toBeUndefined();
    },
  );
});

describe("searchesOf", () => {
  it.each([
    ["gemini-2.5-flash", ["a", "b"], 1],
    ["gemini-2.0-flash-001", [], 0],
    ["gemini-3-flash-preview", ["a", "b", "a", ""], 2],
    ["gemini-3.1-pro-preview", ["a"], 1],
    ["gemini-flash-latest", ["a", "b"], 2],
    [undefined, ["a", "b"], 2],
  ])("%s with %j: %i", (model, webSearchQueries, count) => {
    expect(searchesOf({ webSearchQueries }, model)).toBe(count);
  });
});

describe("tierOfGemini", () => {
  it.each<[string | undefined, Record<string, unknown>, object, string | undefined]>([
    ["flex", {}, {}, "flex"],
    [undefined, { serviceTier: "SERVICE_TIER_PRIORITY" }, {}, "priority"],
    [undefined, { serviceTier: "unspecified", trafficType: "ON_DEMAND_FLEX" }, {}, "flex"],
    [undefined, { trafficType: "ON_DEMAND" }, { serviceTier: "priority" }, "standard"],
    [undefined, { trafficType: "TRAFFIC_TYPE_UNSPECIFIED" }, { serviceTier: "flex" }, "flex"],
    [undefined, {}, {}, undefined],
  ])("header %s, usage %j, asked %j: %s", (tier, usageMetadata, params, expected) => {
    expect(tierOfGemini({ answer: { usageMetadata }, tier }, { ...params })).toBe(expected);
  });
});

describe("geminiEvents", () => {
  it.each([
    new Headers({ "x-gemini-service-tier": "flex" }),
    [["X-Gemini-Service-Tier", "flex"]],
    { "x-gemini-service-tier": "flex" },
  ])("reads headers in any form", (headers) => {
    const heard = new Heard();
    heard.event("google-response-MyChat", { data: { modelVersion: "m" }, headers });
    expect(heard.gemini).toMatchObject({ answer: { modelVersion: "m" }, tier: "flex" });
  });

  it("are kept without the prompt, the text and what was looked up", () => {
    const heard = new Heard();
    const usageMetadata = { promptTokenCount: 1 };
    const found = {
      webSearchQueries: ["tides"],
      groundingChunks: [{ web: { uri: "LONG" } }],
      searchEntryPoint: "LONG",
    };
    heard.event("google-request-ChatGoogle", { url: "LONG", headers: {}, body: "LONG" });
    heard.event("google-response-ChatGoogle", { data: undefined, headers: {} });
    heard.event("google-chunk-ChatGoogle", {
      chunk: { usageMetadata, candidates: [{ content: { parts: [{ text: "LONG" }] }, groundingMetadata: found }] },
    });
    heard.event("google-chunk-ChatGoogle", { chunk: { candidates: [{ finishReason: "STOP" }] } });
    expect(heard.gemini?.answer).toMatchObject({ usageMetadata, groundingMetadata: { webSearchQueries: ["tides"] } });
    expect(JSON.stringify(heard)).not.toContain("LONG");
  });

  it("fail no call where they cannot be read", () => {
    const heard = new Heard();
    const broken = Object.defineProperty({}, "chunk", {
      get() {
        throw new Error("broken");
      },
    });
    heard.token(broken);
    heard.event("google-chunk-ChatGoogle", broken);
    expect([heard.chunks, heard.gemini]).toEqual([1, undefined]);
  });

  it("are those of Google's packages alone", () => {
    const heard = new Heard();
    heard.event("google-analytics", { data: {} });
    heard.event("progress", { chunk: {} });
    expect(heard.gemini).toBeUndefined();
  });
});

describe("a message of Google's on its own", () => {
  const rates = { inputUsdPerMillion: "1", cachedInputUsdPerMillion: "0.1", outputUsdPerMillion: "10" };
  const table = definePriceTable([{ model: "gemini-2.5-flash", ...rates, webSearchUsdPerThousand: "35" }]);
  const priced = (usage_metadata: object, response_metadata: object) =>
    costOf(new AIMessage({ content: "", usage_metadata: usage_metadata as never, response_metadata }), {
      table,
      model: "gemini-2.5-flash",
    });
  const counts = (input_tokens: number, output_tokens: number, total_tokens: number, more: object = {}) => ({
    input_tokens,
    output_tokens,
    total_tokens,
    ...more,
  });

  it("has tokens of tool use in its total alone, and a search", () => {
    const { totalUsd, warnings } = priced(
      counts(1000, 150, 1650, { input_token_details: { cache_read: 0 }, output_token_details: { reasoning: 50 } }),
      {
        model_provider: "google",
        model: "gemini-2.5-flash",
        serviceTier: "standard",
        groundingMetadata: { webSearchQueries: ["a", "b"] },
      },
    );
    expect([totalUsd, warnings]).toEqual(["0.038", []]); // 1500 x 1 + 150 x 10, and 1 of 35 a thousand
  });

  it("does not say how often a stream counted what was cached", () => {
    const { totalUsd, warnings } = priced(counts(1000, 100, 1100, { input_token_details: { cache_read: 1800 } }), {
      model_provider: "google-genai",
    });
    expect([totalUsd, warnings]).toEqual(["0.002", [expect.stringMatching(/several times, up to 1800/)]]);
  });

  it("says it once where core made it of events", () => {
    const { totalUsd, warnings } = priced(counts(1000, 100, 1100, { input_token_details: { cache_read: 600 } }), {
      model_provider: "google-genai",
      output_version: "v1",
    });
    expect([totalUsd, warnings]).toEqual(["0.00146", []]); // 400 x 1 + 600 x 0.1 + 100 x 10
  });
});
