import { fieldsOf } from "../base/json.js";
import { shown } from "../base/shown.js";

/** The token counts that a price applies to, as LangChain's `usage_metadata` has them. */
export interface UsageLike {
  /** All input tokens, with those read from or written to a cache. */
  input_tokens: number;
  /** All output tokens, with those of reasoning. */
  output_tokens: number;
  total_tokens?: number;
  input_token_details?: { cache_read?: number; cache_creation?: number; audio?: number } & Record<string, unknown>;
  output_token_details?: { reasoning?: number; audio?: number } & Record<string, unknown>;
}

/** Token counts that do not overlap: their sum is what is billed. */
export interface Buckets {
  input: number;
  cachedInput: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  warnings: string[];
  assumptions: string[];
}

/**
 * Splits usage into buckets that do not overlap. Where the parts exceed their whole, the rest is 0 and a warning says so.
 * Counts that no server can mean (NaN, negative, fractional) are refused: the answer is the reason.
 */
export function toBuckets(usage: UsageLike | undefined | null): Buckets | string {
  if (typeof usage !== "object" || usage === null) return "the call reported no usage";
  const { input_tokens: input, output_tokens: output } = usage;
  const cachedInput = usage.input_token_details?.cache_read ?? 0;
  const cacheWrite = usage.input_token_details?.cache_creation ?? 0;
  const reasoning = usage.output_token_details?.reasoning ?? 0;
  const problem = whyNotCredible(usage);
  if (problem !== undefined) return problem;
  const restOfInput = input - cachedInput - cacheWrite;
  const restOfOutput = output - reasoning;
  return {
    input: Math.max(0, restOfInput),
    cachedInput,
    cacheWrite,
    output: Math.max(0, restOfOutput),
    reasoning,
    warnings: contradictions(restOfInput, restOfOutput),
    assumptions: audioAssumptions(usage),
  };
}

/**
 * Why counts from outside cannot be usage: the first of them that no server can mean. Details may be missing.
 * @param isCount - what a count may be. @default any whole number of at least 0, since money is exact at any size
 */
export function whyNotCredible(usage: unknown, isCount: (count: unknown) => boolean = isWhole): string | undefined {
  const { input_tokens, output_tokens, input_token_details, output_token_details } = fieldsOf(usage);
  const { cache_read, cache_creation } = fieldsOf(input_token_details);
  const { reasoning } = fieldsOf(output_token_details);
  const refuse = (name: string, count: unknown) => (isCount(count) ? undefined : notCredible(name, count));
  return (
    refuse("input_tokens", input_tokens) ??
    refuse("output_tokens", output_tokens) ??
    refuse("cache_read", cache_read ?? 0) ??
    refuse("cache_creation", cache_creation ?? 0) ??
    refuse("reasoning", reasoning ?? 0)
  );
}

function isWhole(count: unknown): boolean {
  return Number.isInteger(count) && Number(count) >= 0;
}

function notCredible(name: string, count: unknown): string {
  return `the usage is not credible: \`${name}\` is \`${shown(count)}\``;
}

function contradictions(restOfInput: number, restOfOutput: number): string[] {
  const warnings: string[] = [];
  if (restOfInput < 0)
    warnings.push(`cached tokens exceed all input tokens by ${-restOfInput}; none are charged as plain input`);
  if (restOfOutput < 0)
    warnings.push(`reasoning tokens exceed all output tokens by ${-restOfOutput}; none are charged as plain output`);
  return warnings;
}

function audioAssumptions(usage: UsageLike): string[] {
  const audio = (usage.input_token_details?.audio ?? 0) + (usage.output_token_details?.audio ?? 0);
  return audio > 0 ? ["audio tokens are charged as text: the row has no audio price"] : [];
}
