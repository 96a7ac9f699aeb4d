import type { CompiledRow, CompiledTier } from "./compiled.js";

/** What a table says of one id. */
export type Located =
  | { kind: "row"; row: CompiledRow; how: string; derived: boolean; assumption?: string }
  | { kind: "tier"; tier: CompiledTier; how: string; assumption?: string }
  /** The id stands for another. `moves`: what it stands for changes, so the response knows better. */
  | { kind: "alias"; target: string; moves: boolean }
  /**
   * `ownPrice`: the id has a price of its own, unknown here, that the model behind it does not tell. `unknownProvider`: the
   * table has no model of that provider, so another table's reason says more.
   */
  | { kind: "none"; reason: string; ownPrice?: boolean; unknownProvider?: boolean };
