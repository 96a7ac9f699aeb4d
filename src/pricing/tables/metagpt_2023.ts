import { frozenTable, type PriceTable, type SizeTier } from "../look_up/schema.js";

const SOURCE = "MetaGPT fireworks_api.py, 2024-01-05, after app.fireworks.ai/pricing of 2023";

const step = (id: string, bounds: Partial<SizeTier>, input: string, output: string): SizeTier => ({
  id: `metagpt-2023/${id}`,
  provider: "fireworks",
  architecture: "any",
  ...bounds,
  rates: { input, output },
  source: SOURCE,
  checkedOn: "2023-12-31",
});

/**
 * The price grades of 2023, by the size in a model's name; opt-in, with their exact figures. Output costs four times the
 * input. Above 80B, and for names without a size, there is no grade: such models are unpriced, where the origin charged 0.
 */
export const METAGPT_2023_GRADES: PriceTable = frozenTable({
  name: "metagpt-2023",
  rows: [],
  aliases: [],
  tiers: [
    step("mixtral-8x7b", { architecture: "named", contains: "mixtral-8x7b" }, "0.4", "1.6"),
    step("16", { above: 0, upTo: 16 }, "0.2", "0.8"),
    step("80", { above: 16, upTo: 80 }, "0.7", "2.8"),
  ],
  sizeReading: "largest",
  fallback: undefined,
  origin: "user",
});
