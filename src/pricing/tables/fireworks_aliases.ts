import type { PriceAlias } from "../look_up/schema.js";

const LIST =
  "docs.fireworks.ai/nexus/open-models, list of 2026-09-27; npm @earendil-works/pi-ai 1.6.0 catalogue, 2026-11-20";
const LIST_UNTIL_MOVED =
  "docs.fireworks.ai/nexus/open-models, list of 2026-09-27; npm @earendil-works/pi-ai 1.5.2 catalogue, 2026-11-10";
const MOVED =
  "npm @earendil-works/pi-ai 1.6.0 catalogue, 2026-11-20: its price is that of this target. The day is between 2026-11-10 and 2026-11-20";
const FIRECONNECT = "FireConnect repository, 2026-06-30";
const DEPRECATED = "models.dev, 2026-09; docs.fireworks.ai/nexus/open-models of 2026-09-27 calls it deprecated";
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
  alias("glm-latest", `${MODELS}glm-5p3`, "2026-09-27", LIST),
  alias("glm-fast-latest", `${ROUTERS}glm-5p3-fast`, "2026-09-27", LIST),
  alias("glm-flash-latest", `${MODELS}glm-5p3-flash`, "2026-09-27", LIST),
  alias("kimi-latest", `${MODELS}kimi-k2p6`, "2026-06-30", FIRECONNECT, "2026-07-27"),
  alias("kimi-latest", `${MODELS}kimi-k3`, "2026-09-27", LIST_UNTIL_MOVED, "2026-11-11"),
  alias("kimi-latest", `${MODELS}kimi-k3p1-pro`, "2026-11-11", MOVED),
  alias("kimi-fast-latest", `${ROUTERS}kimi-k3-fast`, "2026-09-27", LIST),
  alias("minimax-latest", `${MODELS}minimax-m3`, "2026-09-27", LIST),
  alias("qwen-max-latest", `${MODELS}qwen3p8-max`, "2026-09-16", `models.dev, 2026-09-16; ${LIST}`),
  alias("deepseek-flash-latest", `${MODELS}deepseek-v4p1-flash`, "2026-09-27", LIST),
  alias("deepseek-pro-latest", `${MODELS}deepseek-v4-pro-0813`, "2026-09-01", DEPRECATED, "2026-10-01"),
];
