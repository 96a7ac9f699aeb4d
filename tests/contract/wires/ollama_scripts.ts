import { Gate } from "../../support/gate.js";
import { Fault, json, ndjson } from "../../support/wire_script.js";
import {
  PIECES,
  SERVED,
  USAGE,
  type Piece,
  type ScriptedAnswer,
  type ScriptedCall,
  type ScriptedUsage,
  type StreamEnd,
  type WireScripts,
} from "./answer_script.js";

/** The wire of Ollama's `POST /api/chat`. */
export const ollamaScripts: WireScripts = {
  whole: (answer = {}, options = {}) => json(200, wholeOf(answer), options),
  streamed: (pieces = PIECES, end = {}, options = {}) =>
    ndjson([...toLines(pieces, end.model ?? SERVED), ...ending(end)], options),
  refusal: (status, message, options) => json(status, { error: message }, options),
  errorPiece: (message) => `${JSON.stringify({ error: message })}\n`,
  errorInBody: (message) => json(200, { error: message }),
  // The wire has no count of reasoning tokens.
  usage: ({ input, output, cached }) => ({
    input_tokens: input,
    output_tokens: output,
    total_tokens: input + output,
    ...(cached === undefined ? {} : { input_token_details: { cache_read: cached } }),
  }),
};

function line(model: string, message: Record<string, unknown>, more: Record<string, unknown> = { done: false }) {
  return {
    model,
    created_at: "2026-01-01T00:00:00.000000Z",
    message: { role: "assistant", content: "", ...message },
    ...more,
  };
}

function wholeOf({ text, reasoning, calls, usage = USAGE, finish, model = SERVED, logprobs }: ScriptedAnswer) {
  const message = {
    content: text ?? (calls ? "" : "Hello there."),
    ...(reasoning === undefined ? {} : { thinking: reasoning }),
    ...(calls ? { tool_calls: calls.map(wireCall) } : {}),
  };
  return line(model, message, { ...(logprobs ? { logprobs } : {}), ...lastFields(finish, usage) });
}

function wireCall({ id, name, args }: ScriptedCall, index: number) {
  return { id, function: { index, name, arguments: args } };
}

/** Calls end with "stop" here. */
function lastFields(finish: ScriptedAnswer["finish"], usage: ScriptedUsage | null) {
  return {
    done: true,
    done_reason: finish === "length" ? "length" : "stop",
    total_duration: 5_000_000,
    load_duration: 1_000_000,
    ...(usage ? counts(usage) : {}),
  };
}

function counts({ input, output, cached }: ScriptedUsage) {
  return {
    prompt_eval_count: input,
    prompt_eval_duration: 2_000_000,
    eval_count: output,
    eval_duration: 2_000_000,
    ...(cached === undefined ? {} : { prompt_eval_cached_count: cached }),
  };
}

function toLines(pieces: Piece[], model: string): unknown[] {
  let calls = 0;
  return pieces.flatMap((piece): unknown[] => {
    if (typeof piece === "string" || piece instanceof Gate || piece instanceof Fault) return [piece];
    const lines: unknown[] = [];
    if (piece.reasoning !== undefined) lines.push(line(model, { thinking: piece.reasoning }));
    if (piece.text !== undefined)
      lines.push(
        line(model, { content: piece.text }, { done: false, ...(piece.logprobs ? { logprobs: piece.logprobs } : {}) }),
      );
    if (piece.call) lines.push(line(model, { tool_calls: [wireCall(piece.call, calls++)] }));
    return lines;
  });
}

function ending({ usage = USAGE, finish, model = SERVED, ended = true }: StreamEnd): unknown[] {
  return ended ? [line(model, {}, lastFields(finish, usage))] : [];
}
