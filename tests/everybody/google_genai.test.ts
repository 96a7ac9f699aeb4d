import { HumanMessage } from "@langchain/core/messages";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import * as genai from "@pydantic/genai-prices";
import { definePriceTable, fromGenaiPrices } from "../../src/callbacks.js";
import { sse } from "../support/wire_script.js";
import { events, gemini, modalities, searched } from "./gemini.js";
import { testReports } from "./reports.js";

// A stream that breaks off is not tried here: the package's client leaves a rejection that nobody handles.

const provider = "google_genai";
const FLASH = { inputUsdPerMillion: "0.30", cachedInputUsdPerMillion: "0.03", outputUsdPerMillion: "2.50" };
const table = definePriceTable([
  { provider, model: "gemini-2.5-flash", ...FLASH },
  { provider, model: "gemini-2.5-flash-image", ...FLASH, outputImageUsdPerMillion: "30" },
]);
const withSearch = definePriceTable([{ provider, model: "gemini-2.5-flash", ...FLASH, webSearchUsdPerThousand: "35" }]);

const usage = { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 };
const thinking = { ...usage, thoughtsTokenCount: 50, totalTokenCount: 1150 };
const cached = { ...usage, cachedContentTokenCount: 600 };
const page = { promptTokenCount: 20, candidatesTokenCount: 30, toolUsePromptTokenCount: 500, totalTokenCount: 550 };

const of =
  (model: string, streaming = false) =>
  (url: string) =>
    new ChatGoogleGenerativeAI({ model, streaming, apiKey: "k", baseUrl: url, maxRetries: 0 });
const common = { model: of("gemini-2.5-flash"), table };
const [first, second] = events(usage);

testReports([
  {
    ...common,
    name: "text",
    answers: gemini(usage),
    usd: "0.00055", // 1000 x 0.30 + 100 x 2.50
    inputTokens: 1000,
    outputTokens: 100,
    billed: "google_genai/gemini-2.5-flash",
  },
  {
    ...common,
    name: "cached input, also where its count is repeated on each event of a stream",
    answers: gemini(cached),
    usd: "0.000388", // 400 x 0.30 + 600 x 0.03 + 100 x 2.50
    totals: { cachedInputTokens: 600 },
  },
  {
    ...common,
    name: "cached input of a stream behind invoke",
    answers: { invoke: gemini(cached).stream },
    model: of("gemini-2.5-flash", true),
    usd: "0.000388",
  },
  {
    ...common,
    name: "cached input of a stream of one event",
    answers: { stream: sse([events(cached).at(-1)], { done: false }) },
    usd: "0.000388",
  },
  {
    ...common,
    name: "cached input, whose count core's events have once",
    answers: { events: gemini(cached).stream },
    usd: "0.000388",
  },
  {
    ...common,
    name: "thoughts, of which only the sum of all tokens tells",
    answers: gemini(thinking),
    usd: "0.000675", // 1000 x 0.30 + 150 x 2.50
    outputTokens: 150,
    warnings: [/50 .*total/],
  },
  {
    ...common,
    name: "a page that was read for the prompt: its tokens may be thoughts as well",
    answers: gemini(page, {
      candidate: { urlContextMetadata: { urlMetadata: [{ retrievedUrl: "https://example.com/" }] } },
    }),
    usd: "0.001331", // 20 x 0.30 + 530 x 2.50
    warnings: [/500 .*total/],
  },
  {
    ...common,
    name: "a picture out, whose tokens are not told from text",
    answers: gemini(
      {
        promptTokenCount: 258,
        candidatesTokenCount: 1290,
        totalTokenCount: 1548,
        candidatesTokensDetails: modalities({ IMAGE: 1290 }),
      },
      {
        parts: [{ inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } }],
        modelVersion: "gemini-2.5-flash-image",
      },
    ),
    model: of("gemini-2.5-flash-image"),
    usd: "0.0387774", // 258 x 0.30 + 1290 x 30
    warnings: [/image/],
  },
  {
    ...common,
    name: "audio in, whose tokens are not told from text",
    answers: gemini({ ...usage, promptTokensDetails: modalities({ TEXT: 41, AUDIO: 959 }) }),
    prompt: [new HumanMessage({ content: [{ type: "audio/wav", data: "UklGRg==" }] })],
    usd: "0.00055",
    between: ["0.00055", undefined],
    warnings: [/audio/],
  },
  {
    ...common,
    name: "a search, one fee for a prompt",
    answers: gemini(usage, { candidate: searched("tides", "why tides") }),
    table: withSearch,
    usd: "0.03555", // 1000 x 0.30 + 100 x 2.50, and 1 of 35 a thousand
  },
  {
    ...common,
    name: "a long prompt",
    answers: gemini({ promptTokenCount: 250_000, candidatesTokenCount: 100, totalTokenCount: 250_100 }),
    model: of("gemini-3-pro-preview"),
    table: fromGenaiPrices(genai),
    usd: "1.0018", // 250000 x 4 + 100 x 18
  },
  {
    ...common,
    name: "a last event without content, which the package drops with its count",
    answers: {
      stream: sse([first, second, { candidates: [{ finishReason: "STOP", index: 0 }], usageMetadata: usage }], {
        done: false,
      }),
    },
    usd: "0.000305", // 1000 x 0.30 + 2 x 2.50
    between: ["0.000305", undefined],
    warnings: [/without a reason/],
  },
  {
    ...common,
    name: "a stream whose prompt was blocked",
    answers: {
      stream: sse(
        [
          {
            promptFeedback: { blockReason: "SAFETY" },
            usageMetadata: { promptTokenCount: 1000, totalTokenCount: 1000 },
          },
        ],
        {
          done: false,
        },
      ),
    },
    usd: undefined,
    warnings: [/no usage/],
  },
  {
    ...common,
    name: "an alias, of which the package does not say who served",
    answers: gemini(usage),
    model: of("gemini-flash-latest"),
    usd: undefined,
    warnings: [/gemini-flash-latest/],
  },
  { ...common, name: "no usage", answers: gemini(), usd: undefined, warnings: [/no usage/] },
  {
    ...common,
    name: "a negative count",
    // The package takes it for 0 in a stream, and hides it.
    answers: { invoke: gemini({ promptTokenCount: 1000, candidatesTokenCount: -5, totalTokenCount: 995 }).invoke },
    usd: undefined,
    warnings: [/`-5`/],
  },
  {
    ...common,
    name: "a count in words",
    answers: { invoke: gemini({ promptTokenCount: "many", candidatesTokenCount: 5, totalTokenCount: 5 }).invoke },
    usd: undefined,
    warnings: [/"many"/],
  },
  {
    ...common,
    name: "a count in words, which a stream makes no number of",
    answers: { stream: gemini({ promptTokenCount: "many", candidatesTokenCount: 5, totalTokenCount: 5 }).stream },
    usd: undefined,
    warnings: [/NaN/],
  },
]);
