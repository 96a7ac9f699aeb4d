import type { CallFacts, EntryAttempt } from "../ledger/entry.js";
import { providerOfId } from "../pricing/look_up/providers.js";
import { toEntryTokens, usageOfMessage } from "./usage_report.js";
import { tokenCount } from "../base/counts.js";
import { formatUsd, tryParseUsd } from "../base/money.js";
import { fieldsOf, itemsOf, nonEmpty, numberOf } from "../base/json.js";

/** What is known of a call before it is answered. */
export interface ExpectedCall extends CallFacts {
  /** Whether the call is one of this package's models, which say on their errors what was spent. */
  isOurs: boolean;
}

/** What an answer's metadata says of its call. */
export interface AnswerFacts extends Partial<CallFacts> {
  createdMs?: number;
  /** From the first request to the last byte. */
  serverMs?: number;
  timeToFirstTokenMs?: number;
  attempts?: EntryAttempt[];
}

const UNKNOWN = "unknown";

/** Reads what a run's start, or a proposed call, says. Metadata comes before parameters: it names what the user named. */
export function expectedCall(metadata: unknown, extraParams?: unknown): ExpectedCall {
  const { ls_provider, ls_model_name, metered } = fieldsOf(metadata);
  const params = fieldsOf(fieldsOf(extraParams).invocation_params);
  const { modelRequested: named, tier, host, privateHost, pricing } = factsOf(metered);
  const modelRequested =
    named ?? nonEmpty(ls_model_name) ?? nonEmpty(params.model) ?? nonEmpty(params.model_name) ?? UNKNOWN;
  return {
    provider: providerOf(nonEmpty(ls_provider), modelRequested, metered !== undefined),
    modelRequested,
    tier: tier ?? nonEmpty(params.service_tier),
    host,
    privateHost,
    pricing,
    isOurs: metered !== undefined,
  };
}

/** Reads what a message's `response_metadata` says. */
export function answerFacts(message: unknown): AnswerFacts {
  const metadata = fieldsOf(fieldsOf(message).response_metadata);
  const created = numberOf(metadata.created);
  const timing = fieldsOf(metadata.metered_timing);
  const { modelRequested, tier, host, privateHost, pricing } = factsOf(metadata.metered);
  const remoteHost = hostOf(metadata.remote_host);
  return {
    modelRequested,
    // A local Ollama may hand a call on to another host, under a name of its own; who serves it sends the bill.
    host: remoteHost ?? host,
    privateHost: remoteHost === undefined ? privateHost : false,
    pricing: proxyPricing(metadata, pricing),
    provider: nonEmpty(metadata.model_provider),
    modelServed: nonEmpty(metadata.remote_model) ?? nonEmpty(metadata.model_name) ?? nonEmpty(metadata.model),
    tier: nonEmpty(metadata.service_tier) ?? tier,
    createdMs: created === undefined ? undefined : created * 1000,
    // Ollama measures itself, in nanoseconds: nearer to the machine's time than our clock.
    serverMs: durationOf(nanosecondsToMs(metadata.total_duration)) ?? durationOf(timing.total_ms),
    timeToFirstTokenMs: durationOf(timing.first_token_ms),
    attempts: attemptsOf(metadata.requests),
  };
}

/** What is known in the end: the start knows best who was asked, the answer who served. */
export function mergeFacts(expected: Partial<CallFacts>, answer: AnswerFacts): CallFacts {
  const known = (name: string | undefined) => (name === UNKNOWN ? undefined : name);
  const modelRequested = known(expected.modelRequested) ?? answer.modelRequested ?? answer.modelServed ?? UNKNOWN;
  // Only this package's models say where they call.
  const privateHost = answer.privateHost ?? expected.privateHost;
  return {
    provider: providerOf(known(expected.provider) ?? answer.provider, modelRequested, privateHost !== undefined),
    modelRequested,
    modelServed: answer.modelServed,
    tier: answer.tier ?? expected.tier,
    host: answer.host ?? expected.host,
    privateHost,
    pricing: answer.pricing ?? expected.pricing,
  };
}

function factsOf(metered: unknown): Partial<CallFacts> {
  const { requested_model, host, private_host, service_tier, pricing } = fieldsOf(metered);
  return {
    modelRequested: nonEmpty(requested_model),
    tier: nonEmpty(service_tier),
    host: nonEmpty(host),
    privateHost: typeof private_host === "boolean" ? private_host : undefined,
    pricing: pricing ?? undefined,
  };
}

/** Some ids say whose they are, also where a client made for another provider sends them. */
function providerOf(named: string | undefined, model: string, isOurs: boolean): string {
  return (isOurs ? undefined : providerOfId(model)) ?? named ?? UNKNOWN;
}

/**
 * What a proxy says that the call cost, before any price that the user declared. Where it did not say it of each request
 * (a stream that was left, an answer that broke off) the cost is unknown without such a price, also on a private address.
 */
function proxyPricing(metadata: Readonly<Record<string, unknown>>, declared: unknown): unknown {
  const { proxy, declared_cost_usd, litellm_call_id, requests } = metadata;
  if ((proxy ?? declared_cost_usd ?? litellm_call_id) === undefined) return declared;
  const ofRequests = itemsOf(requests)
    .map(fieldsOf)
    .filter((request) => "declared_cost_usd" in request);
  const costs = (requests === undefined ? [metadata] : ofRequests).map((said) => tryParseUsd(said.declared_cost_usd));
  const isKnown = costs.length > 0 && !costs.includes(undefined);
  const sum = costs.reduce<bigint>((total, cost) => total + (cost ?? 0n), 0n);
  return isKnown ? { callUsd: formatUsd(sum) } : (declared ?? { callUsd: null });
}

function hostOf(address: unknown): string | undefined {
  const text = nonEmpty(address);
  if (text === undefined) return undefined;
  return URL.canParse(text) ? new URL(text).hostname : text;
}

function nanosecondsToMs(value: unknown): number | undefined {
  const duration = numberOf(value);
  return duration === undefined ? undefined : duration / 1e6;
}

function durationOf(value: unknown): number | undefined {
  const duration = numberOf(value);
  return duration === undefined || duration < 0 ? undefined : duration;
}

function attemptsOf(requests: unknown): EntryAttempt[] | undefined {
  if (!Array.isArray(requests)) return undefined;
  return itemsOf(requests).map((request) => {
    const { error, reached, usage: usage_metadata, ...rest } = fieldsOf(request);
    const { usage } = usageOfMessage({ usage_metadata });
    const status = tokenCount(rest.status);
    return {
      ...(status === undefined ? {} : { status }),
      ...(nonEmpty(error) === undefined ? {} : { failed: true }),
      reached: reached !== false,
      ...(usage === undefined ? {} : { usage: toEntryTokens(usage) }),
    };
  });
}
