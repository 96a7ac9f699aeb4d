/** One dated price of a GPU on Fireworks' on-demand deployments, in USD per hour, billed per second. */
export interface GpuPriceRow {
  id: string;
  gpu: GpuName;
  usdPerHour: string;
  validFrom: string;
  validTo?: string;
  source: string;
  checkedOn: string;
}

/** The GPUs that Fireworks rents or rented, by their short names. */
export type GpuName = "A100" | "H100" | "H200" | "B200" | "B300" | "GB300" | "MI300X";

interface Period {
  validFrom: string;
  validTo?: string;
  source: string;
  checkedOn: string;
  usdPerHour: Partial<Record<GpuName, string>>;
}

/**
 * Each price list as far as its dates are known. Between 2026-05-09 and 2026-08-12 prices rose on a day that no source
 * gives: that time has no price.
 */
const PERIODS: readonly Period[] = [
  {
    validFrom: "2025-07-19",
    validTo: "2025-11-06",
    source: "fireworks.ai/pricing, copy of 2025-07-19",
    checkedOn: "2025-07-19",
    usdPerHour: { A100: "2.9", H100: "5.8", H200: "6.99", B200: "11.99", MI300X: "4.99" },
  },
  {
    validFrom: "2025-11-06",
    validTo: "2026-03-01",
    source: "fireworks.ai/pricing, copies of late 2025 and 2026-02",
    checkedOn: "2026-02-13",
    usdPerHour: { A100: "2.9", H100: "4", H200: "6", B200: "9" },
  },
  {
    validFrom: "2026-03-01",
    validTo: "2026-05-09",
    source: "fireworks.ai/pricing as api-evangelist read it on 2026-05-08",
    checkedOn: "2026-05-08",
    usdPerHour: { A100: "2.9", H100: "6", H200: "6", B200: "9" },
  },
  {
    validFrom: "2026-08-12",
    validTo: "2026-09-01",
    source: "the prices before those announced on 2026-08-12",
    checkedOn: "2026-08-12",
    usdPerHour: { H100: "7", H200: "7", B200: "10", B300: "12", GB300: "18" },
  },
  {
    validFrom: "2026-09-01",
    source: "fireworks.ai/pricing, read 2026-10-01",
    checkedOn: "2026-10-01",
    usdPerHour: { H100: "8", H200: "8", B200: "13", B300: "15", GB300: "20" },
  },
];

/** Fireworks' prices of GPU time, dated. */
export const FIREWORKS_GPU_HOURS: readonly GpuPriceRow[] = PERIODS.flatMap(({ usdPerHour, ...period }) =>
  Object.entries(usdPerHour).map(([gpu, price]) => ({
    id: `fireworks/gpu-${gpu.toLowerCase()}@${period.validFrom}`,
    // The keys of a GpuName record, which Object.entries widens to string.
    gpu: gpu as GpuName,
    usdPerHour: price,
    ...period,
  })),
);
