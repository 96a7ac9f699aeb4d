import { tokenCount } from "../../base/counts.js";
import { fieldsOf } from "../../base/json.js";
import { shown } from "../../base/shown.js";
import type { Evidence } from "./evidence.js";
import { saysNothing, type SpelledUsage } from "./spelled.js";

/**
 * What is to be said where a package's `usage_metadata` is neither what the server says, nor that without the cache's tokens, which
 * older versions leave out.
 */
export function unexplained({ message }: Evidence, said: SpelledUsage | undefined): string[] {
  const made: SpelledUsage = fieldsOf(message.usage_metadata);
  if (said === undefined || saysNothing(made) || saysNothing(said)) return [];
  const { cache_read, cache_creation } = said.input_token_details ?? {};
  const whole = tokenCount(said.input_tokens) ?? 0;
  const rest = whole - (tokenCount(cache_read) ?? 0) - (tokenCount(cache_creation) ?? 0);
  const isKnown = made.input_tokens === whole || made.input_tokens === rest;
  if (isKnown && (made.output_tokens ?? 0) === (said.output_tokens ?? 0)) return [];
  return [`\`usage_metadata\` says ${countsOf(made)}, the server itself ${countsOf(said)}: the server's is counted`];
}

/** The two counts, for a warning. */
export function countsOf({ input_tokens, output_tokens }: SpelledUsage): string {
  return `${shown(input_tokens)} and ${shown(output_tokens)} tokens`;
}
