import { tokenCount } from "../../base/counts.js";
import { fieldsOf, nonEmpty } from "../../base/json.js";
import { uncountedIterations, withCompactions } from "./anthropic_iterations.js";
import { streamedUsage, type StreamedUsage } from "./anthropic_stream.js";
import { tracesOf, type Traces } from "./anthropic_traces.js";
import { detailsOfAnthropic, usageOfAnthropic, writesOfAnthropic } from "./anthropic_usage.js";
import { hiddenWrites, unlistedWrites } from "./cache_writes.js";
import type { Evidence } from "./evidence.js";
import { unexplained } from "./unexplained.js";
import { sumOfCounts } from "./sum_of_counts.js";
import { because, type Fields, type Reading, type SpelledUsage } from "./spelled.js";

/**
 * What Anthropic's API says, on its own host or another. A whole answer has its usage in `response_metadata`; of a stream
 * there is what its start said, without input and output.
 */
export function readAnthropic(evidence: Evidence): Reading | undefined {
  const { metadata, params } = evidence;
  const raw = fieldsOf(metadata.usage);
  if (!isAnthropic(evidence, raw)) return undefined;
  const traces = tracesOf(evidence);
  const { codeExecutions } = traces;
  const { usage, hidden, warnings } =
    raw.input_tokens === undefined ? ofStream(evidence, raw, traces) : ofAnswer(evidence, raw);
  const writes = writesOfAnthropic(raw);
  const ofWrites = writes.all === undefined ? hiddenWrites(evidence) : unlistedWrites(writes);
  return {
    // No count of these is in any usage: the code's machine is billed by the hour, after some that are free.
    usage: codeExecutions > 0 && usage ? { ...usage, units: { ...usage.units, codeExecution: codeExecutions } } : usage,
    // The package's own figures are known to be wrong in streams, and to leave compactions out.
    isBetter: true,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...because(...hidden, ofWrites, dearerPlace(raw, params)),
    tier: tierOf(raw, params),
  };
}

function isAnthropic({ metadata, className }: Evidence, raw: Fields): boolean {
  if (metadata.model_provider !== undefined) return metadata.model_provider === "anthropic";
  return className === "ChatAnthropic" || ("cache_creation_input_tokens" in raw && !("prompt_tokens" in raw));
}

function ofAnswer(evidence: Evidence, raw: Fields): StreamedUsage {
  const usage = usageOfAnthropic(raw);
  return {
    usage: usage && withCompactions(usage, raw),
    hidden: uncountedIterations(raw),
    warnings: unexplained(evidence, usage),
  };
}

function ofStream(evidence: Evidence, raw: Fields, traces: Traces): StreamedUsage {
  const { usage, ...rest } = streamedUsage(evidence, traces);
  if (usage === undefined) return rest;
  const { input_token_details, units, ...details } = detailsOfAnthropic(raw);
  const whole: SpelledUsage = {
    ...usage,
    ...details,
    input_token_details: { ...usage.input_token_details, ...input_token_details },
    units: { ...usage.units, ...units },
  };
  return isWithoutCached(whole) ? withCached(whole, rest) : { ...rest, usage: whole };
}

function isWithoutCached({ input_tokens, input_token_details }: SpelledUsage): boolean {
  const input = tokenCount(input_tokens);
  return input !== undefined && input < (tokenCount(cachedOf(input_token_details)) ?? 0);
}

/** Versions of the package before 1.2.2 leave the cache's tokens out of a stream's input. */
function withCached(usage: SpelledUsage, { hidden, warnings }: StreamedUsage): StreamedUsage {
  const input_tokens = sumOfCounts(usage.input_tokens, cachedOf(usage.input_token_details));
  return { usage: { ...usage, input_tokens }, hidden, warnings: [...warnings, WITHOUT_CACHED] };
}

const WITHOUT_CACHED = "`usage_metadata` leaves the cache's tokens out of the input: they are counted beside it";

function cachedOf({ cache_read, cache_creation }: Fields = {}): unknown {
  return sumOfCounts(cache_read, cache_creation);
}

/** How fast the answer was is a tier with a price of its own. What was asked for is asked where the answer does not say. */
function tierOf(raw: Fields, params: Fields): unknown {
  const speed = nonEmpty(raw.speed ?? params.speed);
  if (speed !== undefined && speed !== "standard") return speed;
  return raw.service_tier ?? (params.service_tier === "standard_only" ? "standard" : undefined);
}

const NO_DEARER: readonly unknown[] = ["global", "not_available"];

/** Inference that is kept in one place is billed 1.1 times, cache and all. https://platform.claude.com/docs/en/about-claude/pricing */
function dearerPlace(raw: Fields, params: Fields): string | undefined {
  const place = nonEmpty(raw.inference_geo ?? params.inference_geo);
  if (place === undefined || NO_DEARER.includes(place)) return undefined;
  return `inference in one place (\`inference_geo\` is \`${place.slice(0, 40)}\`) is billed 1.1 times, which no price says`;
}
