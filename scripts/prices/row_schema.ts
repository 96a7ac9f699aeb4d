import { z } from "zod";
import { tryParseUsd } from "../../src/base/money.js";
import { dayStart } from "../../src/pricing/look_up/dates.js";

const amount = z
  .string()
  .refine((text) => tryParseUsd(text) !== undefined && !text.startsWith("$"), "not a decimal string");
const day = z.string().refine((text) => dayStart(text) !== undefined, "not a YYYY-MM-DD day");
const rates = z.strictObject({
  input: amount,
  cachedInput: amount.optional(),
  cacheWrite: amount.optional(),
  output: amount,
});
const hour = z.int().min(0).max(24);

/** What a row of a built-in price table must be. */
export const priceRow = z.strictObject({
  id: z.string().regex(/^[a-z-]+\/[^\s#]+$/),
  provider: z.string().regex(/^[a-z-]+$/),
  models: z.array(z.string().regex(/^\S+$/)).min(1),
  kind: z.enum(["model", "fast", "us", "spot", "flex", "ultrafast", "other", "embedding", "rerank"]).optional(),
  standard: rates,
  priority: rates.optional(),
  tiers: z.record(z.string().regex(/^[a-z_-]+$/), rates).optional(),
  free: z.boolean().optional(),
  peak: z.strictObject({ rates, fromHourUtc: hour, toHourUtc: hour }).optional(),
  validFrom: day.optional(),
  validTo: day.optional(),
  lastListed: z
    .string()
    .regex(/^\d{4}(-\d{2}){0,2}$/)
    .optional(),
  source: z.string().min(10),
  checkedOn: day,
  note: z.string().min(5).optional(),
});

/** What an alias of a built-in table must be. */
export const priceAlias = z.strictObject({
  provider: z.string().regex(/^[a-z-]+$/),
  alias: z.string().regex(/^\S+$/),
  target: z.string().regex(/^\S+$/),
  validFrom: day.optional(),
  validTo: day.optional(),
  source: z.string().min(10),
  moves: z.boolean(),
});

/** What a size tier must be. */
export const sizeTier = z.strictObject({
  id: z.string(),
  provider: z.string(),
  architecture: z.enum(["dense", "moe", "any", "named"]),
  contains: z.string().optional(),
  above: z.number().optional(),
  from: z.number().optional(),
  below: z.number().optional(),
  upTo: z.number().optional(),
  rates,
  validFrom: day.optional(),
  validTo: day.optional(),
  source: z.string().min(10),
  checkedOn: day,
});
