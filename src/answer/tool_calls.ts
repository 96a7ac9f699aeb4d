import type { InvalidToolCall, ToolCall, ToolCallChunk } from "@langchain/core/messages/tool";
import { isObject, type Json } from "../base/json.js";

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

/** A call that can be executed, or one that cannot. */
export type ParsedToolCall = (ToolCall & { type: "tool_call" }) | (InvalidToolCall & { type: "invalid_tool_call" });

/** Sorts whole calls into usable and broken ones. */
export function parseToolCalls(calls: readonly RawToolCall[], finishReason?: string): ParsedToolCalls {
  const parsed: ParsedToolCalls = { tool_calls: [], invalid_tool_calls: [] };
  for (const call of parseEach(calls, finishReason)) {
    if (call.type === "tool_call") parsed.tool_calls.push(call);
    else parsed.invalid_tool_calls.push(call);
  }
  return parsed;
}

/**
 * Each call by itself, in their order. Strict JSON on purpose: a call whose arguments were cut off must never be executed
 * on the half that came. No arguments at all means none were needed, unless the answer was cut.
 */
export function parseEach(calls: readonly RawToolCall[], finishReason?: string): ParsedToolCall[] {
  return calls.map(({ id, name, args: text }, position) => {
    const isCutAnswer = finishReason === "length";
    const isCut = isCutAnswer && position === calls.length - 1 && text.trim() === "";
    const args = isCut ? undefined : parseArgs(text);
    if (args !== undefined && name !== undefined && name !== "") return { type: "tool_call", id, name, args };
    return { type: "invalid_tool_call", id, name, args: text, error: whyInvalid(name, isCutAnswer) };
  });
}

function whyInvalid(name: string | undefined, isCut: boolean): string {
  if (isCut) return "The answer was cut off inside the call; raise the output limit.";
  if (name === undefined || name === "") return "The call names no tool.";
  return "The arguments are not a JSON object.";
}

function parseArgs(text: string): Json | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
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
