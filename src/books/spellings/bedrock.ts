import { tokenCount } from "../../base/counts.js";
import { fieldsOf, isObject, itemsOf, nonEmpty } from "../../base/json.js";
import { hiddenWrites, unlistedWrites, writtenTokens, type CacheWrites } from "./cache_writes.js";
import type { Evidence } from "./evidence.js";
import { inputWith, sumOfCounts } from "./sum_of_counts.js";
import { unexplained } from "./unexplained.js";
import { because, known, spelled, type Fields, type Reading, type SpelledUsage } from "./spelled.js";

/** What Bedrock's Converse API says: in `response_metadata`, or in what a stream's last event left there. */
export function readBedrock(evidence: Evidence): Reading | undefined {
  const { metadata, className, params } = evidence;
  if (metadata.model_provider !== "bedrock-converse" && className !== "ChatBedrockConverse") return undefined;
  const said = isObject(metadata.metadata) ? metadata.metadata : metadata;
  const raw = fieldsOf(said.usage);
  const writes = said.usage === undefined ? hiddenWrites(evidence) : unlistedWrites(writesOfConverse(raw));
  const isTwice = said !== metadata && countsCacheTwice(raw, evidence.model ?? "");
  const routed = nonEmpty(fieldsOf(fieldsOf(said.trace).promptRouter).invokedModelId);
  const usage = usageOfConverse(isTwice ? { ...raw, inputTokens: restOf(raw), totalTokens: undefined } : raw);
  return {
    usage,
    isBetter: true,
    ...(isTwice ? {} : { warnings: unexplained(evidence, usage) }),
    ...because(isTwice ? TWICE : writes, routed && ROUTER, guardrailOf(params)),
    tier: tierOf(said, params),
    modelServed: routed === undefined ? idIn(evidence.model) : (idIn(routed) ?? routed),
  };
}

/** The model's id in the name of its resource; `undefined` for other names, which are their owner's own. */
function idIn(model: unknown): string | undefined {
  return nonEmpty(model)?.match(/^arn:aws[a-z-]*:bedrock:[^/]*:(?:inference-profile|foundation-model)\/(.+)$/)?.[1];
}

const ROUTER = "the prompt router is billed apart from the model";
const TWICE = "`inputTokens` seems to have the cache's tokens in it already: they are not counted twice";

/** Streams of OpenAI's models have the cache's tokens in the input too, unlike their whole answers. https://github.com/maximhq/bifrost/pull/6942 */
function countsCacheTwice(raw: Fields, model: string): boolean {
  const rest = restOf(raw);
  return /(?:^|[./])openai\./.test(model) && rest !== undefined && rest >= 0 && rest !== raw.inputTokens;
}

function restOf({ inputTokens, cacheReadInputTokens, cacheWriteInputTokens }: Fields): number | undefined {
  const input = tokenCount(inputTokens);
  const cached = (tokenCount(cacheReadInputTokens) ?? 0) + (tokenCount(cacheWriteInputTokens) ?? 0);
  return input === undefined ? undefined : input - cached;
}

function usageOfConverse(raw: Fields): SpelledUsage | undefined {
  const { inputTokens, outputTokens, totalTokens, cacheReadInputTokens: read, cacheWriteInputTokens: written } = raw;
  const writes = writesOfConverse(raw);
  return spelled({
    input_tokens: inputWith(inputTokens, read, written),
    output_tokens: outputTokens,
    // Some totals leave the cache's tokens out.
    total_tokens: totalTokens === sumOfCounts(inputTokens, outputTokens) ? undefined : totalTokens,
    input_token_details: known({ cache_read: read, cache_creation: writtenTokens(writes) }),
    units: known({ cacheWrite1h: writes.forAnHour }),
  });
}

/** How long the cache keeps what was written to it, for models that can be told. */
function writesOfConverse({ cacheWriteInputTokens: all, cacheDetails }: Fields): CacheWrites {
  const details = itemsOf(cacheDetails).map(fieldsOf);
  const writtenFor = (duration: string) => details.find(({ ttl }) => ttl === duration)?.inputTokens;
  const forFiveMinutes = writtenFor("5m") ?? (details.length > 0 ? 0 : undefined);
  return { all, forFiveMinutes, forAnHour: writtenFor("1h") };
}

/** What a guardrail checks is billed by the text that it reads, apart from the model. https://aws.amazon.com/bedrock/pricing/ */
function guardrailOf({ guardrailConfig }: Fields): string | undefined {
  return nonEmpty(fieldsOf(guardrailConfig).guardrailIdentifier) && "the guardrail is billed apart from the model";
}

/** Latency is a tier with prices of its own. The answer says whether it was optimized; else what was asked for counts. */
function tierOf(said: Fields, params: Fields): unknown {
  const latency = nonEmpty(fieldsOf(said.performanceConfig ?? params.performanceConfig).latency);
  return latency !== undefined && latency !== "standard" ? latency : fieldsOf(said.serviceTier).type;
}
