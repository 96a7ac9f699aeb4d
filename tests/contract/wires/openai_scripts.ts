import { Gate } from "../../support/gate.js";
import { Fault, json, sse } from "../../support/wire_script.js";
import {
  PIECES,
  SERVED,
  USAGE,
  type Piece,
  type ScriptedAnswer,
  type ScriptedLogprob,
  type ScriptedUsage,
  type StreamEnd,
  type WireScripts,
} from "./answer_script.js";

/** The wire of `POST /v1/chat/completions`. */
export const openaiScripts: WireScripts = {
  whole: (answer = {}, options = {}) => {
    const usage = answer.usage === undefined ? USAGE : answer.usage;
    return json(200, completion([choice(answer, 0)], answer.model, usage), options);
  },
  several: (answers, usage) => json(200, completion(answers.map(choice), undefined, usage)),
  streamed: (pieces = PIECES, end = {}, options = {}) =>
    sse([...toEvents(pieces, end.model ?? SERVED), ...ending(pieces, end)], { done: end.ended ?? true, ...options }),
  refusal: (status, message, options) => json(status, { error: { message, type: "test_error" } }, options),
  errorPiece: (message) => `data: ${JSON.stringify({ error: { message, type: "server_error" } })}\n\n`,
  errorInBody: (message) => json(200, { error: { message, type: "server_error" } }),
  usage: ({ input, output, cached, reasoning }) => ({
    input_tokens: input,
    output_tokens: output,
    total_tokens: input + output,
    ...(cached === undefined ? {} : { input_token_details: { cache_read: cached } }),
    ...(reasoning === undefined ? {} : { output_token_details: { reasoning } }),
  }),
};

function completion(choices: unknown[], model = SERVED, usage: ScriptedUsage | null) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model,
    choices,
    ...(usage ? { usage: wireUsage(usage) } : {}),
  };
}

function choice({ text: content, reasoning, calls, finish, logprobs }: ScriptedAnswer, index: number) {
  const message = {
    role: "assistant",
    content: content ?? (calls ? null : "Hello there."),
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(calls
      ? {
          tool_calls: calls.map(({ id, name, args }) => ({
            id,
            type: "function",
            function: { name, arguments: JSON.stringify(args) },
          })),
        }
      : {}),
  };
  return {
    index,
    message,
    finish_reason: finish ?? (calls ? "tool_calls" : "stop"),
    ...(logprobs ? { logprobs: { content: logprobs } } : {}),
  };
}

function wireUsage({ input, output, cached, reasoning }: ScriptedUsage) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

function chunk(model: string, fields: Record<string, unknown>) {
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model, ...fields };
}

function deltaOf(model: string, delta: unknown, more: Record<string, unknown> = {}) {
  return chunk(model, { choices: [{ index: 0, delta, finish_reason: null, ...more }] });
}

function toEvents(pieces: Piece[], model: string): unknown[] {
  let calls = 0;
  return pieces.flatMap((piece): unknown[] => {
    if (typeof piece === "string" || piece instanceof Gate || piece instanceof Fault) return [piece];
    const events: unknown[] = [];
    if (piece.reasoning !== undefined) events.push(deltaOf(model, { reasoning_content: piece.reasoning }));
    if (piece.text !== undefined) events.push(deltaOf(model, { content: piece.text }, logprobsOf(piece.logprobs)));
    if (piece.call) {
      const index = calls++;
      const { id, name, args } = piece.call;
      const json = JSON.stringify(args);
      const middle = Math.ceil(json.length / 2);
      events.push(
        deltaOf(model, { tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] }),
        deltaOf(model, { tool_calls: [{ index, function: { arguments: json.slice(0, middle) } }] }),
        deltaOf(model, { tool_calls: [{ index, function: { arguments: json.slice(middle) } }] }),
      );
    }
    return events;
  });
}

function logprobsOf(logprobs: ScriptedLogprob[] | undefined): Record<string, unknown> {
  return logprobs ? { logprobs: { content: logprobs } } : {};
}

function ending(pieces: Piece[], { usage = USAGE, finish, model = SERVED, ended = true }: StreamEnd): unknown[] {
  if (!ended) return [];
  const hasCalls = pieces.some((piece) => typeof piece === "object" && "call" in piece);
  const last = chunk(model, {
    choices: [{ index: 0, delta: {}, finish_reason: finish ?? (hasCalls ? "tool_calls" : "stop") }],
  });
  return usage ? [last, chunk(model, { choices: [], usage: wireUsage(usage) })] : [last];
}
