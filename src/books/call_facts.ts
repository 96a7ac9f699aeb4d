import type { CallFacts, EntryAttempt } from "../ledger/entry.js";
import { providerOfId } from "../pricing/look_up/providers.js";
import { toEntryTokens, usageOfMessage } from "./usage_report.js";
import { tokenCount } from "../base/counts.js";
import type { ServerCost } from "../pricing/server_cost.js";
import { calledModel, whoBills, type Biller, type CalledModel } from "./called_model.js";
import { readOnce } from "./read_once.js";
import { proxyCost, saidCost, toServerCost, type SaidCost } from "./said_cost.js";
import type { Evidence } from "./spellings/evidence.js";
import type { Fields, Reading } from "./spellings/spelled.js";
import { fieldsOf, itemsOf, nonEmpty, numberOf } from "../base/json.js";

/** What is known of a call before it is answered. */
export interface ExpectedCall extends CallFacts {
  /** The class that was called, and the provider that it names itself, where they are not this package's. */
  className?: string;
  started?: string;
  /** Whether the call is one of this package's models, which say on their errors what was spent. */
  isOurs: boolean;
}

/** What an answer's metadata says of its call. */
export interface AnswerFacts extends Partial<CallFacts> {
  /** Whether it is an answer of one of this package's models. */
  isOurs: boolean;
  createdMs?: number;
  /** From the first request to the last byte. */
  serverMs?: number;
  timeToFirstTokenMs?: number;
  attempts?: EntryAttempt[];
  /** Whether the form of the answer alone says that it came from a server of the user's own. */
  isOwnMachine?: boolean;
  /** What a proxy said of each request, and what the answer itself says. */
  proxyCost?: ServerCost;
  said?: SaidCost;
}

const UNKNOWN = "unknown";
const OLLAMA_CLOUD = "ollama.com";

/**
 * Reads what a run's start, or a proposed call, says. Metadata comes before parameters: it names what the user named.
 * @param model - as core serialises it for handlers
 */
export function expectedCall(metadata: unknown, extraParams?: unknown, model?: unknown): ExpectedCall {
  const { ls_provider, ls_model_name, metered } = fieldsOf(metadata);
  const params = fieldsOf(fieldsOf(extraParams).invocation_params);
  const { modelRequested: named, tier, host, privateHost, pricing } = factsOf(metered);
  const isOurs = metered !== undefined;
  const called: CalledModel = isOurs ? {} : calledModel(model);
  const modelRequested =
    named ??
    called.deployment ??
    nonEmpty(ls_model_name) ??
    nonEmpty(params.model) ??
    nonEmpty(params.model_name) ??
    UNKNOWN;
  const started = nonEmpty(ls_provider);
  const bills: Biller = isOurs ? { provider: started } : whoBills({ ...called, started });
  return {
    provider: providerOf(bills.provider, modelRequested, isOurs),
    modelRequested,
    tier: tier ?? tierOf(params),
    host: host ?? called.host,
    privateHost: privateHost ?? bills.privateHost,
    clientOf: bills.clientOf,
    pricing,
    isOurs,
    className: called.className,
    started,
  };
}

/** Reads what a message's `response_metadata` says, and what was read with its usage. */
export function answerFacts(evidence: Evidence, reading: Reading = {}): AnswerFacts {
  const { metadata, info, message } = evidence;
  const created = numberOf(metadata.created);
  const timing = fieldsOf(metadata.metered_timing);
  const { modelRequested, tier, host, privateHost, pricing } = factsOf(metadata.metered);
  const remoteHost = hostOf(metadata.remote_host) ?? (reading.isOllamaCloud === true ? OLLAMA_CLOUD : undefined);
  const served = nonEmpty(metadata.remote_model) ?? nonEmpty(reading.modelServed) ?? servedIn(info);
  return {
    isOurs: metadata.metered !== undefined,
    modelRequested,
    // A local Ollama may hand a call on to another host, under a name of its own; who serves it sends the bill.
    host: remoteHost ?? host,
    privateHost: remoteHost === undefined ? privateHost : false,
    pricing,
    proxyCost: proxyCost(metadata),
    isOwnMachine: reading.isOwnMachine,
    said: saidCost(reading),
    provider: readOnce(nonEmpty(metadata.model_provider)),
    modelServed: readOnce(served ?? servedIn(metadata) ?? servedIn(fieldsOf(message.additional_kwargs))),
    tier: nonEmpty(reading.tier) ?? tierOf(info) ?? tierOf(metadata) ?? tier,
    createdMs: created === undefined ? undefined : created * 1000,
    // Ollama measures itself, in nanoseconds: nearer to the machine's time than our clock.
    serverMs: durationOf(nanosecondsToMs(metadata.total_duration)) ?? durationOf(timing.total_ms),
    timeToFirstTokenMs: durationOf(timing.first_token_ms),
    attempts: attemptsOf(metadata.requests),
  };
}

function servedIn({ model_name, model }: Fields): string | undefined {
  return nonEmpty(model_name) ?? nonEmpty(model);
}

/** The service tier, under any of the names that packages have for it. */
function tierOf({ service_tier, serviceTier }: Fields): string | undefined {
  return readOnce(nonEmpty(service_tier) ?? nonEmpty(serviceTier) ?? nonEmpty(fieldsOf(serviceTier).type));
}

/** What is known in the end: the start knows best who was asked, the answer who served. */
export function mergeFacts(expected: Partial<ExpectedCall>, answer: AnswerFacts): CallFacts {
  const known = (name: string | undefined) => (name === UNKNOWN ? undefined : name);
  const modelRequested = known(expected.modelRequested) ?? answer.modelRequested ?? answer.modelServed ?? UNKNOWN;
  const { isOurs = answer.isOurs, className, host, started } = expected;
  const bills: Biller = isOurs
    ? { provider: known(expected.provider) ?? answer.provider }
    : whoBills({ className, host, started, answered: answer.provider });
  const provider = providerOf(bills.provider, modelRequested, isOurs);
  return {
    provider,
    modelRequested,
    modelServed: answer.modelServed,
    tier: answer.tier ?? expected.tier,
    host: answer.host ?? host,
    privateHost: answer.privateHost ?? expected.privateHost ?? bills.privateHost ?? answer.isOwnMachine,
    clientOf: bills.clientOf,
    pricing: answer.pricing ?? expected.pricing,
    serverCost: answer.proxyCost ?? toServerCost(answer.said, provider),
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
