import { areOwnFacts } from "../seam/own_facts.js";
import { fieldsOf, nonEmpty, type Json } from "../base/json.js";
import { readOnce } from "../base/read_once.js";
import { providerOfId } from "../pricing/look_up/providers.js";
import { calledModel, whoBills, type Biller, type CalledModel } from "./called_model.js";
import type { CallFacts } from "./entry.js";

/** Stands for a name that nobody said. */
export const UNKNOWN = "unknown";

/** What is known of a call before it is answered. */
export interface ExpectedCall extends CallFacts {
  /** The class that was called, and the provider that it names itself, where they are not this package's. */
  className?: string;
  started?: string;
  /** Whether the call is one of this package's models, which say on their errors what was spent. */
  isOurs: boolean;
}

/**
 * Reads what a run's start, or a proposed call, says. Metadata comes before parameters: it names what the user named.
 * @param model - as core serialises it for handlers
 */
export function expectedCall(metadata: unknown, extraParams?: unknown, model?: unknown): ExpectedCall {
  const { ls_provider, ls_model_name, metered } = fieldsOf(metadata);
  const params = fieldsOf(fieldsOf(extraParams).invocation_params);
  const isOurs = areOwnFacts(metered);
  const { modelRequested: named, tier, host, privateHost, pricing, isServerTrusted } = factsOf(isOurs ? metered : {});
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
    isServerTrusted,
    isOurs,
    className: called.className,
    started,
  };
}

/** The service tier, under any of the names that packages have for it. */
export function tierOf({ service_tier, serviceTier }: Readonly<Json>): string | undefined {
  return readOnce(nonEmpty(service_tier) ?? nonEmpty(serviceTier) ?? nonEmpty(fieldsOf(serviceTier).type));
}

/** What the facts of a run of this package say. */
export function factsOf(metered: unknown): Partial<CallFacts> {
  const { requested_model, host, private_host, service_tier, pricing, trust_server_prices } = fieldsOf(metered);
  return {
    modelRequested: nonEmpty(requested_model),
    tier: nonEmpty(service_tier),
    host: nonEmpty(host),
    privateHost: typeof private_host === "boolean" ? private_host : undefined,
    pricing: pricing ?? undefined,
    isServerTrusted: trust_server_prices === true,
  };
}

/** Some ids say whose they are, also where a client made for another provider sends them. */
export function providerOf(named: string | undefined, model: string, isOurs: boolean): string {
  return (isOurs ? undefined : providerOfId(model)) ?? named ?? UNKNOWN;
}
