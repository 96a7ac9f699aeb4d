/** How a model is tuned. */
export type TuningMethod = "lora-sft" | "lora-dpo" | "full-sft" | "full-dpo";

/** One dated price of training tokens on Fireworks, in USD per million, by the base model's total parameters. */
export interface TuningPriceRow {
  id: string;
  /** Bounds on the base model's total parameters in billions: above `aboveB`, up to `upToB`. */
  aboveB: number;
  upToB: number;
  /** Only for models whose name contains one of these; absent for all. */
  onlyFor?: readonly string[];
  usdPerMillion: Partial<Record<TuningMethod, string>>;
  validFrom: string;
  validTo?: string;
  source: string;
  checkedOn: string;
}

const PAGE_2025 = {
  source: "fireworks.ai/pricing, copy of 2025-07-19",
  checkedOn: "2025-07-19",
  validFrom: "2025-07-19",
  validTo: "2025-11-06",
};
const PAGE_LATE_2025 = {
  source: "fireworks.ai/pricing, copies of late 2025 and 2026-02",
  checkedOn: "2026-02-13",
  validFrom: "2025-11-06",
  validTo: "2026-10-01",
};
const PAGE_2026 = { source: "fireworks.ai/pricing, read 2026-10-01", checkedOn: "2026-10-01", validFrom: "2026-10-01" };

/** Fireworks' prices of managed fine-tuning. The lists leave 16 to 16.1B open; it belongs to the step above 16B here. */
export const FIREWORKS_FINE_TUNING: readonly TuningPriceRow[] = [
  { id: "fireworks/tuning-16b@2025-07-19", aboveB: 0, upToB: 16, usdPerMillion: { "lora-sft": "0.5" }, ...PAGE_2025 },
  { id: "fireworks/tuning-80b@2025-07-19", aboveB: 16, upToB: 80, usdPerMillion: { "lora-sft": "3" }, ...PAGE_2025 },
  {
    id: "fireworks/tuning-deepseek@2025-07-19",
    aboveB: 80,
    upToB: Infinity,
    onlyFor: ["deepseek-r1", "deepseek-v3"],
    usdPerMillion: { "lora-sft": "10" },
    ...PAGE_2025,
  },
  {
    id: "fireworks/tuning-16b@2025-11-06",
    aboveB: 0,
    upToB: 16,
    usdPerMillion: { "lora-sft": "0.5", "lora-dpo": "1" },
    ...PAGE_LATE_2025,
  },
  {
    id: "fireworks/tuning-80b@2025-11-06",
    aboveB: 16,
    upToB: 80,
    usdPerMillion: { "lora-sft": "3", "lora-dpo": "6" },
    ...PAGE_LATE_2025,
  },
  {
    id: "fireworks/tuning-300b@2025-11-06",
    aboveB: 80,
    upToB: 300,
    usdPerMillion: { "lora-sft": "6", "lora-dpo": "12" },
    ...PAGE_LATE_2025,
  },
  {
    id: "fireworks/tuning-above-300b@2025-11-06",
    aboveB: 300,
    upToB: Infinity,
    usdPerMillion: { "lora-sft": "10", "lora-dpo": "20" },
    ...PAGE_LATE_2025,
  },
  {
    id: "fireworks/tuning-16b@2026-10-01",
    aboveB: 0,
    upToB: 16,
    usdPerMillion: { "lora-sft": "0.5", "lora-dpo": "1", "full-sft": "1", "full-dpo": "2" },
    ...PAGE_2026,
  },
  {
    id: "fireworks/tuning-80b@2026-10-01",
    aboveB: 16,
    upToB: 80,
    usdPerMillion: { "lora-sft": "3", "lora-dpo": "6", "full-sft": "6", "full-dpo": "12" },
    ...PAGE_2026,
  },
  {
    id: "fireworks/tuning-300b@2026-10-01",
    aboveB: 80,
    upToB: 300,
    usdPerMillion: { "lora-sft": "6", "lora-dpo": "12", "full-sft": "12", "full-dpo": "24" },
    ...PAGE_2026,
  },
  {
    id: "fireworks/tuning-above-300b@2026-10-01",
    aboveB: 300,
    upToB: Infinity,
    usdPerMillion: { "lora-sft": "10", "lora-dpo": "20", "full-sft": "20", "full-dpo": "40" },
    ...PAGE_2026,
  },
];
