import { providerOfHost } from "./look_up/known_hosts.js";
import { PROVIDERS } from "./look_up/providers.js";
import type { PriceQuery } from "./look_up/schema.js";

/** The remedy, where what a server says is right. */
export const VOUCH = "set `trustServerPrices` where it is to be believed";

/** What is known of who answered a call. */
interface ServerOfCall {
  provider: string;
  clientOf?: string;
  host?: string;
}

/**
 * Whether nobody knows who answers: a server of anybody's behind a class that any may stand behind. What it says of itself (the
 * model that served, the tier) is not taken where it would make a call cheaper.
 */
function isUnknownServer({ provider, clientOf, host }: ServerOfCall): boolean {
  if (clientOf !== undefined || provider === "unknown") return true;
  if (PROVIDERS.get(provider)?.isSelfHosted !== true) return false;
  // Where Ollama hands a call on to is what the server says.
  if (provider === "ollama" || host === undefined) return true;
  return providerOfHost(host.replace(/:\d+$/, "")) === undefined;
}

/** A call with what its answer says of itself. */
interface Answered extends ServerOfCall, PriceQuery {
  requestedTier?: string;
  isServerTrusted?: boolean;
}

/** The query without a batch job that nobody asked for: no answer to a call is one, whoever says so. */
export function withoutBatch<Query extends Answered>(query: Query): Query {
  const { serviceTier, requestedTier, isServerTrusted } = query;
  const isFeigned = requestedTier !== undefined && serviceTier?.toLowerCase() === "batch" && isServerTrusted !== true;
  return isFeigned ? { ...query, serviceTier: requestedTier, requestedTier: undefined } : query;
}

/** The query without what the answer says of itself, where that is to be doubted; `undefined` where it is not. */
export function askedFor<Query extends Answered>(query: Query): Query | undefined {
  const { model, servedModel, serviceTier, requestedTier, isServerTrusted } = query;
  if (isServerTrusted === true) return undefined;
  const isOtherTier = requestedTier !== undefined && requestedTier !== serviceTier;
  const isOtherModel = servedModel !== undefined && servedModel !== model;
  if (!(isOtherTier || isOtherModel) || !isUnknownServer(query)) return undefined;
  return { ...query, servedModel: undefined, serviceTier: requestedTier ?? serviceTier };
}
