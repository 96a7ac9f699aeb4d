import { tool } from "@langchain/core/tools";
import { z } from "zod";
import type { ChatOpenLLM, ChatOpenLLMInput } from "../../src/openllm.js";
import { completion, counts, end, isStreamed, modelOf, piece, chunk, spent } from "../support/completions.js";
import { json, sse, type Script } from "../support/wire_script.js";
import type { WireRequest } from "../support/wire_request.js";
import type { WireServer } from "../support/wire_server.js";

/** What a model of these tests answers with: a call of a tool, or a text. */
export type Turn = { tool: string; args?: object } | { text: string };

let ids = 0;

/** A turn as an answer of the server, in the form that was asked for. 10 tokens in, and 5 out. */
function said(turn: Turn): (request: WireRequest) => Script {
  return ({ json: body }) => {
    const streamed = isStreamed(body);
    if ("text" in turn)
      return streamed
        ? sse([chunk({ role: "assistant", content: turn.text }), end("stop"), spent(10, 5)])
        : json(200, completion({ content: turn.text }));
    const id = `call-${(ids += 1)}`;
    const call = { id, type: "function", function: { name: turn.tool, arguments: JSON.stringify(turn.args ?? {}) } };
    return streamed
      ? sse([piece({ index: 0, ...call }), end("tool_calls"), spent(10, 5)])
      : json(
          200,
          completion({ content: "", tool_calls: [call] }, { finish_reason: "tool_calls" }, { usage: counts(10, 5) }),
        );
  };
}

/** The server plays these turns, one a request; the last one from then on. */
export function plays(server: WireServer, ...turns: readonly Turn[]): void {
  let at = 0;
  server.always((request) => {
    const turn = turns[Math.min(at++, turns.length - 1)];
    if (turn === undefined) throw new Error("there is no turn");
    return said(turn)(request);
  });
}

/** A model whose answers cost $0.001 a token: each of the turns costs $0.005, and may need $0.01. */
export function costly(server: WireServer, fields: ChatOpenLLMInput = {}): ChatOpenLLM {
  return modelOf(server, {
    pricing: { inputUsdPerMillion: "0", outputUsdPerMillion: "1000" },
    maxTokens: 10,
    ...fields,
  });
}

/** A tool that says the time. */
export const clock = tool(() => "noon", { name: "clock", description: "Says the time", schema: z.object({}) });

/** What a request said to the model as its system. */
export function systemOf(request: WireRequest | undefined): string | undefined {
  const { messages } = (request?.json ?? {}) as { messages?: { role: string; content: unknown }[] };
  const system = messages?.find(({ role }) => role === "system");
  return system === undefined ? undefined : JSON.stringify(system.content);
}
