import type { CompiledRow, CompiledTier } from "./compiled.js";

/** What a table says of one id. */
export type Located =
  | { kind: "row"; row: CompiledRow; how: string; derived: boolean; assumption?: string }
  | { kind: "tier"; tier: CompiledTier; how: string; assumption?: string }
  /** The id stands for another. `moves`: what it stands for changes, so the response knows better. */
  | { kind: "alias"; target: string; moves: boolean }
  | { kind: "none"; reason: string };
