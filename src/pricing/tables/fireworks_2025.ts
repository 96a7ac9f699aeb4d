import { frozenTable, type PriceTable, type SizeTier } from "../look_up/schema.js";

const step = (
  id: string,
  architecture: SizeTier["architecture"],
  bounds: Partial<SizeTier>,
  price: string,
): SizeTier => ({
  id: `fireworks-2025/${id}`,
  provider: "fireworks",
  architecture,
  ...bounds,
  rates: { input: price, output: price },
  source: "fireworks.ai/pricing, copy of 2025-07-19; docs.cline.bot, 2025-08-20",
  checkedOn: "2025-07-19",
});

/**
 * The size tiers of 2025 alone, without any price by name; opt-in. The same price for input and output. The documents that
 * copied the list lost its row for mixtures of experts above 56B; it is here.
 */
export const FIREWORKS_2025_TIERS: PriceTable = frozenTable({
  name: "fireworks-2025",
  rows: [],
  aliases: [],
  tiers: [
    step("moe-56b", "moe", { upTo: 56 }, "0.5"),
    step("moe-176b", "moe", { above: 56, upTo: 176 }, "1.2"),
    step("below-4b", "dense", { below: 4 }, "0.1"),
    step("4b-16b", "dense", { from: 4, upTo: 16 }, "0.2"),
    step("above-16b", "dense", { above: 16 }, "0.9"),
  ],
  sizeReading: "careful",
  fallback: undefined,
  origin: "user",
});
