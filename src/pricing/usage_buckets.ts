import { fieldsOf } from "../base/json.js";
import { shown } from "../base/shown.js";
import { COUNTED_UNITS, type CountedUnit, type MoreCounts, type TokenUnit } from "./units.js";

/** The token counts that a price applies to, as LangChain's `usage_metadata` has them. */
export interface UsageLike {
  /** All input tokens, with those read from or written to a cache. */
  input_tokens: number;
  /** All output tokens, with those of reasoning. */
  output_tokens: number;
  /** Input and output together. It is not billed by. */
  total_tokens?: number | undefined;
  /** Parts of the input: from a cache, written to one, by kind. */
  input_token_details?:
    | ({ cache_read?: number | undefined; cache_creation?: number | undefined } & Modalities & Record<string, unknown>)
    | undefined;
  /** Parts of the output: of reasoning, by kind. */
  output_token_details?: ({ reasoning?: number | undefined } & Modalities & Record<string, unknown>) | undefined;
  /**
   * Whatever else is billed apart: tokens that are parts of the input or output (`inputAudio` of them all, `cachedAudio` of
   * the cached ones, `cacheWrite1h` of the written ones), and what is counted by the piece.
   */
  units?: MoreCounts | undefined;
}

/** As LangChain names them. */
export interface Modalities {
  /** Tokens of sound. */
  audio?: number | undefined;
  /** Tokens of images. */
  image?: number | undefined;
  /** Tokens of video. */
  video?: number | undefined;
}

/** Counts that do not overlap: what is billed is their sum, each at its rate. */
export interface Buckets {
  tokens: Readonly<Partial<Record<TokenUnit, number>>> & { input: number; output: number; cachedInput: number };
  pieces: Readonly<Partial<Record<CountedUnit, number>>>;
  warnings: string[];
  assumptions: string[];
}

/**
 * Splits usage into buckets that do not overlap. Where the parts exceed their whole, the rest is 0 and a warning says so.
 * Counts that no server can mean (NaN, negative, fractional) are refused: the answer is the reason.
 */
export function toBuckets(usage: UsageLike | undefined | null): Buckets | string {
  if (typeof usage !== "object" || usage === null) return "the call reported no usage";
  const problem = whyNotCredible(usage);
  if (problem !== undefined) return problem;
  const { input_tokens: input, output_tokens: output } = usage;
  const units = moreCounts(usage);
  const cachedInput = usage.input_token_details?.cache_read ?? 0;
  const cacheWrite = usage.input_token_details?.cache_creation ?? 0;
  const reasoning = usage.output_token_details?.reasoning ?? 0;
  if (units === undefined) {
    const restOfInput = input - cachedInput - cacheWrite;
    const restOfOutput = output - reasoning;
    return {
      tokens: {
        input: Math.max(0, restOfInput),
        cachedInput,
        cacheWrite,
        output: Math.max(0, restOfOutput),
        reasoning,
      },
      pieces: NO_PIECES,
      warnings: contradictions(restOfInput, restOfOutput),
      assumptions: [],
    };
  }
  return detailedBuckets({ input, cachedInput, cacheWrite, output, reasoning }, units);
}

/** Nothing was counted by the piece. */
export const NO_PIECES: Buckets["pieces"] = {};

type Counts = Record<"input" | "cachedInput" | "cacheWrite" | "output" | "reasoning", number>;

function detailedBuckets(counts: Counts, units: MoreCounts): Buckets {
  const { input, cachedInput, cacheWrite, output, reasoning } = counts;
  const { inputAudio = 0, inputImage = 0, inputVideo = 0, toolInput = 0 } = units;
  const { outputAudio = 0, outputImage = 0, outputVideo = 0, citation = 0 } = units;
  const cacheWrite1h = units.cacheWrite1h ?? 0;
  const text = input - cacheWrite - inputAudio - inputImage - inputVideo - toolInput;
  const cached = cachedByKind(cachedInput, text, units);
  const restOfInput = text - cached.text;
  const restOfOutput = output - reasoning - outputAudio - outputImage - outputVideo - citation;
  const restOfWritten = cacheWrite - cacheWrite1h;
  const warnings = [
    ...contradictions(restOfInput, restOfOutput, cachedInput + cacheWrite > input ? undefined : "tokens of all kinds"),
    ...exceedingParts(counts, units, cached),
  ];
  return {
    tokens: {
      input: Math.max(0, restOfInput),
      cachedInput: cached.text,
      cacheWrite: Math.max(0, restOfWritten),
      cacheWrite1h,
      inputAudio: Math.max(0, inputAudio - cached.audio),
      cachedAudio: cached.audio,
      inputImage: Math.max(0, inputImage - cached.image),
      cachedImage: cached.image,
      inputVideo: Math.max(0, inputVideo - cached.video),
      cachedVideo: cached.video,
      toolInput,
      output: Math.max(0, restOfOutput),
      reasoning,
      outputAudio,
      outputImage,
      outputVideo,
      citation,
    },
    pieces: units,
    warnings,
    assumptions: cached.assumptions,
  };
}

interface CachedByKind {
  text: number;
  audio: number;
  image: number;
  video: number;
  assumptions: string[];
}

/** Which of the cached tokens were text. Where it is not said, as many as can be: the rest is then the least, and dearest. */
function cachedByKind(cachedInput: number, text: number, units: MoreCounts): CachedByKind {
  const { cachedAudio, cachedImage, cachedVideo, inputAudio = 0, inputImage = 0, inputVideo = 0 } = units;
  if ((cachedAudio ?? cachedImage ?? cachedVideo) !== undefined || inputAudio + inputImage + inputVideo === 0) {
    const known = { audio: cachedAudio ?? 0, image: cachedImage ?? 0, video: cachedVideo ?? 0 };
    const ofText = cachedInput - known.audio - known.image - known.video;
    return { ...known, text: Math.max(0, ofText), assumptions: [] };
  }
  let left = cachedInput - Math.min(cachedInput, Math.max(0, text));
  const take = (count: number): number => {
    const taken = Math.min(left, count);
    left -= taken;
    return taken;
  };
  const image = take(inputImage);
  const video = take(inputVideo);
  const audio = take(inputAudio);
  const assumptions =
    cachedInput === 0 ? [] : ["which of the cached tokens were text is not said: as many as can be are taken for text"];
  return { text: cachedInput - audio - image - video, audio, image, video, assumptions };
}

/** What usage has beside its five common counts, from LangChain's details too; `undefined` for the most, which have none. */
export function moreCounts({ input_token_details, output_token_details, units }: UsageLike): MoreCounts | undefined {
  const { audio, image, video } = input_token_details ?? {};
  const { audio: outputAudio, image: outputImage, video: outputVideo } = output_token_details ?? {};
  // Asked one by one, since every call asks it: a list of them takes ten times as long.
  if (!(audio || image || video || outputAudio || outputImage || outputVideo)) return units;
  const ofLangChain = {
    inputAudio: audio,
    inputImage: image,
    inputVideo: video,
    outputAudio,
    outputImage,
    outputVideo,
  };
  const known = Object.entries(ofLangChain).filter(([, count]) => count !== undefined && count > 0);
  return { ...Object.fromEntries(known), ...units };
}

/**
 * Why counts from outside cannot be usage: the first of them that no server can mean. Details may be missing.
 * @param isCount - what a count may be. @default any whole number of at least 0, since money is exact at any size
 */
export function whyNotCredible(usage: unknown, isCount: (count: unknown) => boolean = isWhole): string | undefined {
  const { input_tokens, output_tokens, input_token_details, output_token_details, units } = fieldsOf(usage);
  const { cache_read, cache_creation } = fieldsOf(input_token_details);
  const { reasoning } = fieldsOf(output_token_details);
  const refuse = (name: string, count: unknown) => (isCount(count) ? undefined : notCredible(name, count));
  return (
    refuse("input_tokens", input_tokens) ??
    refuse("output_tokens", output_tokens) ??
    refuse("cache_read", cache_read ?? 0) ??
    refuse("cache_creation", cache_creation ?? 0) ??
    refuse("reasoning", reasoning ?? 0) ??
    whyNotCredibleIn(input_token_details, MODALITIES, "input ", refuse) ??
    whyNotCredibleIn(output_token_details, MODALITIES, "output ", refuse) ??
    (units === undefined ? undefined : whyNotCredibleIn(units, Object.keys(fieldsOf(units)), "", refuse))
  );
}

const MODALITIES = ["audio", "image", "video"] as const;

function whyNotCredibleIn(
  details: unknown,
  names: readonly string[],
  where: string,
  refuse: (name: string, count: unknown) => string | undefined,
): string | undefined {
  if (details === undefined) return undefined;
  const fields = fieldsOf(details);
  for (const name of names) {
    const count = fields[name] ?? 0;
    const problem = count === 0 ? undefined : refuse(where + name, count);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isWhole(count: unknown): boolean {
  return Number.isInteger(count) && Number(count) >= 0;
}

function notCredible(name: string, count: unknown): string {
  return `the usage is not credible: \`${name}\` is \`${shown(count)}\``;
}

/** Parts of what the cache read or wrote that are more than their whole. */
function exceedingParts({ cachedInput, cacheWrite }: Counts, units: MoreCounts, cached: CachedByKind): string[] {
  const { cacheWrite1h = 0, inputAudio = 0, inputImage = 0, inputVideo = 0 } = units;
  const { audio, image, video } = cached;
  return [
    ...exceeding("tokens written for an hour", cacheWrite1h, "all written tokens", cacheWrite),
    ...exceeding("cached tokens by kind", audio + image + video, "all cached tokens", cachedInput),
    ...exceeding("cached audio tokens", audio, "all audio input tokens", inputAudio),
    ...exceeding("cached image tokens", image, "all image input tokens", inputImage),
    ...exceeding("cached video tokens", video, "all video input tokens", inputVideo),
  ];
}

function exceeding(parts: string, count: number, whole: string, of: number): string[] {
  return count > of ? [`${parts} exceed ${whole} by ${count - of}`] : [];
}

function contradictions(restOfInput: number, restOfOutput: number, ofInput = "cached tokens"): string[] {
  const warnings: string[] = [];
  if (restOfInput < 0)
    warnings.push(`${ofInput} exceed all input tokens by ${-restOfInput}; none are charged as plain input`);
  if (restOfOutput < 0)
    warnings.push(`reasoning tokens exceed all output tokens by ${-restOfOutput}; none are charged as plain output`);
  return warnings;
}

/** What was counted by the piece, but for requests, in an order that does not depend on the server's. */
export function piecesOf(pieces: Buckets["pieces"]): [CountedUnit, number][] {
  return COUNTED_UNITS.flatMap((unit): [CountedUnit, number][] => {
    const count = pieces[unit] ?? 0;
    return count > 0 && unit !== "request" ? [[unit, count]] : [];
  });
}
