import type { ModelProfile } from "@langchain/core/language_models/profile";

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

/** Routers to a model in another mode have its abilities: `kimi-k3-fast`, `glm-5p2-fast-us`. */
const MODE = /-(?:fast-us|fast|us|spot|ultrafast)$/;

/** What is known of a model on Fireworks, for agents and middleware that ask; `id` is a full one. */
export function fireworksProfile(id: string): ModelProfile {
  const name = /^accounts\/fireworks\/(?:models|routers)\/([^/#]+)$/.exec(id)?.[1];
  const row = name === undefined ? undefined : CATALOGUE.get(name.replace(MODE, ""));
  if (row === undefined) return { toolCalling: true, toolChoice: true };
  const [maxInputTokens, maxOutputTokens, imageInputs] = row;
  return {
    toolCalling: true,
    toolChoice: true,
    reasoningOutput: true,
    imageInputs,
    imageUrlInputs: imageInputs,
    maxInputTokens,
    maxOutputTokens,
  };
}
