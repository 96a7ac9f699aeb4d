import { tokenCount } from "../../base/counts.js";
import { fieldsOf } from "../../base/json.js";
import type { Evidence } from "./evidence.js";

/** Tokens that were written to a cache, by how long it keeps them, as a server wrote it. */
export interface CacheWrites {
  all: unknown;
  forFiveMinutes: unknown;
  forAnHour: unknown;
}

/** All written tokens, or the first of their counts that cannot be one: where counts are checked, it is refused. */
export function writtenTokens({ all, forFiveMinutes, forAnHour }: CacheWrites): unknown {
  return [forFiveMinutes, forAnHour].find((count) => count !== undefined && tokenCount(count) === undefined) ?? all;
}

/**
 * What is to be said of writes that are in neither part. They are billed as written for five minutes, which is what a cache
 * does that is not told otherwise, and the least.
 */
export function unlistedWrites({ all, forFiveMinutes, forAnHour }: CacheWrites): string | undefined {
  if (forFiveMinutes === undefined && forAnHour === undefined) return undefined;
  const rest = (tokenCount(all) ?? 0) - (tokenCount(forFiveMinutes) ?? 0) - (tokenCount(forAnHour) ?? 0);
  return rest > 0 ? `${rest} of the tokens written to the cache may have been written for an hour` : undefined;
}

/** The same of an answer that has nothing but `usage_metadata`, which does not tell writes apart. */
export function hiddenWrites({ message }: Evidence): string | undefined {
  const { input_token_details } = fieldsOf(message.usage_metadata);
  const isWritten = (tokenCount(fieldsOf(input_token_details).cache_creation) ?? 0) > 0;
  return isWritten ? "how long the cache keeps what was written to it is hidden" : undefined;
}
