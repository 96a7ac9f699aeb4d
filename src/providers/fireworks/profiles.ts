import type { ModelProfile } from "@langchain/core/language_models/profile";

/** What is known of a model on Fireworks, for agents and middleware that ask. */
export interface FireworksModelProfile extends ModelProfile {
  /** What `reasoningEffort` may be, as far as it is a word. Absent where it is not known: models differ, and refuse what they do not take. */
  reasoningEffortLevels?: readonly string[];
  /** What it is where nothing is said. */
  reasoningEffortDefault?: string;
}

/** Context window and longest output in tokens, and whether the model reads images. */
type Row = readonly [maxInputTokens: number, maxOutputTokens: number, imageInputs: boolean];

/** Fireworks' catalogue as of 2026-11-10 (docs.fireworks.ai, models.dev). All of these call tools and reason. */
const CATALOGUE: ReadonlyMap<string, Row> = new Map([
  ["deepseek-v4p1-flash", [1_000_000, 384_000, true]],
  ["deepseek-v4p1-flash-1017", [1_000_000, 384_000, true]],
  ["ember-1", [1_048_576, 131_072, true]],
  ["glm-5p2", [1_048_576, 131_072, false]],
  ["glm-5p3", [1_048_573, 262_144, false]],
  ["glm-5p3-flash", [1_048_573, 131_072, true]],
  ["gpt-oss-120b", [131_072, 32_768, false]],
  ["gpt-oss-20b", [131_072, 32_768, false]],
  ["inkling", [1_048_576, 1_048_576, true]],
  ["kimi-k3", [1_048_576, 131_072, true]],
  ["kimi-k3p1-pro", [1_048_576, 131_072, true]],
  ["minimax-m3", [512_000, 512_000, true]],
  ["minimax-m3p1-flash", [1_000_000, 512_000, true]],
  ["muse-spark-open", [1_048_576, 131_072, true]],
  ["nemotron-3-ultra-nvfp4", [262_144, 128_000, false]],
  ["nemotron-lightning-3p5-30b-a3b", [262_144, 262_144, false]],
  ["qwen3p8-2p4t-a95b", [262_144, 131_072, false]],
  ["qwen3p8-max", [262_144, 131_072, true]],
]);

/** Levels of reasoning, and the one that is meant where none is given. */
type Efforts = readonly [levels: readonly string[], byDefault?: string];

const GPT_OSS: Efforts = [["low", "medium", "high"], "medium"];
const DEEPSEEK_V4: Efforts = [["none", "low", "medium", "high", "max"], "high"];

/**
 * Levels as of 2026-11 (docs.fireworks.ai, guide on reasoning; for GLM the profiles of PyPI langchain-fireworks 1.7.1; for Kimi K3
 * llmgateway, 2026-07-27; for Kimi K3.1 PyPI litellm 1.110.2; for MiniMax M3 inspect_ai, 2026-08).
 */
const EFFORTS: ReadonlyMap<string, Efforts> = new Map([
  ["deepseek-v4p1-flash", DEEPSEEK_V4],
  ["deepseek-v4p1-flash-1017", DEEPSEEK_V4],
  ["glm-5p2", [["none", "high", "max"], "max"]],
  ["gpt-oss-120b", GPT_OSS],
  ["gpt-oss-20b", GPT_OSS],
  ["kimi-k3", [["none", "low", "medium", "high", "xhigh", "max"]]],
  ["kimi-k3p1-pro", [["low", "high", "max"]]],
  ["minimax-m3", [["none", "low", "medium", "high", "xhigh", "max"]]],
]);

/** Routers to a model in another mode have its abilities: `kimi-k3-fast`, `glm-5p2-fast-us`. */
const MODE = /-(?:fast-us|fast|us|spot|flex|ultrafast)$/;

/** @param id a full one */
export function fireworksProfile(id: string): FireworksModelProfile {
  const name = /^accounts\/fireworks\/(?:models|routers)\/([^/#]+)$/.exec(id)?.[1]?.replace(MODE, "") ?? "";
  const row = CATALOGUE.get(name);
  if (row === undefined) return { toolCalling: true, toolChoice: true };
  const [maxInputTokens, maxOutputTokens, imageInputs] = row;
  const [reasoningEffortLevels, reasoningEffortDefault] = EFFORTS.get(name) ?? [];
  return {
    toolCalling: true,
    toolChoice: true,
    reasoningOutput: true,
    imageInputs,
    imageUrlInputs: imageInputs,
    maxInputTokens,
    maxOutputTokens,
    ...(reasoningEffortLevels === undefined ? {} : { reasoningEffortLevels }),
    ...(reasoningEffortDefault === undefined ? {} : { reasoningEffortDefault }),
  };
}
