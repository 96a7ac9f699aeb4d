import * as genai from "@pydantic/genai-prices";
import { definePriceTable, fromGenaiPrices } from "../../src/callbacks.js";
import { cut, sse } from "../support/wire_script.js";
import { onGeminiApi, onNode, onVertex } from "./chat_google.js";
import { gemini, modalities, searched } from "./gemini.js";
import { testReports } from "./reports.js";

const FLASH = { inputUsdPerMillion: "0.30", cachedInputUsdPerMillion: "0.03", outputUsdPerMillion: "2.50" };
const table = definePriceTable([{ model: "gemini-2.5-flash", ...FLASH, webSearchUsdPerThousand: "35" }]);
const common = { model: onGeminiApi(), table };

const usage = { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 };
const trafficAlone = {
  candidates: [{ content: { role: "model", parts: [{ text: "Hel" }] } }],
  usageMetadata: { trafficType: "ON_DEMAND" },
};

testReports([
  {
    ...common,
    name: "thoughts and tool use of Node's own class",
    answers: gemini({ ...usage, thoughtsTokenCount: 50, toolUsePromptTokenCount: 400, totalTokenCount: 1550 }),
    model: onNode,
    usd: "0.000795", // 1400 x 0.30 + 150 x 2.50
    billed: "google_genai/gemini-2.5-flash",
  },
  {
    ...common,
    name: "thoughts of Node's own class, of core's events",
    answers: { events: gemini({ ...usage, thoughtsTokenCount: 50, totalTokenCount: 1150 }).stream },
    model: onNode,
    usd: "0.000675", // 1000 x 0.30 + 150 x 2.50
    warnings: [/50 .*total/],
  },
  {
    ...common,
    // Either API has been seen to count so: https://github.com/BerriAI/litellm/pull/10141
    name: "thoughts within the candidates, as the total shows",
    answers: gemini({ ...usage, thoughtsTokenCount: 50 }),
    usd: "0.00055", // 1000 x 0.30 + 100 x 2.50
    outputTokens: 100,
    totals: { reasoningTokens: 50 },
  },
  {
    ...common,
    name: "thoughts alone, where the limit left nothing for an answer",
    answers: gemini({ promptTokenCount: 1000, thoughtsTokenCount: 50, totalTokenCount: 1050 }),
    usd: "0.000425", // 1000 x 0.30 + 50 x 2.50
  },
  {
    ...common,
    name: "tool use within the prompt, as the total shows",
    answers: gemini({ ...usage, toolUsePromptTokenCount: 400 }),
    usd: "0.00055",
  },
  {
    ...common,
    name: "all kinds of tokens at once",
    answers: gemini({
      promptTokenCount: 1000,
      cachedContentTokenCount: 600,
      toolUsePromptTokenCount: 300,
      candidatesTokenCount: 100,
      thoughtsTokenCount: 50,
      totalTokenCount: 1450,
      promptTokensDetails: modalities({ TEXT: 700, AUDIO: 300 }),
      cacheTokensDetails: modalities({ TEXT: 500, AUDIO: 100 }),
      toolUsePromptTokensDetails: modalities({ TEXT: 300 }),
      candidatesTokensDetails: modalities({ TEXT: 100 }),
    }),
    table: fromGenaiPrices(genai),
    // Text 200 x 0.30 + 500 x 0.03, audio 200 x 1.00 + 100 x 0.10, tool use 300 x 0.30, output 150 x 2.50
    usd: "0.00075",
    inputTokens: 1300,
    outputTokens: 150,
    totals: { cachedInputTokens: 600, reasoningTokens: 50 },
  },
  {
    ...common,
    name: "thoughts, words and a picture of Gemini 3",
    answers: gemini(
      {
        promptTokenCount: 326,
        candidatesTokenCount: 1160,
        thoughtsTokenCount: 300,
        totalTokenCount: 1786,
        promptTokensDetails: modalities({ TEXT: 326 }),
        candidatesTokensDetails: modalities({ IMAGE: 1120 }),
      },
      { modelVersion: "gemini-3-pro-image-preview" },
    ),
    model: onGeminiApi({ model: "gemini-3-pro-image-preview" }),
    table: fromGenaiPrices(genai),
    usd: "0.139132", // 326 x 2 + 340 x 12 + 1120 x 120
  },
  {
    ...common,
    name: "a search on a model that a path names",
    answers: gemini(usage, {
      candidate: searched("tides", "tides", "why tides", ""),
      modelVersion: "models/gemini-2.5-flash",
    }),
    usd: "0.03555", // 1000 x 0.30 + 100 x 2.50, and 1 of 35 a thousand
  },
  {
    ...common,
    name: "a search whose queries a stream tells early",
    answers: {
      stream: sse(
        [
          {
            ...gemini0(usage),
            candidates: [{ content: { role: "model", parts: [{ text: "He" }] }, ...searched("tides") }],
          },
          gemini0(usage),
        ],
        { done: false },
      ),
    },
    usd: "0.03555",
  },
  {
    ...common,
    name: "a look-up with Google Maps, which has no price here",
    answers: gemini(usage, { candidate: { groundingMetadata: { groundingChunks: [{ maps: { placeId: "1" } }] } } }),
    usd: "0.00055",
    between: ["0.00055", undefined],
    warnings: [/Google Maps/],
  },
  {
    ...common,
    name: "a stream whose events but the last have no counts",
    answers: {
      stream: sse([trafficAlone, trafficAlone, gemini0({ ...usage, trafficType: "ON_DEMAND" })], { done: false }),
    },
    model: onVertex(),
    usd: "0.00055",
  },
  {
    ...common,
    name: "a stream that was cut before any count",
    answers: { stream: sse([trafficAlone, cut], { done: false }) },
    model: onVertex(),
    fails: /terminated/,
    usd: undefined,
    warnings: [/no usage/],
  },
]);

/** A last event of a stream. */
function gemini0(usageMetadata: object): object {
  return {
    candidates: [{ content: { role: "model", parts: [{ text: "!" }] }, finishReason: "STOP", index: 0 }],
    usageMetadata,
    modelVersion: "gemini-2.5-flash",
  };
}
