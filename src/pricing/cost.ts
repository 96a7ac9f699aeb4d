import { formatUsd, type Usd } from "../money.js";
import { sumOf, toComponents, type CostComponents } from "./components.js";
import { parseDeclared, type DeclaredPricing, type ParsedDeclaration } from "./declared.js";
import { costOfGpuTime } from "./gpu_time.js";
import { localPrice } from "./local_servers.js";
import { ageOf, withAgeWarning } from "./price_of.js";
import { resolvePrice, unpriced, type Resolution } from "./resolve.js";
import type { PriceBasis, PriceQuery, PriceTable } from "./schema.js";
import { toBuckets, type UsageLike } from "./usage_buckets.js";

/** What is to be charged for, and what is known of where it ran. */
export interface CostQuery extends PriceQuery {
  /** What the user declared on the model with `pricing:`; checked here. Wins over every table. */
  declared?: DeclaredPricing;
  /** Whether the server is on a loopback or private address: self-hosted servers there are free unless priced. */
  isPrivateHost?: boolean;
  /** The server's host name, which tells Ollama's cloud from other public hosts. */
  host?: string;
  /** How long the call took, in seconds; needed where a GPU's hours are declared. */
  seconds?: number;
}

/** Where to look prices up, and how old they may be. */
export interface CostOptions {
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: PriceTable;
  /** Warn when the price was last checked more than this many days before the call. */
  maxAgeDays?: number;
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
  /** What had to be assumed, such as that cached tokens are charged as input. */
  assumptions: string[];
  /** What may be wrong, such as counts that contradict each other or an old price. */
  warnings: string[];
  /** One sentence that says where the price comes from, or why there is none. */
  reason: string;
}

/** Prices a call's usage: declared price first, then the tables. Never throws; what has no price is `unpriced`. */
export function costOfUsage(usage: UsageLike | undefined, query: CostQuery, options: CostOptions = {}): Cost {
  try {
    return chargeFor(usage, query, options);
  } catch (error) {
    // Only reached by tables that were not made by definePriceTable: metering must not fail a call.
    return unpricedCost(unpriced(String(query?.provider), 0, `the look-up failed: ${String(error).slice(0, 200)}`));
  }
}

function chargeFor(usage: UsageLike | undefined, query: CostQuery, { table, maxAgeDays }: CostOptions): Cost {
  const atMs = query.at === undefined ? Date.now() : Number(query.at);
  const declared = query.declared === undefined || query.declared === null ? undefined : parseDeclared(query.declared);
  if (declared?.kind === "gpu") return gpuCost(declared, query, atMs);
  const resolution = declared === undefined ? lookUp({ ...query, inputTokens: usage?.input_tokens }, table) : declaredPrice(declared, query, atMs);
  if (resolution.rates === undefined) return unpricedCost(resolution);
  const buckets = toBuckets(usage);
  if (typeof buckets === "string") return uncounted(resolution, buckets);
  const { components, assumptions } = toComponents(buckets, resolution.rates);
  const ageDays = ageOf(resolution);
  return {
    ...total(components, resolution.basis),
    ...evidence(resolution),
    ageDays,
    assumptions: [...resolution.assumptions, ...assumptions, ...buckets.assumptions],
    warnings: [...withAgeWarning(resolution.warnings, ageDays, maxAgeDays), ...buckets.warnings],
  };
}

/** Usage that cannot be priced. What is free costs nothing, however much of it there was. */
function uncounted(resolution: Resolution, problem: string): Cost {
  if (resolution.basis !== "free") return unpricedCost({ ...resolution, basis: "unpriced", reason: problem });
  return { ...unpricedCost(resolution), ...total({}, "free"), warnings: [problem] };
}

function lookUp(query: CostQuery, table: PriceTable | undefined): Resolution {
  const resolution = resolvePrice(query, table);
  return resolution.rates === undefined ? (localPrice(query, resolution, table) ?? resolution) : resolution;
}

function declaredPrice(declared: Exclude<ParsedDeclaration, { kind: "gpu" }>, { provider }: CostQuery, atMs: number): Resolution {
  const base = unpriced(provider, atMs, "declared unpriced on the model");
  if (declared.kind === "unpriced") return base;
  if (declared.kind === "invalid") return { ...base, reason: declared.reason };
  if (declared.kind === "tokens") return { ...base, basis: "user", rates: declared.rates, reason: "declared on the model" };
  const zero = { input: 0n, cachedInput: 0n, cacheWrite: 0n, output: 0n };
  return { ...base, basis: "free", rates: zero, reason: "declared free on the model" };
}

function gpuCost(declared: Extract<ParsedDeclaration, { kind: "gpu" }>, { provider, seconds }: CostQuery, atMs: number): Cost {
  const base = unpriced(provider, atMs, "GPU hours are declared on the model, but the call's duration is not known");
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) return unpricedCost(base);
  const components = { gpu: costOfGpuTime(declared.picoPerHour, declared.gpus, seconds, declared.share) };
  const reason = "GPU time, at the price declared on the model";
  return { ...unpricedCost({ ...base, basis: "user", reason }), ...total(components, "user") };
}

function total(components: CostComponents, basis: PriceBasis): Pick<Cost, "status" | "totalPico" | "totalUsd" | "components"> {
  const totalPico = sumOf(components);
  return { status: basis === "free" ? "free" : "priced", totalPico, totalUsd: formatUsd(totalPico), components };
}

function evidence({ basis, row, source, checkedOn, derived, reason }: Resolution): Pick<Cost, "basis" | "row" | "source" | "checkedOn" | "derived" | "reason"> {
  return { basis, row, source, checkedOn, derived, reason };
}

function unpricedCost(resolution: Resolution): Cost {
  return {
    status: "unpriced",
    totalPico: undefined,
    totalUsd: undefined,
    components: {},
    ...evidence(resolution),
    ageDays: ageOf(resolution),
    assumptions: [],
    warnings: [],
  };
}
