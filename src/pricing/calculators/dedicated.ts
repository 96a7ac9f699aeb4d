import { checkFields } from "../../base/check_given.js";
import { withJson } from "../../base/json_amounts.js";
import { ConfigurationError } from "../../base/errors.js";
import { formatUsd, parseUsd, type Usd } from "../../base/money.js";
import { shown } from "../../base/shown.js";
import { dayStart, daysBetween, instantOf } from "../look_up/dates.js";
import { costOfGpuTime } from "../components.js";
import { FIREWORKS_GPU_HOURS, type GpuName, type GpuPriceRow } from "../tables/gpu_hours.js";

/** GPU time of a dedicated deployment. */
export interface DedicatedQuery {
  gpu: GpuName | (string & {});
  /** How many GPUs the deployment has. @default 1 */
  count?: number | undefined;
  /** How long they ran, in seconds; start-up is not billed. */
  seconds: number;
  /** The day of the price. @default now */
  at?: Date | string | undefined;
  /** Pinned to a region: 1.5 times the price since 2026-09. @default false */
  regionRestricted?: boolean | undefined;
  /** A price of one's own per GPU and hour, such as a contract's; a decimal string in USD. */
  usdPerHour?: string | undefined;
}

/** What GPU time costs. Without a known price `totalUsd` is `undefined`, never 0. */
export interface DedicatedCost {
  status: "priced" | "unpriced";
  totalPico: Usd | undefined;
  totalUsd: string | undefined;
  usdPerHour: string | null;
  row: string | null;
  source: string | null;
  checkedOn: string | null;
  ageDays: number | null;
  reason: string;
}

const REGION_SINCE = "2026-09-01";

/**
 * What a dedicated deployment on Fireworks costs: rate x GPUs x time, billed per second.
 * @throws ConfigurationError when a count or a time is not credible.
 * @example dedicatedCost({ gpu: "H100", count: 8, seconds: 1800 }).totalUsd; // "32"
 */
export function dedicatedCost(query: DedicatedQuery): DedicatedCost {
  checkFields("query", query, 'Pass an object, such as `{ gpu: "H100", seconds: 3600 }`.');
  const { gpu, count = 1, seconds, usdPerHour, regionRestricted = false } = query;
  if (!Number.isInteger(count) || count < 1) throw refuse("count", count, "a whole number of at least 1");
  if (!Number.isFinite(seconds) || seconds < 0) throw refuse("seconds", seconds, "a number of at least 0");
  const atMs = instantOf(query.at);
  const own = usdPerHour === undefined ? undefined : parseUsd(usdPerHour, "usdPerHour");
  const row = own === undefined ? rowAt(gpu, atMs) : undefined;
  const base = own ?? (row === undefined ? undefined : parseUsd(row.usdPerHour));
  if (base === undefined) return unknown(`no price of \`${String(gpu).slice(0, 40)}\` is known for that day`);
  const regionKnown = own !== undefined || atMs >= (dayStart(REGION_SINCE) ?? 0);
  if (regionRestricted && !regionKnown) return unknown("the premium for pinned regions is not known for that day");
  const rate = regionRestricted && own === undefined ? (base * 3n) / 2n : base;
  const { pico, usd } = costOfGpuTime(rate, count, seconds);
  const total = { totalPico: pico, totalUsd: usd, usdPerHour: formatUsd(rate) };
  return withJson({ status: "priced", ...total, ...evidence(row, atMs) });
}

/** The row of a GPU in any spelling: `H100`, `h100 80GB`, `NVIDIA_H100_80GB`. */
function rowAt(gpu: string, atMs: number): GpuPriceRow | undefined {
  const text = String(gpu)
    .toUpperCase()
    .replace(/^(?:NVIDIA|AMD)[^A-Z0-9]+/, "");
  const name = /^[A-Z0-9]*/.exec(text)?.[0];
  return FIREWORKS_GPU_HOURS.find((row) => {
    const from = dayStart(row.validFrom) ?? -Infinity;
    const to = dayStart(row.validTo) ?? Infinity;
    return row.gpu === name && from <= atMs && atMs < to;
  });
}

function evidence(
  row: GpuPriceRow | undefined,
  atMs: number,
): Pick<DedicatedCost, "row" | "source" | "checkedOn" | "ageDays" | "reason"> {
  if (row === undefined) return { row: null, source: null, checkedOn: null, ageDays: null, reason: "the given price" };
  const ageDays = daysBetween(dayStart(row.checkedOn) ?? atMs, atMs);
  return {
    row: row.id,
    source: row.source,
    checkedOn: row.checkedOn,
    ageDays,
    reason: "the listed price per GPU and hour",
  };
}

function unknown(reason: string): DedicatedCost {
  return {
    status: "unpriced",
    totalPico: undefined,
    totalUsd: undefined,
    usdPerHour: null,
    row: null,
    source: null,
    checkedOn: null,
    ageDays: null,
    reason,
  };
}

function refuse(option: string, value: unknown, expected: string): ConfigurationError {
  return new ConfigurationError(option, `\`${option}\` is \`${shown(value)}\`, not ${expected}.`, "Correct it.");
}
