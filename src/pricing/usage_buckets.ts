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
  const problem =
    refuse("input_tokens", input) ??
    refuse("output_tokens", output) ??
    refuse("cache_read", cachedInput) ??
    refuse("cache_creation", cacheWrite) ??
    refuse("reasoning", reasoning);
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

function refuse(name: string, count: unknown): string | undefined {
  if (Number.isInteger(count) && Number(count) >= 0) return undefined;
  return `the usage is not credible: \`${name}\` is \`${String(count).slice(0, 40)}\``;
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
