import type { UsageMetadata } from "@langchain/core/messages";
import type { PartialUsage } from "./usage.js";

/** What a chunk or an answer says of usage: whole figures, or the part of them that is there. */
export interface WireUsage {
  /** Both counts are there. */
  usage?: UsageMetadata;
  /** Only one is: better than our own count, but not a bill. */
  partial?: PartialUsage;
}

/**
 * The part of a server's figure that is believed, given whether it generated anything: no prompt has 0 tokens and no output has 0
 * tokens, so zeros are how some servers say that they did not count. Without output a 0 is a count where the input was
 * counted too.
 */
export function credibleUsage(found: WireUsage | undefined, hasOutput: boolean): WireUsage | undefined {
  const { input_tokens: input = 0, output_tokens: output = 0 } = found?.usage ?? found?.partial ?? {};
  if (found?.usage && input > 0 && (output > 0 || !hasOutput)) return found;
  return partialUsage(input > 0 ? input : undefined, output > 0 ? output : undefined);
}

/** The counts that are there, where not both are; `undefined` where none is. */
export function partialUsage(input: number | undefined, output: number | undefined): WireUsage | undefined {
  if (input === undefined && output === undefined) return undefined;
  return {
    partial: {
      ...(input === undefined ? {} : { input_tokens: input }),
      ...(output === undefined ? {} : { output_tokens: output }),
    },
  };
}
