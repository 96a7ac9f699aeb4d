import { costOfTokens, divideRounded, formatUsd, type Usd } from "../base/money.js";
import type { CompiledRate, CompiledRates } from "./look_up/compiled.js";
import type { Buckets } from "./usage_buckets.js";

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

/** The parts of a cost. They do not overlap, and their sum is the total. */
export interface CostComponents {
  /** Input tokens that no cache served. */
  input?: CostComponent;
  cachedInput?: CostComponent;
  /** Input tokens written to a cache, where there were any. */
  cacheWrite?: CostComponent;
  /** Output tokens but those of reasoning. */
  output?: CostComponent;
  /** Reasoning tokens, where the server counted them apart; charged as output. */
  reasoning?: CostComponent;
  gpu?: GpuComponent;
  /** The whole call, where its cost was declared in one figure. */
  call?: { usd: string; pico: Usd };
}

/** Prices each bucket, and says what had to be assumed to do so. */
export function toComponents(
  buckets: Buckets,
  rates: CompiledRates,
): { components: CostComponents; assumptions: string[] } {
  const assumptions: string[] = [];
  if (buckets.cachedInput > 0 && rates.cachedInput === undefined) {
    assumptions.push("cached tokens charged as input: the row has no cached price");
  }
  const components: CostComponents = {
    input: component(buckets.input, rates.input),
    cachedInput: component(buckets.cachedInput, rates.cachedInput ?? rates.input),
    output: component(buckets.output, rates.output),
  };
  if (buckets.cacheWrite > 0) components.cacheWrite = component(buckets.cacheWrite, rates.cacheWrite ?? rates.input);
  if (buckets.reasoning > 0) components.reasoning = component(buckets.reasoning, rates.output);
  return { components, assumptions };
}

/** The sum of all parts. */
export function sumOf({ input, cachedInput, cacheWrite, output, reasoning, gpu, call }: CostComponents): Usd {
  let total = 0n;
  for (const part of [input, cachedInput, cacheWrite, output, reasoning, gpu, call])
    if (part !== undefined) total += part.pico;
  return total;
}

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
