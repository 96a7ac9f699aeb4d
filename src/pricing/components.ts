import { costOfTokens, divideRounded, formatUsd, type Usd } from "../base/money.js";
import type { CompiledRate, CompiledRates } from "./look_up/compiled.js";
import { COUNTED, MORE_TOKENS, MORE_TOKEN_UNITS, type CountedUnit, type MoreTokens, type TokenUnit } from "./units.js";
import { NO_PIECES, piecesOf, type Buckets } from "./usage_buckets.js";

/** One part of a cost. `usd` and `usdPerMillion` are decimal strings; `pico` is the same amount in pico-dollars. */
export interface CostComponent {
  tokens: number;
  usdPerMillion: string;
  usd: string;
  pico: Usd;
}

/** The time-based part of a dedicated deployment's cost. */
export interface GpuComponent {
  seconds: number;
  gpus: number;
  share: number;
  usdPerHour: string;
  usd: string;
  pico: Usd;
}

/** What is charged by the piece, such as web searches. */
export interface CountComponent {
  count: number;
  usdPerThousand: string;
  usd: string;
  pico: Usd;
}

/** An amount that was said for the whole call. */
export interface CallComponent {
  usd: string;
  pico: Usd;
}

/** The parts of a cost. They do not overlap, and their sum is the total. */
export type CostComponents = {
  /**
   * By kind. `input`: tokens that no cache served; `output`: all but those of reasoning, where the server counted them
   * apart; those are charged as output where they have no rate of their own.
   */
  [Kind in TokenUnit]?: CostComponent;
} & { [Piece in CountedUnit]?: CountComponent } & {
  /** Time on GPUs, where their hours were declared as the price. */
  gpu?: GpuComponent;
  /** The whole call, where the answer says what it was billed at. */
  call?: CallComponent;
  /** What another provider bills for the same call, with the caller's own key there. */
  upstream?: CallComponent;
};

/** Buckets with their prices, and what is to be said of them. */
export interface PricedBuckets {
  components: CostComponents;
  assumptions: string[];
  /** Set where something was counted that has no price: the cost is then the least that it can be. */
  isLowerBound: boolean;
  warnings: string[];
}

/**
 * Prices each bucket, and says what had to be assumed to do so.
 * @param isComplete - whether kinds of tokens without a rate are known to cost what their parents do
 */
export function toComponents(buckets: Buckets, rates: CompiledRates, isComplete = false): PricedBuckets {
  const { tokens, pieces } = buckets;
  const priced: PricedBuckets = {
    components: {
      input: component(tokens.input, rates.input),
      cachedInput: component(tokens.cachedInput, rates.cachedInput ?? rates.input),
      output: component(tokens.output, rates.output),
    },
    assumptions: [],
    isLowerBound: false,
    warnings: [],
  };
  if (tokens.cachedInput > 0 && rates.cachedInput === undefined)
    priced.assumptions.push("cached tokens charged as input: the row has no cached price");
  for (const unit of pieces === NO_PIECES ? COMMON : DETAILED) {
    const count = tokens[unit] ?? 0;
    if (count > 0) addTokens(priced, unit, count, rates, isComplete);
  }
  if (pieces !== NO_PIECES) for (const [unit, count] of piecesOf(pieces)) addPieces(priced, unit, count, rates[unit]);
  // A call is one request; nobody reports that.
  if (rates.request !== undefined) addPieces(priced, "request", pieces.request ?? 1, rates.request);
  return priced;
}

/** What nearly all usage has beside input, cached input and output: looking for more takes as long as the arithmetic. */
const COMMON: readonly MoreTokens[] = ["cacheWrite", "reasoning"];
const DETAILED: readonly MoreTokens[] = MORE_TOKEN_UNITS.filter((unit) => unit !== "cachedInput");

function addTokens(
  to: PricedBuckets,
  unit: MoreTokens,
  count: number,
  rates: CompiledRates,
  isComplete: boolean,
): void {
  const { words, parents, unlisted } = MORE_TOKENS[unit];
  const own = rates[unit];
  const parent = parents.find((candidate) => rates[candidate] !== undefined) ?? "input";
  to.components[unit] = component(count, own ?? rates[parent] ?? rates.input);
  if (own !== undefined || unlisted === "same") return;
  const charged = `${words} are charged as ${parent === "input" || parent === "output" ? parent : MORE_TOKENS[parent].words}`;
  if (isComplete && unlisted !== "dearer") {
    if (unlisted !== "usual") to.assumptions.push(`${charged}: the row has no other price for them`);
    return;
  }
  to.isLowerBound = true;
  to.warnings.push(`${charged}: the row has no price for them, so the cost is a lower bound`);
}

function addPieces(to: PricedBuckets, unit: CountedUnit, count: number, rate: CompiledRate | undefined): void {
  if (rate !== undefined) {
    const pico = divideRounded(rate.pico * BigInt(count), PIECES_PER_QUOTE);
    to.components[unit] = { count, usdPerThousand: rate.usd, usd: formatUsd(pico), pico };
    return;
  }
  to.isLowerBound = true;
  to.warnings.push(`${COUNTED[unit]} were counted and have no price: the cost is a lower bound`);
}

/** The sum of all parts. */
export function sumOf(components: CostComponents): Usd {
  let total = 0n;
  for (const name in components) total += components[name as keyof CostComponents]?.pico ?? 0n;
  return total;
}

const PIECES_PER_QUOTE = 1000n;
const NOTHING = "0";

function component(tokens: number, rate: CompiledRate): CostComponent {
  if (tokens === 0) return { tokens, usdPerMillion: rate.usd, usd: NOTHING, pico: 0n };
  const pico = costOfTokens(rate.pico, BigInt(tokens));
  return { tokens, usdPerMillion: rate.usd, usd: formatUsd(pico), pico };
}

const MICROS_PER_HOUR = 3_600_000_000n;
const SHARE_UNITS = 1_000_000_000;

/** What GPU time costs: rate x GPUs x share x time, rounded half-even to a pico-dollar once. Time counts in microseconds. */
export function costOfGpuTime(picoPerHour: bigint, gpus: number, seconds: number, share = 1): GpuComponent {
  const micros = BigInt(Math.round(seconds * 1_000_000));
  const shareUnits = BigInt(Math.round(share * SHARE_UNITS));
  const pico = divideRounded(picoPerHour * BigInt(gpus) * micros * shareUnits, MICROS_PER_HOUR * BigInt(SHARE_UNITS));
  return { seconds, gpus, share, usdPerHour: formatUsd(picoPerHour), usd: formatUsd(pico), pico };
}
