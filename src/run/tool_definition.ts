/** A tool as both APIs take it. */
export interface ToolDefinition {
  type: "function";
  function: {
    name: string;
    /** What the tool is for, for the model. */
    description?: string | undefined;
    parameters: Record<string, unknown>;
    /** Ask for arguments that follow the schema to the letter. */
    strict?: boolean | undefined;
  };
}

/** Which tool the model must use, if any. */
export type ForcedTool = "auto" | "none" | "required" | { name: string };
