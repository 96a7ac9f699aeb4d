import type { SizeTier } from "../look_up/schema.js";

const SOURCE = "docs.fireworks.ai/serverless/pricing (other base models), copy of 2026-09; the same figures since 2024";
/** The oldest copies are of 2024; the list of 2023 had other prices. */
const VALID_FROM = "2024-01-01";
const CHECKED_ON = "2026-10-08";

/**
 * Fireworks' prices for text and vision models that its list does not name, by total parameters. Mixtures of experts
 * come first; above 176B they have no documented price. Input and output cost the same; there is no cached rate.
 */
export const FIREWORKS_TIERS: readonly SizeTier[] = [
  {
    id: "fireworks/tier-moe-56b",
    provider: "fireworks",
    architecture: "moe",
    upTo: 56,
    rates: { input: "0.5", output: "0.5" },
    validFrom: VALID_FROM,
    source: SOURCE,
    checkedOn: CHECKED_ON,
  },
  {
    id: "fireworks/tier-moe-176b",
    provider: "fireworks",
    architecture: "moe",
    above: 56,
    upTo: 176,
    rates: { input: "1.2", output: "1.2" },
    validFrom: VALID_FROM,
    source: SOURCE,
    checkedOn: CHECKED_ON,
  },
  {
    id: "fireworks/tier-below-4b",
    provider: "fireworks",
    architecture: "dense",
    below: 4,
    rates: { input: "0.1", output: "0.1" },
    validFrom: VALID_FROM,
    source: SOURCE,
    checkedOn: CHECKED_ON,
  },
  {
    id: "fireworks/tier-4b-16b",
    provider: "fireworks",
    architecture: "dense",
    from: 4,
    upTo: 16,
    rates: { input: "0.2", output: "0.2" },
    validFrom: VALID_FROM,
    source: SOURCE,
    checkedOn: CHECKED_ON,
  },
  {
    id: "fireworks/tier-above-16b",
    provider: "fireworks",
    architecture: "dense",
    above: 16,
    rates: { input: "0.9", output: "0.9" },
    validFrom: VALID_FROM,
    source: SOURCE,
    checkedOn: CHECKED_ON,
  },
];
