import type { Attributes } from "@opentelemetry/api";
import type { LedgerEntry, OpenedCall } from "../ledger/entry.js";
import { CONVENTION_NAMES } from "./provider_names.js";

/** Who is asked for what: all that is known of a call when it begins. */
export function askedAttributes({ provider, modelRequested }: OpenedCall | LedgerEntry): Attributes {
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": CONVENTION_NAMES.get(provider) ?? provider,
    "gen_ai.request.model": modelRequested,
  };
}

/** The same with who answered, and where. */
export function callAttributes(entry: LedgerEntry): Attributes {
  const { modelServed, host } = entry;
  const attributes = askedAttributes(entry);
  if (modelServed !== undefined) attributes["gen_ai.response.model"] = modelServed;
  return host === undefined ? attributes : Object.assign(attributes, serverAttributes(host));
}

const WITH_PORT = /^([^:]+|\[.*\]):(\d+)$/;

function serverAttributes(host: string): Attributes {
  const [, address, port] = WITH_PORT.exec(host) ?? [];
  return address === undefined
    ? { "server.address": host }
    : { "server.address": address, "server.port": Number(port) };
}

/** How a call ended. A status is the server's alone: what a gate says is no answer. */
export function endAttributes({ outcome, errorType, errorStatus }: LedgerEntry): Attributes {
  const attributes: Attributes = { "langchain_metered.outcome": outcome };
  if (errorType !== undefined) attributes["error.type"] = errorType;
  if (errorStatus !== undefined && outcome !== "denied") attributes["http.response.status_code"] = errorStatus;
  return attributes;
}

/** Whether anything was sent: not for a call that was denied before its first request, nor for one that a cache answered. */
export function wasSent({ outcome, cost }: LedgerEntry): boolean {
  return (outcome !== "denied" && outcome !== "cache-hit") || cost.status !== "none";
}
