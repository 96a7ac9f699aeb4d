import type { PriceAlias } from "../look_up/schema.js";

const CATALOGUE = "npm @earendil-works/pi-ai 1.5.2 catalogue, 2026-11-10";
const FIRECONNECT = "FireConnect repository, 2026-06-30";
const ROUTERS = "accounts/fireworks/routers/";
const MODELS = "accounts/fireworks/models/";

function alias(name: string, target: string, validFrom: string, source: string, validTo?: string): PriceAlias {
  return {
    provider: "fireworks",
    alias: `${ROUTERS}${name}`,
    target,
    validFrom,
    source,
    moves: true,
    ...(validTo ? { validTo } : {}),
  };
}

/**
 * Fireworks' moving aliases, with the days between which a source shows the target, or no newer model existed for it to
 * move to. In between nothing is known, so a call is priced only by the model that its response names.
 */
export const FIREWORKS_ALIASES: readonly PriceAlias[] = [
  alias("glm-latest", `${MODELS}glm-5p2`, "2026-06-30", FIRECONNECT, "2026-08-28"),
  alias("glm-latest", `${MODELS}glm-5p3`, "2026-11-10", CATALOGUE),
  alias("glm-fast-latest", `${ROUTERS}glm-5p3-fast`, "2026-11-10", CATALOGUE),
  alias("glm-flash-latest", `${MODELS}glm-5p3-flash`, "2026-11-10", CATALOGUE),
  alias("kimi-latest", `${MODELS}kimi-k2p6`, "2026-06-30", FIRECONNECT, "2026-07-27"),
  alias("kimi-latest", `${MODELS}kimi-k3`, "2026-11-10", CATALOGUE),
  alias("kimi-fast-latest", `${ROUTERS}kimi-k3-fast`, "2026-11-10", CATALOGUE),
  alias("minimax-latest", `${MODELS}minimax-m3`, "2026-11-10", CATALOGUE),
  alias("qwen-max-latest", `${MODELS}qwen3p8-max`, "2026-09-16", "models.dev, 2026-09-16; pi-ai 1.5.2, 2026-11-10"),
  alias("deepseek-flash-latest", `${MODELS}deepseek-v4p1-flash`, "2026-11-10", CATALOGUE),
  alias("deepseek-pro-latest", `${MODELS}deepseek-v4-pro-0813`, "2026-09-01", "models.dev, 2026-09", "2026-10-01"),
];
