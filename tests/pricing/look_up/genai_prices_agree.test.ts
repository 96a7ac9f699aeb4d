import { describe, expect, it } from "@jest/globals";
import * as genai from "@pydantic/genai-prices";
import fc from "fast-check";
import { toNumber } from "../../../src/base/money.js";
import { costOfUsage } from "../../../src/pricing/cost.js";
import { fromGenaiPrices } from "../../../src/pricing/look_up/genai_prices.js";
import type { UsageLike } from "../../../src/pricing/usage_buckets.js";

/** Whoever sells chat models in the package's data. */
const PROVIDERS = [
  "anthropic", "arcee", "avian", "aws", "azure", "baseten", "cerebras", "cloudflare", "cohere", "cursor", "deepseek",
  "doubleword", "fireworks", "github-copilot", "google", "groq", "minimax", "mistral", "modal", "moonshotai", "novita",
  "openai", "openrouter", "ovhcloud", "perplexity", "quicksilverpro", "together", "x-ai", "zai", "zhipuai",
]; // prettier-ignore

/** Peak and other hours of DeepSeek's, and days before and after prices changed. */
const TIMES = [
  "2025-03-01T12:00:00Z",
  "2026-06-15T20:00:00Z",
  "2026-09-01T02:30:00Z",
  "2026-09-01T08:59:59Z",
  "2026-09-01T23:30:00Z",
  "2027-02-01T00:00:00Z",
].map((time) => new Date(time));

const table = fromGenaiPrices(genai, { except: [], fallback: null });

const models = PROVIDERS.flatMap((provider) =>
  (genai.findProvider({ providerId: provider })?.models ?? []).flatMap(({ id }) => {
    const price = genai.calcPrice({ input_tokens: 0 }, id, { providerId: provider })?.model_price;
    return price?.input_mtok === undefined || price.output_mtok === undefined ? [] : [{ provider, model: id }];
  }),
);

/** Counts that do not overlap; what an API reports are their sums. */
interface Parts {
  text: number;
  cachedText: number;
  audio: number;
  cachedAudio: number;
  image: number;
  cachedImage: number;
  video: number;
  cachedVideo: number;
  written: number;
  written1h: number;
  tool: number;
  answer: number;
  thoughts: number;
  spoken: number;
  painted: number;
  citation: number;
  webSearch: number;
  storageSearch: number;
}

function sums(parts: Parts) {
  const { text, cachedText, audio, cachedAudio, image, cachedImage, video, cachedVideo, written, written1h, tool } =
    parts;
  const { answer, thoughts, spoken, painted, citation } = parts;
  return {
    inputAudio: audio + cachedAudio,
    inputImage: image + cachedImage,
    inputVideo: video + cachedVideo,
    cached: cachedText + cachedAudio + cachedImage + cachedVideo,
    writes: written + written1h,
    input: [
      text,
      cachedText,
      audio,
      cachedAudio,
      image,
      cachedImage,
      video,
      cachedVideo,
      written,
      written1h,
      tool,
    ].reduce((a, b) => a + b),
    output: answer + thoughts + spoken + painted + citation,
  };
}

function ours(parts: Parts): UsageLike {
  const { inputAudio, inputImage, inputVideo, cached, writes, input, output } = sums(parts);
  const { cachedAudio, cachedImage, cachedVideo, written1h, tool, spoken, painted, citation, thoughts } = parts;
  const { webSearch, storageSearch } = parts;
  return {
    input_tokens: input,
    output_tokens: output,
    input_token_details: { cache_read: cached, cache_creation: writes },
    output_token_details: { reasoning: thoughts },
    units: {
      inputAudio, inputImage, inputVideo, cachedAudio, cachedImage, cachedVideo, cacheWrite1h: written1h,
      toolInput: tool, outputAudio: spoken, outputImage: painted, citation, webSearch, storageSearch,
    }, // prettier-ignore
  };
}

function theirs(parts: Parts): Record<string, number> {
  const { inputAudio, inputImage, inputVideo, cached, writes, input, output } = sums(parts);
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: cached,
    cache_write_tokens: writes,
    cache_write_1h_tokens: parts.written1h,
    input_audio_tokens: inputAudio,
    cache_audio_read_tokens: parts.cachedAudio,
    input_image_tokens: inputImage,
    cache_image_read_tokens: parts.cachedImage,
    input_video_tokens: inputVideo,
    cache_video_read_tokens: parts.cachedVideo,
    input_tool_tokens: parts.tool,
    output_reasoning_tokens: parts.thoughts,
    output_audio_tokens: parts.spoken,
    output_image_tokens: parts.painted,
    output_citation_tokens: parts.citation,
    web_searches: parts.webSearch,
    storage_searches: parts.storageSearch,
  };
}

function expectSame(provider: string, model: string, at: Date, parts: Parts): void {
  const said = genai.calcPrice(theirs(parts), model, { providerId: provider, timestamp: at })?.total_price;
  const { totalPico } = costOfUsage(ours(parts), { provider, model, at }, { table });
  if (said === undefined || totalPico === undefined) throw new Error(`${provider}/${model} has no price`);
  // Theirs is a sum of doubles, ours is exact to a millionth of a millionth of a dollar for each part.
  const isSame = Math.abs(toNumber(totalPico) - said) <= 1e-9 + said * 1e-12;
  if (!isSame) throw new Error(`${provider}/${model} is ${toNumber(totalPico)} here, ${said} there`);
}

const EACH: Parts = {
  text: 1001, cachedText: 503, audio: 307, cachedAudio: 211, image: 258, cachedImage: 129, video: 97, cachedVideo: 61,
  written: 401, written1h: 223, tool: 83, answer: 419, thoughts: 541, spoken: 71, painted: 1290, citation: 43,
  webSearch: 3, storageSearch: 2,
}; // prettier-ignore

describe("a cost by genai-prices' table", () => {
  it("is there for every model with prices of input and output", () => {
    expect(models.length).toBeGreaterThan(1000);
  });

  it.each(TIMES)("is the package's own, for each model, at %s", (at) => {
    for (const { provider, model } of models) expectSame(provider, model, at, EACH);
  });

  it("is the package's own for any usage at any time, also where long prompts are dearer", () => {
    const long = fc.oneof(fc.nat(3000), fc.constantFrom(0, 127_999, 128_000, 199_999, 200_000, 200_001, 272_000));
    const parts = fc.record(
      Object.fromEntries(Object.keys(EACH).map((name) => [name, name === "text" ? long : fc.nat(3000)])),
    );
    const time = fc.date({ min: new Date("2024-01-01"), max: new Date("2028-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...models), time, parts, ({ provider, model }, at, counts) => {
        // The record has the fields of EACH.
        expectSame(provider, model, at, counts as unknown as Parts);
      }),
      { numRuns: 2000 },
    );
  });
});
