import { withJson } from "../base/json_amounts.js";
import { formatUsd, type Usd } from "../base/money.js";
import type { DeclaredPricing } from "../seam/declared_pricing.js";
import { FREE_RATES } from "./look_up/compiled.js";
import { costOfGpuTime, sumOf, toComponents, type CostComponents } from "./components.js";
import { parseDeclared, type ParsedDeclaration } from "./look_up/declared.js";
import { instantOf } from "./look_up/dates.js";
import { localPrice } from "./look_up/local_servers.js";
import { ageOf, withAgeWarning } from "./look_up/price_of.js";
import { resolvePrice, unpriced, type Resolution } from "./look_up/resolve.js";
import type { PriceBasis, PriceQuery, PriceTable } from "./look_up/schema.js";
import { amountsOf, type ServerCost } from "./server_cost.js";
import { askedFor, VOUCH, withoutBatch } from "./unknown_server.js";
import { toBuckets, type UsageLike } from "./usage_buckets.js";

/** What is to be charged for, and what is known of where it ran. */
export interface CostQuery extends PriceQuery {
  /** What the user declared on the model with `pricing:`; checked here. Wins over every table. */
  declared?: DeclaredPricing | undefined;
  /** Whether the server is on a loopback or private address: self-hosted servers there are free unless priced. */
  isPrivateHost?: boolean | undefined;
  /** The server's host name, which tells Ollama's cloud from other public hosts. */
  host?: string | undefined;
  /** What the answer says that the call was billed at. */
  serverCost?: ServerCost | undefined;
  /** The tier that was asked for, where the answer names another. */
  requestedTier?: string | undefined;
  /** Whether the user vouches for what the server says of its prices. */
  isServerTrusted?: boolean | undefined;
  /**
   * The provider that the model's class is made for, where it stood before a server of somebody else. A row of the user's own
   * table for it holds; a price list's never does, since a model of the same name is another's there.
   */
  clientOf?: string | undefined;
  /** How long the call took, in seconds; needed where a GPU's hours are declared. */
  seconds?: number | undefined;
}

/** Where to look prices up, and how old they may be. */
export interface CostOptions {
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: PriceTable | undefined;
  /** Warn when the price was last checked more than this many days before the call. */
  maxAgeDays?: number | undefined;
}

/** What a call cost, with its parts and the evidence for the price. */
export interface Cost {
  status: "priced" | "free" | "unpriced";
  /** The sum of the components in pico-dollars; `undefined` when unpriced, never 0 for unknown. */
  totalPico: Usd | undefined;
  /** The same as a decimal string in USD. */
  totalUsd: string | undefined;
  components: CostComponents;
  basis: PriceBasis;
  row: string | null;
  source: string | null;
  checkedOn: string | null;
  /** Days from the day on which the price was last checked to the call. */
  ageDays: number | null;
  derived: boolean;
  /** Whether something was counted that has no price, so that the call cost this or more. */
  isLowerBound: boolean;
  /** What had to be assumed, such as that cached tokens are charged as input. */
  assumptions: string[];
  /** What may be wrong, such as counts that contradict each other or an old price. */
  warnings: string[];
  /** One sentence that says where the price comes from, or why there is none. */
  reason: string;
}

/** Prices a call's usage: declared price first, then the tables. Never throws; what has no price is `unpriced`. */
export function costOfUsage(usage: UsageLike | undefined, query: CostQuery, options: CostOptions = {}): Cost {
  return withJson(costWithoutJson(usage, query, options));
}

/** The same for who does not hand it on: making it fit for JSON takes as long as the arithmetic. */
export function costWithoutJson(usage: UsageLike | undefined, query: CostQuery, options: CostOptions): Cost {
  try {
    return chargeFor(usage, query, options);
  } catch (error) {
    // Only reached by tables that were not made by definePriceTable: metering must not fail a call.
    return unpricedCost(unpriced(String(query?.provider), 0, `the look-up failed: ${String(error).slice(0, 200)}`));
  }
}

function chargeFor(usage: UsageLike | undefined, query: CostQuery, options: CostOptions): Cost {
  const { serverCost } = query;
  if (serverCost === undefined) return chargeByPrice(usage, query, options);
  const billed = billedCost(serverCost, query);
  if (billed !== undefined && serverCost.isTrusted) return billed;
  // Who bills others' models is not free where it runs: what it did not say is unknown, but for a declared price.
  const own = chargeByPrice(usage, query, options);
  if (billed !== undefined) return dearer(own, billed);
  const isOwn = isDeclared(query) && own.status !== "unpriced";
  return isOwn ? own : unpricedCost(declarationOf(query, "the proxy did not say what the call cost"));
}

/** A figure that nobody vouches for makes a call dearer, never cheaper. */
function dearer(own: Cost, billed: Cost): Cost {
  const ofServer = billed.totalPico ?? 0n;
  if (own.totalPico === undefined || own.totalPico < ofServer) {
    const known = own.totalPico === undefined ? "no price is known" : "the price makes it less";
    billed.warnings.push(`the cost is what the server says, and its provider is not known; ${known}; ${VOUCH}`);
    return billed;
  }
  if (own.totalPico > ofServer)
    own.warnings.push(`the server says that the call cost less, and its provider is not known; ${VOUCH}`);
  return own;
}

function billedCost(said: ServerCost, query: CostQuery): Cost | undefined {
  const amounts = amountsOf(said);
  if (amounts === undefined) return undefined;
  const { call, upstream } = amounts;
  const resolution: Resolution = {
    ...declarationOf(query, "what the answer says that it was billed at"),
    basis: "server",
  };
  const cost = pricedCost(resolution, {
    call: { usd: formatUsd(call), pico: call },
    ...(upstream === undefined ? {} : { upstream: { usd: formatUsd(upstream), pico: upstream } }),
  });
  if (said.atLeast === undefined) return cost;
  cost.warnings.push(`the cost is a lower bound: ${said.atLeast}`);
  return { ...cost, isLowerBound: true };
}

/** By the declared price or a table's. What an answer says of itself, and nobody vouches for, does not make it cheaper than what was asked for. */
function chargeByPrice(usage: UsageLike | undefined, answered: CostQuery, options: CostOptions): Cost {
  const query = withoutBatch(answered);
  const said = chargeAsSaid(usage, query, options);
  const asked = isDeclared(query) ? undefined : askedFor(query);
  if (asked === undefined || said.totalPico === undefined) return said;
  const own = chargeAsSaid(usage, asked, options);
  if (own.totalPico === undefined || own.totalPico <= said.totalPico) return said;
  own.warnings.push(
    `the answer names a cheaper model or service tier; the price is that of what was asked for; ${VOUCH}`,
  );
  return own;
}

function isDeclared({ declared }: CostQuery): boolean {
  return declared !== undefined && declared !== null;
}

function chargeAsSaid(usage: UsageLike | undefined, query: CostQuery, { table, maxAgeDays }: CostOptions): Cost {
  const resolution = priceFor(query, usage, table);
  if ("kind" in resolution) return gpuCost(resolution, query);
  if (resolution.rates === undefined) return unpricedCost(resolution);
  const buckets = toBuckets(usage);
  if (typeof buckets === "string") return uncounted(resolution, buckets);
  const priced = toComponents(buckets, resolution.rates, resolution.isComplete);
  const cost = pricedCost(resolution, priced.components);
  cost.isLowerBound = priced.isLowerBound;
  // Appended to fresh arrays: spreading objects costs more than all the arithmetic.
  cost.assumptions.push(...priced.assumptions, ...buckets.assumptions);
  cost.warnings = withAgeWarning(resolution.warnings, cost.ageDays, maxAgeDays);
  cost.warnings.push(...buckets.warnings, ...priced.warnings);
  return cost;
}

/** A call's price: what was declared, else what the tables say. */
export function priceFor(
  query: CostQuery,
  usage: UsageLike | undefined,
  table: PriceTable | undefined,
): Resolution | Extract<ParsedDeclaration, { kind: "gpu" }> {
  const declared = isDeclared(query) ? parseDeclared(query.declared) : undefined;
  if (declared?.kind === "gpu") return declared;
  return declared === undefined ? lookUp(query, usage, table) : declaredPrice(declared, query);
}

/** Usage that cannot be priced. What is free costs nothing, however much of it there was. */
function uncounted(resolution: Resolution, problem: string): Cost {
  if (resolution.basis !== "free") return unpricedCost({ ...resolution, basis: "unpriced", reason: problem });
  return { ...pricedCost(resolution, {}), warnings: [problem] };
}

function lookUp(query: CostQuery, usage: UsageLike | undefined, table: PriceTable | undefined): Resolution {
  const { provider, model, servedModel, at, serviceTier, batch } = query;
  const resolution = resolvePrice(
    {
      provider,
      model,
      servedModel,
      at,
      serviceTier,
      batch,
      inputTokens: usage?.input_tokens,
      outputTokens: usage?.output_tokens,
    },
    table,
  );
  if (resolution.rates !== undefined)
    return query.clientOf === provider ? withHost(resolution, query, `of \`${provider}\``) : resolution;
  const local = resolution.isListed === true ? undefined : localPrice(query, resolution, table);
  return ownRow(query, table) ?? local ?? resolution;
}

function ownRow(query: CostQuery, table: PriceTable | undefined): Resolution | undefined {
  const { clientOf } = query;
  if (clientOf === undefined) return undefined;
  const found = resolvePrice({ ...query, provider: clientOf }, table);
  if (found.basis !== "user" && found.basis !== "free") return undefined;
  return withHost(found, query, `of your row for \`${clientOf}\``);
}

/** Whoever answers at a host that nobody knows may bill otherwise. */
function withHost(found: Resolution, { host }: CostQuery, whose: string): Resolution {
  const how = `the price ${whose}, though ${host ?? "another server"} answered`;
  return { ...found, assumptions: [...found.assumptions, how] };
}

function declaredPrice(declared: Exclude<ParsedDeclaration, { kind: "gpu" }>, query: CostQuery): Resolution {
  const base = declarationOf(query, "declared unpriced on the model");
  switch (declared.kind) {
    case "unpriced":
      return base;
    case "invalid":
      return { ...base, reason: declared.reason };
    case "tokens":
      return { ...base, basis: "user", rates: declared.rates, reason: "declared on the model" };
    case "free":
      return { ...base, basis: "free", rates: FREE_RATES, reason: "declared free on the model" };
  }
}

function gpuCost(declared: Extract<ParsedDeclaration, { kind: "gpu" }>, query: CostQuery): Cost {
  const { seconds } = query;
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) {
    return unpricedCost(
      declarationOf(query, "GPU hours are declared on the model, but the call's duration is not known"),
    );
  }
  const gpu = costOfGpuTime(declared.picoPerHour, declared.gpus, seconds, declared.share);
  return pricedCost(
    { ...declarationOf(query, "GPU time, at the price declared on the model"), basis: "user" },
    { gpu },
  );
}

function declarationOf({ provider, at }: CostQuery, reason: string): Resolution {
  return unpriced(provider, instantOf(at), reason);
}

function pricedCost(resolution: Resolution, components: CostComponents): Cost {
  const totalPico = sumOf(components);
  return {
    status: resolution.basis === "free" ? "free" : "priced",
    totalPico,
    totalUsd: formatUsd(totalPico),
    components,
    basis: resolution.basis,
    row: resolution.row,
    source: resolution.source,
    checkedOn: resolution.checkedOn,
    ageDays: ageOf(resolution),
    derived: resolution.derived,
    isLowerBound: false,
    assumptions: [...resolution.assumptions],
    warnings: [],
    reason: resolution.reason,
  };
}

function unpricedCost(resolution: Resolution): Cost {
  return {
    ...pricedCost(resolution, {}),
    status: "unpriced",
    totalPico: undefined,
    totalUsd: undefined,
    assumptions: [],
  };
}
