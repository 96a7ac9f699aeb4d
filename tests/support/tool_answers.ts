import { expect } from "@jest/globals";
import type { AIMessage } from "@langchain/core/messages";
import { ask, callsOf, completion, end, modelOf, piece, spent } from "./completions.js";
import { json, sse } from "./wire_script.js";
import type { WireServer } from "./wire_server.js";

/** Calls as a message has them, without ids. */
export type Calls = [name: string, args: unknown][];

/** The function of a call on the wire; what is undefined is left out. */
export const fn = (name: string | null | undefined, args?: unknown) => ({
  ...(name === undefined ? {} : { name }),
  ...(args === undefined ? {} : { arguments: args }),
});

/** Answers with tool calls: in pieces, and whole. */
export function toolAnswers(server: () => WireServer) {
  return {
    async streamed(
      pieces: Record<string, unknown>[],
      reason: string | null = "tool_calls",
      fields = {},
    ): Promise<AIMessage> {
      server().always(sse([...pieces.map(piece), end(reason), spent(9, 9)]));
      return ask(modelOf(server(), fields), "stream");
    },
    async whole(tool_calls: unknown[], reason = "tool_calls"): Promise<AIMessage> {
      server().always(json(200, completion({ content: null, tool_calls }, { finish_reason: reason })));
      return ask(modelOf(server()), "whole");
    },
  };
}

/** Calls that are usable have ids, each one of its own. */
export function expectCalls(message: AIMessage, calls: Calls): void {
  expect(callsOf(message)).toEqual(calls);
  const ids = (message.tool_calls ?? []).map(({ id }) => id ?? "");
  expect(ids.every((id) => id.length > 0)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
}
