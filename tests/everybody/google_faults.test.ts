import { definePriceTable } from "../../src/callbacks.js";
import { cut, json, sse } from "../support/wire_script.js";
import { onGeminiApi } from "./chat_google.js";
import { events, gemini } from "./gemini.js";
import { testReports } from "./reports.js";

const table = definePriceTable([
  {
    model: "gemini-2.5-flash",
    inputUsdPerMillion: "0.30",
    cachedInputUsdPerMillion: "0.03",
    outputUsdPerMillion: "2.50",
  },
]);
const usage = { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 };
const [first, second, last] = events(usage);
const common = { model: onGeminiApi(), table };

testReports([
  {
    ...common,
    name: "a stream that was cut: what was counted until then",
    answers: { stream: sse([first, second, cut], { done: false }) },
    fails: /terminated/,
    usd: "0.000305", // 1000 x 0.30 + 2 x 2.50
    between: ["0.000305", undefined],
    warnings: [/ended with/],
  },
  {
    ...common,
    name: "a prompt that was blocked: it was read",
    answers: {
      invoke: json(200, {
        promptFeedback: { blockReason: "SAFETY" },
        usageMetadata: { promptTokenCount: 1000, totalTokenCount: 1000 },
      }),
    },
    fails: /blocked/,
    usd: "0.0003",
    between: ["0.0003", undefined],
    warnings: [/ended with/],
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
        { done: false },
      ),
    },
    usd: "0.0003",
  },
  {
    ...common,
    name: "usage on an event without candidates",
    answers: {
      stream: sse([first, second, { usageMetadata: usage, modelVersion: "gemini-2.5-flash" }], { done: false }),
    },
    usd: "0.00055",
  },
  {
    ...common,
    name: "an event that says nothing of usage",
    answers: {
      stream: sse([first, { candidates: [{ content: { role: "model", parts: [{ text: "lo" }] }, index: 0 }] }, last], {
        done: false,
      }),
    },
    usd: "0.00055",
  },
  {
    ...common,
    name: "thoughts that the package leaves out of core's events",
    answers: { events: gemini({ ...usage, thoughtsTokenCount: 50, totalTokenCount: 1150 }).stream },
    usd: "0.000675", // 1000 x 0.30 + 150 x 2.50
    warnings: [/50 .*total/],
  },
  {
    ...common,
    name: "no usage",
    answers: gemini(),
    usd: undefined,
    warnings: [/no usage/],
  },
  {
    ...common,
    name: "a negative count",
    answers: gemini({ promptTokenCount: 1000, candidatesTokenCount: -5, totalTokenCount: 995 }),
    usd: undefined,
    warnings: [/`-5`/],
  },
  {
    ...common,
    name: "a count in words",
    answers: gemini({ promptTokenCount: "many", candidatesTokenCount: 5, totalTokenCount: 5 }),
    usd: undefined,
    warnings: [/"many"/],
  },
  {
    ...common,
    name: "a sum without its parts",
    answers: gemini({ totalTokenCount: 77 }),
    usd: "0.0000231", // 77 x 0.30
    between: ["0.0000231", undefined],
    warnings: [/77/],
  },
  {
    ...common,
    name: "parts that exceed their sum",
    answers: gemini({ ...usage, totalTokenCount: 900 }),
    usd: "0.00055",
    warnings: [/900/],
  },
  {
    ...common,
    name: "more cached input than input",
    answers: gemini({ ...usage, cachedContentTokenCount: 1600 }),
    usd: "0.000298", // 1600 x 0.03 + 100 x 2.50
    warnings: [/cached tokens exceed all input tokens by 600/],
  },
]);
