import { fieldsOf } from "../../base/json.js";
import { inputWith } from "./sum_of_counts.js";
import { writtenTokens, type CacheWrites } from "./cache_writes.js";
import { known, spelled, type Fields, type SpelledUsage } from "./spelled.js";

/** Usage in the words of Anthropic's API, which counts what its cache read and wrote apart from the rest of the input. */
export function usageOfAnthropic(raw: Fields): SpelledUsage | undefined {
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = raw;
  return spelled({
    input_tokens: inputWith(raw.input_tokens, read, written),
    output_tokens: raw.output_tokens,
    ...detailsOfAnthropic(raw),
  });
}

/** What such usage says beside input and output. */
export function detailsOfAnthropic(raw: Fields): SpelledUsage {
  const writes = writesOfAnthropic(raw);
  return {
    input_token_details: known({ cache_read: raw.cache_read_input_tokens, cache_creation: writtenTokens(writes) }),
    // A part of the output, unlike other servers' reasoning tokens.
    output_token_details: known({ reasoning: fieldsOf(raw.output_tokens_details).thinking_tokens }),
    units: known({
      cacheWrite1h: writes.forAnHour,
      // Pages that are fetched cost nothing.
      webSearch: fieldsOf(raw.server_tool_use).web_search_requests,
    }),
  };
}

/** How long the cache keeps what was written to it. */
export function writesOfAnthropic(raw: Fields): CacheWrites {
  const { ephemeral_5m_input_tokens, ephemeral_1h_input_tokens } = fieldsOf(raw.cache_creation);
  return {
    all: raw.cache_creation_input_tokens,
    forFiveMinutes: ephemeral_5m_input_tokens ?? undefined,
    forAnHour: ephemeral_1h_input_tokens ?? undefined,
  };
}
