/** A tool as both APIs take it. */
export interface ToolDefinition {
  type: "function";
  function: { name: string; description?: string; parameters: Record<string, unknown>; strict?: boolean };
}

/** Which tool the model must use, if any. */
export type ForcedTool = "auto" | "none" | "required" | { name: string };
