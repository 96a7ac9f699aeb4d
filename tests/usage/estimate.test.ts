import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { Counting } from "../../src/usage/counting.js";
import { estimatePrompt as estimateParts, estimateTexts } from "../../src/usage/estimate.js";
import { estimateUsage, type UnreportedCall } from "../../src/usage/estimate_usage.js";
import { promptParts, type PromptParts } from "../../src/usage/prompt_parts.js";
import { anyText } from "../support/any_text.js";

const estimatePrompt = async (parts: PromptParts) => estimateParts(parts, await Counting.start());

const prompt = promptParts([new HumanMessage("Why do tides come twice a day?")]);
/** 30 bytes, a template's 2048, and 64 for the message; 9 tokens by o200k, and 7 of the template. */
const HIGH = 2_142;
const TOKENS = 16;

const call: UnreportedCall = {
  prompt,
  delivered: ["Because the Moon pulls."],
  reason: "cut",
  complete: false,
  answered: 1,
  lost: 0,
};
const reported = { input_tokens: 20, output_tokens: 5, total_tokens: 25, input_token_details: { cache_read: 8 } };

interface Expected {
  input: [tokens: number, low: number, high: number];
  output: [tokens: number, low: number, high: number | undefined];
  cached: [ofLeast: number, ofMost: number];
}

const cases: [what: string, changes: Partial<UnreportedCall>, expected: Expected][] = [
  ["an answer that was cut", {}, { input: [TOKENS, 0, HIGH], output: [5, 1, undefined], cached: [0, 0] }],
  ["one with a limit", { maxOutputTokens: 50 }, { input: [TOKENS, 0, HIGH], output: [5, 1, 50], cached: [0, 0] }],
  [
    "one that is whole: the server may have hidden some",
    { complete: true },
    { input: [TOKENS, 0, HIGH], output: [5, 1, undefined], cached: [0, 0] },
  ],
  [
    "a limit below our own count",
    { maxOutputTokens: 3 },
    { input: [TOKENS, 0, HIGH], output: [3, 1, 3], cached: [0, 0] },
  ],
  [
    "an answer of which nothing came",
    { delivered: [] },
    { input: [TOKENS, 0, HIGH], output: [0, 0, undefined], cached: [0, 0] },
  ],
  [
    "a request that was lost",
    { answered: 0, lost: 1, delivered: [], maxOutputTokens: 50 },
    { input: [TOKENS, 0, HIGH], output: [0, 0, 50], cached: [0, 0] },
  ],
  [
    "several that were lost",
    { answered: 0, lost: 3, delivered: [], maxOutputTokens: 50 },
    { input: [TOKENS, 0, 3 * HIGH], output: [0, 0, 150], cached: [0, 0] },
  ],
  [
    "one that was lost before one that was reported",
    { answered: 0, lost: 1, reported, maxOutputTokens: 50 },
    { input: [20, 20, 20 + HIGH], output: [5, 5, 55], cached: [8, 8] },
  ],
  [
    "the same without a limit",
    { answered: 0, lost: 1, reported },
    { input: [20, 20, 20 + HIGH], output: [5, 5, undefined], cached: [8, 8] },
  ],
  [
    "a cut one after one that was reported",
    { reported, maxOutputTokens: 50 },
    { input: [20 + TOKENS, 20, 20 + HIGH], output: [5, 5, 55], cached: [8, 8] },
  ],
  [
    "a running figure",
    { running: { input_tokens: 30, output_tokens: 9 }, maxOutputTokens: 50 },
    { input: [30, 30, 30], output: [9, 9, 50], cached: [30, 0] },
  ],
  [
    "a running figure with its cache",
    { running: { input_tokens: 30, output_tokens: 2, input_token_details: { cache_read: 12 } } },
    { input: [30, 30, 30], output: [5, 2, undefined], cached: [12, 12] },
  ],
  [
    "the input only",
    { complete: true, running: { input_tokens: 30 }, maxOutputTokens: 50 },
    { input: [30, 30, 30], output: [5, 1, 50], cached: [30, 0] },
  ],
  [
    "the output only, of an answer that is whole",
    { complete: true, running: { output_tokens: 9 } },
    { input: [TOKENS, 0, HIGH], output: [9, 9, 9], cached: [0, 0] },
  ],
  [
    "the same after one that was lost",
    { complete: true, lost: 1, running: { output_tokens: 9 }, maxOutputTokens: 50 },
    { input: [TOKENS, 0, 2 * HIGH], output: [9, 9, 59], cached: [0, 0] },
  ],
];

describe("what is estimated of a call", () => {
  it.each(cases)("knows %s", async (_what, changes, { input, output, cached }) => {
    const { usage, estimate } = await estimateUsage({ ...call, ...changes });
    expect([usage.input_tokens, ...estimate.inputTokens]).toEqual(input);
    expect([usage.output_tokens, ...estimate.outputTokens]).toEqual(output);
    expect(estimate.cachedInputTokens).toEqual(cached);
    expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens);
    expect(estimate.reason).toBe("cut");
  });

  it("keeps the details of what was reported", async () => {
    const { usage } = await estimateUsage({ ...call, answered: 0, lost: 1, reported });
    expect(usage).toEqual(reported);
  });

  it("lies within its own bounds, whatever the texts", async () => {
    const count = fc.nat({ max: 5_000 });
    const arbitrary = fc.record({
      prompt: fc
        .array(anyText, { maxLength: 3 })
        .map((texts) => promptParts(texts.map((text) => new HumanMessage(text)))),
      delivered: fc.array(anyText, { maxLength: 3 }),
      complete: fc.boolean(),
      maxOutputTokens: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
      running: fc.option(fc.record({ input_tokens: count, output_tokens: count }, { requiredKeys: [] }), {
        nil: undefined,
      }),
      answered: fc.nat({ max: 3 }),
      lost: fc.nat({ max: 3 }),
      reported: fc.option(fc.constant(reported), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async (changes) => {
        const { usage, estimate } = await estimateUsage({ ...call, ...changes });
        for (const [tokens, [low, high]] of [
          [usage.input_tokens, estimate.inputTokens],
          [usage.output_tokens, estimate.outputTokens],
        ] as const) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(tokens).toBeGreaterThanOrEqual(low);
          if (high !== undefined && changes.answered + changes.lost > 0) expect(tokens).toBeLessThanOrEqual(high);
        }
      }),
    );
  });
});

describe("the bounds of a prompt", () => {
  it("contain our own count, whatever the texts", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyText, { maxLength: 4 }),
        fc.array(anyText, { maxLength: 2 }),
        async (texts, tools) => {
          const parts = {
            ...promptParts(texts.map((text) => new HumanMessage(text))),
            tools: tools.map((text) => ({ texts: [text] })),
          };
          for (const { tokens, low, high } of [await estimatePrompt(parts), await estimateTexts(texts)]) {
            expect(tokens).toBeGreaterThanOrEqual(low);
            expect(tokens).toBeLessThanOrEqual(high);
          }
        },
      ),
    );
  });

  it("contain any vocabulary's count: a token per byte, and one per 128 characters", async () => {
    const dashes = "-".repeat(1_280);
    expect(await estimatePrompt(promptParts([new HumanMessage(dashes)]))).toMatchObject({
      low: 10,
      high: 2_048 + 64 + 1_280,
    });
    expect(await estimatePrompt(promptParts([new HumanMessage("潮汐")]))).toMatchObject({
      low: 0,
      high: 2_048 + 64 + 6,
    });
  });

  it("leave room for what only some templates write: earlier reasoning, schemas, tools as prose", async () => {
    const plain = [new SystemMessage("Be brief."), new AIMessage("Yes."), new HumanMessage("Why?")];
    const thought = [
      plain[0],
      new AIMessage({ content: "Yes.", additional_kwargs: { reasoning_content: "Hm. ".repeat(100) } }),
      plain[2],
    ];
    const before = await estimatePrompt(promptParts(plain));
    const after = await estimatePrompt(promptParts(thought as typeof plain));
    expect(after).toEqual({ ...before, high: before.high + 4 * 400 });
    const schema = { type: "object" };
    expect((await estimatePrompt(promptParts(plain, [], [schema]))).high).toBe(before.high + 4 * 17);
    expect((await estimatePrompt(promptParts(plain, [schema]))).high).toBe(before.high + 4 * 17);
  });

  it.each([
    ["image_url", 16_384],
    ["image", 16_384],
    ["video_url", 1_048_576],
    ["input_audio", 1_048_576],
    ["audio", 1_048_576],
    ["file", 1_048_576],
  ])("leave room for what only the server can measure: %s", async (type, most) => {
    const text = { type: "text", text: "What is this?" };
    const plain = await estimatePrompt(promptParts([new HumanMessage({ content: [text] })]));
    const rich = await estimatePrompt(promptParts([new HumanMessage({ content: [text, { type, url: "x" }] })]));
    expect(rich).toEqual({ ...plain, tokens: plain.tokens + 768, high: plain.high + most });
  });
});
