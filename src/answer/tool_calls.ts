import type { InvalidToolCall, ToolCall, ToolCallChunk } from "@langchain/core/messages/tool";
import { Pieces } from "./pieces.js";
import { readArguments } from "./read_arguments.js";

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
 * Each call by itself, in their order. A call whose arguments were cut off must never be executed on the half that came.
 * No arguments at all means none were needed, unless the answer was cut.
 */
export function parseEach(calls: readonly RawToolCall[], finishReason?: string): ParsedToolCall[] {
  return calls.map(({ id, name, args: text }, position) => {
    const isCutAnswer = finishReason === "length";
    const isCut = isCutAnswer && position === calls.length - 1 && text.trim() === "";
    const { args, error } = readArguments(text);
    if (args !== undefined && !isCut && name !== undefined && name !== "") return { type: "tool_call", id, name, args };
    return {
      type: "invalid_tool_call",
      id,
      name,
      args: text,
      error: isCutAnswer ? CUT : (error ?? "The call names no tool."),
    };
  });
}

/** The calls that cannot be made, in words for the user. */
export function complaintsOf(calls: readonly RawToolCall[], finishReason: string): string[] {
  return parseEach(calls, finishReason).flatMap((call) =>
    call.type === "tool_call"
      ? []
      : `The call of \`${call.name ?? ""}\` cannot be made, and is in \`invalid_tool_calls\`: ${call.error}`,
  );
}

const CUT = "The answer was cut off inside the call; raise the output limit.";

/** Calls as their pieces come. They are told apart by their index. */
export class CallPieces {
  private readonly calls = new Map<number, { call: RawToolCall; args: Pieces }>();

  add({ index: given, id, name, args }: ToolCallChunk): void {
    const index = given ?? this.calls.size;
    let entry = this.calls.get(index);
    if (!entry) this.calls.set(index, (entry = { call: { index, args: "" }, args: new Pieces() }));
    entry.call.id ??= id;
    entry.call.name ??= name;
    if (args) entry.args.push(args);
  }

  /** The calls as far as they have come, in the order in which they began. */
  get whole(): RawToolCall[] {
    return [...this.calls.values()].map(({ call, args }) => ({ ...call, args: args.text }));
  }
}

/** Joins pieces of calls by their index. Linear: each piece is looked at once. */
export function joinToolCallChunks(chunks: Iterable<ToolCallChunk>): RawToolCall[] {
  const calls = new CallPieces();
  for (const chunk of chunks) calls.add(chunk);
  return calls.whole;
}
