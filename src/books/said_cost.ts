import { fieldsOf, itemsOf } from "../base/json.js";
import { formatUsd, tryParseUsd } from "../base/money.js";
import type { CallFacts } from "../ledger/entry.js";
import { billsInAnswers, type ServerCost } from "../pricing/server_cost.js";
import type { Fields, Reading } from "./spellings/spelled.js";

/** What an answer says that it cost, by whoever said it. */
export type SaidCost = Omit<ServerCost, "isTrusted">;

/** What an answer of another package's class says that it cost; `undefined` where it says nothing. */
export function saidCost({ cost, upstreamCost, costAtLeast, isCostRefused }: Reading): SaidCost | undefined {
  if (isCostRefused === true) return { usd: null };
  // Readings have been checked by then: amounts are decimal strings.
  if (typeof cost !== "string") return undefined;
  return {
    usd: cost,
    ...(typeof upstreamCost === "string" ? { upstreamUsd: upstreamCost } : {}),
    ...(costAtLeast === undefined ? {} : { atLeast: costAtLeast }),
  };
}

/** The same, once it is known who bills the call. */
export function toServerCost(
  said: SaidCost | undefined,
  { provider, clientOf }: Pick<CallFacts, "provider" | "clientOf">,
): ServerCost | undefined {
  // Before a host that nobody knows, the class says nothing of who answers.
  return said && { ...said, isTrusted: clientOf === undefined && billsInAnswers(provider) };
}

/**
 * What a proxy says that the call cost, in the metadata of a message of this package. Where it did not say it of each request (a stream that was left, an answer that broke
 * off) the cost is unknown, also on a private address.
 */
export function proxyCost(metadata: Fields): ServerCost | undefined {
  const { proxy, declared_cost_usd, litellm_call_id, requests } = metadata;
  if ((proxy ?? declared_cost_usd ?? litellm_call_id) === undefined) return undefined;
  const ofRequests = itemsOf(requests)
    .map(fieldsOf)
    .filter((request) => "declared_cost_usd" in request);
  const costs = (requests === undefined ? [metadata] : ofRequests).map((said) => tryParseUsd(said.declared_cost_usd));
  const isKnown = costs.length > 0 && !costs.includes(undefined);
  const sum = costs.reduce<bigint>((total, cost) => total + (cost ?? 0n), 0n);
  return { usd: isKnown ? formatUsd(sum) : null, isTrusted: false };
}
