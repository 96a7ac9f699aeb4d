import { fieldsOf } from "../../base/json.js";
import { known, spelled, type Fields, type SpelledUsage } from "./spelled.js";

/** `usage_metadata`, in LangChain's own words. What else is among its details rides along as what it is. */
export function usageOfLangChain(usage: Fields): SpelledUsage | undefined {
  const input = fieldsOf(usage.input_token_details);
  const output = fieldsOf(usage.output_token_details);
  return spelled({
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    total_tokens: usage.total_tokens,
    input_token_details: known(input as Record<string, unknown>),
    output_token_details: known(output as Record<string, unknown>),
    units: known({ cacheWrite1h: input.ephemeral_1h_input_tokens }),
  });
}
