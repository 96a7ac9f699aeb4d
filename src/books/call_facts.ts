import type { CallFacts, EntryAttempt } from "../ledger/entry.js";
import { isStandardTier } from "../pricing/look_up/modifiers.js";
import { toEntryTokens, usageOfMessage } from "./usage_report.js";
import { tokenCount } from "../base/counts.js";
import type { ServerCost } from "../pricing/server_cost.js";
import { readOnce } from "../base/read_once.js";
import { whoBills, type Biller } from "../ledger/called_model.js";
import { factsOf, providerOf, tierOf, UNKNOWN, type ExpectedCall } from "../ledger/expected_call.js";
import { proxyCost, saidCost, toServerCost, type SaidCost } from "./said_cost.js";
import { answerId } from "./spellings/answer_id.js";
import { isOwnMessage, type Evidence } from "./spellings/evidence.js";
import type { Fields, Reading } from "./spellings/spelled.js";
import { fieldsOf, isObject, itemsOf, nonEmpty, numberOf } from "../base/json.js";

/** What an answer's metadata says of its call. */
export interface AnswerFacts extends Partial<CallFacts> {
  /** Whether it is an answer of one of this package's models. */
  isOurs: boolean;
  /** As the server gave it. */
  responseId?: string;
  createdMs?: number;
  /** From the first request to the last byte: as this package's models measured it, and as the server says. */
  measuredMs?: number;
  saidMs?: number;
  timeToFirstTokenMs?: number;
  attempts?: EntryAttempt[];
  /** Whether the form of the answer alone says that it came from a server of the user's own. */
  isOwnMachine?: boolean;
  /** What a proxy said of each request, and what the answer itself says. */
  proxyCost?: ServerCost;
  said?: SaidCost;
}

const NOTHING: Fields = {};
const OLLAMA_CLOUD = "ollama.com";

/**
 * Reads what a message's `response_metadata` says, and what was read with its usage. What only this package's models say is read
 * from their messages alone: other classes copy whatever a server sends.
 * @param isTrusted - whether the message is known to be one of this package's, or the user vouches for its fields
 */
export function answerFacts(evidence: Evidence, reading: Reading = {}, isTrusted = false): AnswerFacts {
  const { metadata, info, message } = evidence;
  const isOurs = isTrusted || isOwnMessage(evidence);
  const own = isOurs ? metadata : NOTHING;
  const created = numberOf(metadata.created);
  const timing = fieldsOf(own.metered_timing);
  const { modelRequested, tier, host, privateHost, pricing, isServerTrusted } = factsOf(own.metered);
  const remoteHost = hostOf(metadata.remote_host) ?? (reading.isOllamaCloud === true ? OLLAMA_CLOUD : undefined);
  const served = nonEmpty(metadata.remote_model) ?? nonEmpty(reading.modelServed) ?? servedIn(info);
  return {
    isOurs,
    responseId: answerId(evidence),
    modelRequested,
    isServerTrusted,
    tierRequested: isObject(own.metered) ? (tier ?? NO_TIER) : undefined,
    // A local Ollama may hand a call on to another host, under a name of its own; who serves it sends the bill.
    host: remoteHost ?? host,
    privateHost: remoteHost === undefined ? privateHost : false,
    pricing,
    proxyCost: proxyCost(own),
    isOwnMachine: reading.isOwnMachine,
    said: saidCost(reading),
    provider: readOnce(nonEmpty(metadata.model_provider)),
    modelServed: readOnce(served ?? servedIn(metadata) ?? servedIn(fieldsOf(message.additional_kwargs))),
    tier: nonEmpty(reading.tier) ?? tierOf(info) ?? tierOf(metadata) ?? tier,
    createdMs: created === undefined ? undefined : created * 1000,
    measuredMs: durationOf(timing.total_ms),
    // Ollama measures itself, in nanoseconds.
    saidMs: durationOf(nanosecondsToMs(metadata.total_duration)),
    // The first byte of an answer that comes whole says nothing of its first token.
    timeToFirstTokenMs: timing.streamed === true ? durationOf(timing.first_token_ms) : undefined,
    attempts: attemptsOf(own.requests),
  };
}

function servedIn({ model_name, model }: Fields): string | undefined {
  return nonEmpty(model_name) ?? nonEmpty(model);
}

/**
 * How long a call took, for prices by the hour: by our own clock, where it was there. A server's own is nearer to the machine's
 * time, and may say anything: it counts where the user vouches for it, and within ours.
 * @param callMs - from the run's start to its end, where that is known
 */
export function serverMsOf(
  { measuredMs, saidMs }: AnswerFacts,
  isTrusted: boolean,
  callMs?: number,
): number | undefined {
  const ownMs = measuredMs ?? callMs;
  if (ownMs === undefined) return saidMs === 0 ? undefined : saidMs;
  const isWithin = saidMs !== undefined && saidMs > 0 && saidMs <= ownMs + CLOCK_STEP_MS;
  return isTrusted && isWithin ? saidMs : measuredMs;
}

/** Our clock counts whole milliseconds. */
const CLOCK_STEP_MS = 1;

/**
 * What is known in the end: the start knows best who was asked, the answer who served.
 * @param trustsServers - whether the user vouches for what any server says of its prices
 */
export function mergeFacts(expected: Partial<ExpectedCall>, answer: AnswerFacts, trustsServers = false): CallFacts {
  const known = (name: string | undefined) => (name === UNKNOWN ? undefined : name);
  const modelRequested = known(expected.modelRequested) ?? answer.modelRequested ?? answer.modelServed ?? UNKNOWN;
  const { isOurs = answer.isOurs, className, host, started } = expected;
  const bills: Biller = isOurs
    ? { provider: known(expected.provider) ?? answer.provider }
    : whoBills({ className, host, started, answered: answer.provider });
  const provider = providerOf(bills.provider, modelRequested, isOurs);
  const isServerTrusted = trustsServers || expected.isServerTrusted === true || answer.isServerTrusted === true;
  const said = answer.proxyCost ?? toServerCost(answer.said, { provider, clientOf: bills.clientOf });
  return {
    provider,
    modelRequested,
    modelServed: answer.modelServed,
    ...tiersOf(expected, answer),
    host: answer.host ?? host,
    privateHost: answer.privateHost ?? expected.privateHost ?? bills.privateHost ?? answer.isOwnMachine,
    clientOf: bills.clientOf,
    pricing: answer.pricing ?? expected.pricing,
    serverCost: said && isServerTrusted ? { ...said, isTrusted: true } : said,
    ...(isServerTrusted ? { isServerTrusted } : {}),
  };
}

/** What is asked for where no tier is named. */
const NO_TIER = "auto";

/** The tier by which the call is priced, and the one that was asked for, where the answer names another. */
function tiersOf(expected: Partial<ExpectedCall>, answer: AnswerFacts): Pick<CallFacts, "tier" | "tierRequested"> {
  // A call whose start was not seen may have been asked for anything.
  const atStart = expected.provider === undefined ? undefined : (expected.tier ?? NO_TIER);
  // What a message of this package says is of the call itself, and not of its model.
  const asked = answer.tierRequested ?? atStart;
  const tier = answer.tier ?? expected.tier;
  const isAnother = tier !== undefined && asked !== undefined && !isSameTier(tier, asked);
  return isAnother ? { tier, tierRequested: asked } : { tier };
}

function isSameTier(tier: string, other: string): boolean {
  return tier === other || (isStandardTier(tier) && isStandardTier(other));
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
