import type { CompiledTier, Located } from "./compiled.js";
import type { ModelId } from "./model_id.js";
import { modelSize, type ModelSize } from "./model_size.js";
import type { AccountIds } from "./providers.js";
import type { PriceTable, SizeTier } from "./schema.js";

const OTHER_ACCOUNT =
  "the id belongs to another account; the size tier holds for serverless only: a deployment bills GPU time";

/** The first tier that a model's size fits, or why none does. */
export function fitTier(
  table: PriceTable,
  tiers: readonly CompiledTier[],
  id: ModelId,
  ids: AccountIds,
  atMs: number,
): Located {
  if (tiers.length === 0) return { kind: "none", reason: "no row names this model" };
  const named = tiers.find(({ tier }) => tier.architecture === "named" && id.name.includes(tier.contains ?? id.name));
  if (named !== undefined) return { kind: "tier", tier: named, how: `tier for names with \`${named.tier.contains}\`` };
  const name = table.sizeReading === "largest" ? id.name : ids.spell(id.name);
  const size = modelSize(name, table.sizeReading);
  if (size.kind === "unknown") return { kind: "none", reason: `no row names this model, and ${size.reason}` };
  const fitting = tiers.filter((candidate) => fits(candidate.tier, size));
  const shape = `${size.moe ? "mixture of experts" : "dense"}, ${size.totalB}B`;
  if (fitting.length === 0)
    return { kind: "none", reason: `no row names this model, and no size tier is documented for it (${shape})` };
  const tier = fitting.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (tier === undefined)
    return { kind: "none", reason: "no row names this model, and no price of its size tier is known for that date" };
  const foreign = id.account !== undefined && id.account !== ids.account;
  return {
    kind: "tier",
    tier,
    how: `size tier (${shape}; ${size.evidence})`,
    ...(foreign ? { assumption: OTHER_ACCOUNT } : {}),
  };
}

function fits(tier: SizeTier, { totalB, moe }: Extract<ModelSize, { kind: "sized" }>): boolean {
  if (tier.architecture === "named" || ((tier.architecture === "moe") !== moe && tier.architecture !== "any"))
    return false;
  if (tier.above !== undefined && totalB <= tier.above) return false;
  if (tier.from !== undefined && totalB < tier.from) return false;
  if (tier.below !== undefined && totalB >= tier.below) return false;
  return tier.upTo === undefined || totalB <= tier.upTo;
}
