/** A tool as both APIs take it. */
export interface ToolDefinition {
  type: "function";
  function: {
    name: string;
    description?: string | undefined;
    parameters: Record<string, unknown>;
    strict?: boolean | undefined;
  };
}

/** Which tool the model must use, if any. */
export type ForcedTool = "auto" | "none" | "required" | { name: string };
