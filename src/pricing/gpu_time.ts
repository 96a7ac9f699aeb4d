import { divideRounded, formatUsd } from "../base/money.js";
import type { GpuComponent } from "./components.js";

const MICROS_PER_HOUR = 3_600_000_000n;
const SHARE_UNITS = 1_000_000_000;

/** What GPU time costs: rate x GPUs x share x time, rounded half-even to a pico-dollar once. Time counts in microseconds. */
export function costOfGpuTime(picoPerHour: bigint, gpus: number, seconds: number, share = 1): GpuComponent {
  const micros = BigInt(Math.round(seconds * 1_000_000));
  const shareUnits = BigInt(Math.round(share * SHARE_UNITS));
  const pico = divideRounded(picoPerHour * BigInt(gpus) * micros * shareUnits, MICROS_PER_HOUR * BigInt(SHARE_UNITS));
  return { seconds, gpus, share, usdPerHour: formatUsd(picoPerHour), usd: formatUsd(pico), pico };
}
