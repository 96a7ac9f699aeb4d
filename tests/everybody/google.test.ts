import * as genai from "@pydantic/genai-prices";
import { definePriceTable, fromGenaiPrices } from "../../src/callbacks.js";
import { onGeminiApi, onVertex } from "./chat_google.js";
import { gemini, modalities, searched } from "./gemini.js";
import { testReports } from "./reports.js";

const FLASH = { inputUsdPerMillion: "0.30", cachedInputUsdPerMillion: "0.03", outputUsdPerMillion: "2.50" };
const AUDIO = { inputAudioUsdPerMillion: "1.00", cachedAudioUsdPerMillion: "0.10" };
const SEARCH = { webSearchUsdPerThousand: "35" };

const provider = "google_genai";
const model = "gemini-2.5-flash";
const flash = definePriceTable([{ provider, model, ...FLASH }]);
const withAudio = definePriceTable([{ provider, model, ...FLASH, ...AUDIO }]);
const withSearch = definePriceTable([
  { provider, model, ...FLASH, ...SEARCH },
  {
    provider,
    model: "gemini-3-flash-preview",
    inputUsdPerMillion: "0.50",
    outputUsdPerMillion: "3",
    webSearchUsdPerThousand: "14",
  },
]);
const images = definePriceTable([
  { provider, model: "gemini-2.5-flash-image", ...FLASH, outputImageUsdPerMillion: "30" },
]);

const plain = { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 };
const spoken = {
  promptTokenCount: 2041,
  candidatesTokenCount: 5,
  totalTokenCount: 2046,
  promptTokensDetails: modalities({ TEXT: 41, AUDIO: 2000 }),
};

testReports([
  {
    name: "text",
    answers: gemini(plain),
    model: onGeminiApi(),
    table: flash,
    usd: "0.00055", // 1000 x 0.30 + 100 x 2.50
    inputTokens: 1000,
    outputTokens: 100,
    billed: "google_genai/gemini-2.5-flash",
  },
  {
    name: "text on Vertex AI, which is a seller of its own",
    answers: gemini({ ...plain, trafficType: "ON_DEMAND" }),
    model: onVertex(),
    table: definePriceTable([{ provider: "google_vertexai", model, ...FLASH }]),
    usd: "0.00055",
    billed: "google_vertexai/gemini-2.5-flash",
  },
  {
    name: "usage that is not put on the message",
    answers: gemini(plain),
    model: onGeminiApi({ streamUsage: false }),
    table: flash,
    usd: "0.00055",
  },
  {
    name: "a stream behind invoke",
    answers: { invoke: gemini({ ...plain, thoughtsTokenCount: 50, totalTokenCount: 1150 }).stream },
    model: onGeminiApi({ streaming: true }),
    table: flash,
    usd: "0.000675", // 1000 x 0.30 + 150 x 2.50
  },
  {
    name: "cached input",
    answers: gemini({ ...plain, cachedContentTokenCount: 600, cacheTokensDetails: modalities({ TEXT: 600 }) }),
    model: onGeminiApi(),
    table: flash,
    usd: "0.000388", // 400 x 0.30 + 600 x 0.03 + 100 x 2.50
    totals: { cachedInputTokens: 600 },
  },
  {
    name: "thoughts, which stand beside the candidates",
    answers: gemini({ ...plain, thoughtsTokenCount: 50, totalTokenCount: 1150 }),
    model: onGeminiApi(),
    table: flash,
    usd: "0.000675", // 1000 x 0.30 + 150 x 2.50
    outputTokens: 150,
    totals: { reasoningTokens: 50 },
  },
  {
    name: "audio in",
    answers: gemini(spoken),
    model: onGeminiApi(),
    table: withAudio,
    usd: "0.0020248", // 41 x 0.30 + 2000 x 1.00 + 5 x 2.50
  },
  {
    name: "audio in, at genai-prices' rates",
    answers: gemini(spoken),
    model: onGeminiApi(),
    table: fromGenaiPrices(genai),
    usd: "0.0020248",
  },
  {
    name: "audio in, without a rate for it",
    answers: gemini(spoken),
    model: onGeminiApi(),
    table: flash,
    usd: "0.0006248", // 2041 x 0.30 + 5 x 2.50
    between: ["0.0006248", undefined],
    warnings: [/audio/],
  },
  {
    name: "audio that was cached",
    answers: gemini({
      ...plain,
      cachedContentTokenCount: 600,
      promptTokensDetails: modalities({ TEXT: 800, AUDIO: 200 }),
      cacheTokensDetails: modalities({ TEXT: 500, AUDIO: 100 }),
    }),
    model: onGeminiApi(),
    table: withAudio,
    usd: "0.000465", // 300 x 0.30 + 500 x 0.03 + 100 x 1.00 + 100 x 0.10 + 100 x 2.50
  },
  {
    name: "pictures and documents in, at the text's rate where that is all",
    answers: gemini({ ...plain, promptTokensDetails: modalities({ TEXT: 226, IMAGE: 258, DOCUMENT: 516 }) }),
    model: onGeminiApi(),
    table: fromGenaiPrices(genai),
    usd: "0.00055",
  },
  {
    name: "a page that was read for the prompt",
    answers: gemini(
      {
        promptTokenCount: 20,
        candidatesTokenCount: 30,
        toolUsePromptTokenCount: 500,
        totalTokenCount: 550,
        toolUsePromptTokensDetails: modalities({ TEXT: 500 }),
      },
      { candidate: { urlContextMetadata: { urlMetadata: [{ retrievedUrl: "https://example.com/" }] } } },
    ),
    model: onGeminiApi(),
    table: flash,
    usd: "0.000231", // 520 x 0.30 + 30 x 2.50
    inputTokens: 520,
    outputTokens: 30,
  },
  {
    name: "a picture out",
    answers: gemini(
      {
        promptTokenCount: 258,
        candidatesTokenCount: 1295,
        totalTokenCount: 1553,
        promptTokensDetails: modalities({ TEXT: 258 }),
        candidatesTokensDetails: modalities({ IMAGE: 1290 }),
      },
      {
        modelVersion: "gemini-2.5-flash-image",
        parts: [{ inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } }],
      },
    ),
    model: onGeminiApi({ model: "gemini-2.5-flash-image" }),
    table: images,
    usd: "0.0387899", // 258 x 0.30 + 5 x 2.50 + 1290 x 30
  },
  {
    name: "a search, one fee for a prompt",
    answers: gemini(plain, { candidate: searched("tides", "why tides") }),
    model: onGeminiApi(),
    table: withSearch,
    usd: "0.03555", // 1000 x 0.30 + 100 x 2.50, and 1 of 35 a thousand
  },
  {
    name: "searches of Gemini 3, a fee for each query",
    answers: gemini(plain, { candidate: searched("tides", "why tides"), modelVersion: "gemini-3-flash-preview" }),
    model: onGeminiApi({ model: "gemini-3-flash-preview" }),
    table: withSearch,
    usd: "0.0288", // 1000 x 0.50 + 100 x 3, and 2 of 14 a thousand
  },
  {
    name: "a search without a rate for it",
    answers: gemini(plain, { candidate: searched("tides") }),
    model: onGeminiApi(),
    table: flash,
    usd: "0.00055",
    between: ["0.00055", undefined],
    warnings: [/search/],
  },
  {
    name: "grounding without a search",
    answers: gemini(plain, { candidate: { groundingMetadata: { groundingChunks: [] } } }),
    model: onGeminiApi(),
    table: flash,
    usd: "0.00055",
  },
  {
    name: "a long prompt",
    answers: gemini(
      { promptTokenCount: 250_000, candidatesTokenCount: 100, totalTokenCount: 250_100 },
      { modelVersion: "gemini-2.5-pro" },
    ),
    model: onGeminiApi({ model: "gemini-2.5-pro" }),
    table: fromGenaiPrices(genai),
    usd: "0.6265", // 250000 x 2.50 + 100 x 15
  },
  {
    name: "an alias, at the price of the model that served",
    answers: gemini(plain, { modelVersion: "gemini-2.5-flash-preview-09-2025" }),
    model: onGeminiApi({ model: "gemini-flash-latest" }),
    table: fromGenaiPrices(genai),
    usd: "0.00055",
  },
]);
