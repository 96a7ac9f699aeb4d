import { FREE_RATES } from "./compiled.js";
import { PROVIDERS } from "./providers.js";
import { resolvePrice, type Resolution } from "./resolve.js";
import type { PriceQuery, PriceTable } from "./schema.js";

interface HostedQuery extends PriceQuery {
  isPrivateHost?: boolean;
  host?: string;
}

/**
 * The price of a call that no table names, by where it ran: free on the user's own machines, unpriced elsewhere. Ollama's
 * cloud has a price list of its own, also when a local server passes the call on.
 */
export function localPrice(query: HostedQuery, found: Resolution, table?: PriceTable): Resolution | undefined {
  if (found.provider === "ollama-cloud" || (found.provider === "ollama" && isOllamaCloud(query))) {
    return resolvePrice(
      {
        ...query,
        provider: "ollama-cloud",
        model: cloudModel(query.model),
        servedModel: query.servedModel === undefined ? undefined : cloudModel(query.servedModel),
      },
      table,
    );
  }
  if (PROVIDERS.get(found.provider)?.isSelfHosted !== true) return undefined;
  if (query.isPrivateHost === true) {
    return {
      ...found,
      basis: "free",
      rates: FREE_RATES,
      reason: "a server on a loopback or private address, with no price declared",
    };
  }
  const where = query.isPrivateHost === false ? "the server is on a public host" : "the server's host is not known";
  return { ...found, reason: `${where} and no price is declared on the model` };
}

function isOllamaCloud({ model, host }: HostedQuery): boolean {
  const name = host?.split(":")[0];
  return /[:-]cloud$/i.test(model) || name === "ollama.com" || name?.endsWith(".ollama.com") === true;
}

/** A model's name on Ollama's price list: `gpt-oss:120b` for `gpt-oss:120b-cloud`, `glm-5.3` for `glm-5.3:cloud`. */
function cloudModel(model: string): string {
  return String(model)
    .toLowerCase()
    .replace(/[:-]cloud$/, "");
}
