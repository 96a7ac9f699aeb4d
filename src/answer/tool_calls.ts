import type { InvalidToolCall, ToolCall, ToolCallChunk } from "@langchain/core/messages/tool";

/** A tool call as the server sent it, whole: `args` is JSON text. */
export interface RawToolCall {
  index: number;
  id?: string;
  name?: string;
  args: string;
}

/** Tool calls that can be executed, and those that cannot. */
export interface ParsedToolCalls {
  tool_calls: ToolCall[];
  invalid_tool_calls: InvalidToolCall[];
}

/**
 * Sorts whole calls into usable and broken ones. Strict JSON on purpose: a call whose arguments were cut off must never
 * be executed on the half that came. No arguments at all means none were needed, unless the answer was cut.
 */
export function parseToolCalls(calls: readonly RawToolCall[], finishReason?: string): ParsedToolCalls {
  const parsed: ParsedToolCalls = { tool_calls: [], invalid_tool_calls: [] };
  calls.forEach((call, position) => {
    const isCut = finishReason === "length" && position === calls.length - 1 && call.args.trim() === "";
    const args = isCut ? undefined : parseArgs(call.args);
    if (args !== undefined && call.name !== undefined && call.name !== "") {
      parsed.tool_calls.push({ type: "tool_call", id: call.id, name: call.name, args });
      return;
    }
    parsed.invalid_tool_calls.push({
      type: "invalid_tool_call",
      id: call.id,
      name: call.name,
      args: call.args,
      error: whyInvalid(call, isCut || finishReason === "length"),
    });
  });
  return parsed;
}

function whyInvalid(call: RawToolCall, isCut: boolean): string {
  if (isCut) return "The answer was cut off inside the call; raise the output limit.";
  if (call.name === undefined || call.name === "") return "The call names no tool.";
  return "The arguments are not a JSON object.";
}

function parseArgs(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Joins pieces of calls by their index. Linear: each piece is looked at once. */
export function joinToolCallChunks(chunks: Iterable<ToolCallChunk>): RawToolCall[] {
  const calls = new Map<number, { call: RawToolCall; parts: string[] }>();
  for (const chunk of chunks) {
    const index = chunk.index ?? calls.size;
    let entry = calls.get(index);
    if (!entry) calls.set(index, (entry = { call: { index, args: "" }, parts: [] }));
    entry.call.id ??= chunk.id;
    entry.call.name ??= chunk.name;
    if (chunk.args) entry.parts.push(chunk.args);
  }
  return [...calls.values()].map(({ call, parts }) => ({ ...call, args: parts.join("") }));
}
