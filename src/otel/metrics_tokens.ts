import type { EntryTokens } from "../ledger/entry.js";

/** A count of tokens that an entry may have. */
export type TokenCount = Exclude<keyof EntryTokens, "units">;

/** Each with the end of its metrics' names. */
export const TOKEN_COUNTS: readonly (readonly [count: TokenCount, name: string, description: string])[] = [
  ["inputTokens", "input_tokens", "Input tokens, those of caches included"],
  ["outputTokens", "output_tokens", "Output tokens, those of reasoning included"],
  ["cachedInputTokens", "cache_read.input_tokens", "Input tokens that came from the provider's cache"],
  ["cacheWriteTokens", "cache_write.input_tokens", "Input tokens that were written to the provider's cache"],
  ["reasoningTokens", "reasoning.output_tokens", "Output tokens of reasoning"],
];

type ModalityUnits = readonly (readonly [modality: string, unit: string])[];

/** Which units are parts of a count, and of what. */
const UNITS: Partial<Record<TokenCount, ModalityUnits>> = {
  inputTokens: [
    ["audio", "inputAudio"],
    ["image", "inputImage"],
    ["video", "inputVideo"],
  ],
  cachedInputTokens: [
    ["audio", "cachedAudio"],
    ["image", "cachedImage"],
    ["video", "cachedVideo"],
  ],
  outputTokens: [
    ["audio", "outputAudio"],
    ["image", "outputImage"],
    ["video", "outputVideo"],
  ],
};

/** A count by modality. What the provider did not tell apart is `unknown`; the parts sum to the count. */
export function tokensByModality(tokens: EntryTokens, count: TokenCount): [modality: string, count: number][] {
  const { units } = tokens;
  let rest = tokens[count] ?? 0;
  if (units === undefined) return [["unknown", rest]];
  const parts: [string, number][] = [];
  for (const [modality, unit] of UNITS[count] ?? []) {
    const part = Math.min(units[unit] ?? 0, rest);
    rest -= part;
    if (part > 0) parts.push([modality, part]);
  }
  return rest > 0 || parts.length === 0 ? [...parts, ["unknown", rest]] : parts;
}
