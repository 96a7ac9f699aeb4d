import { describe, expect, it } from "@jest/globals";
import { ask, chunk, completion, end, failure, modelOf, spent, weather } from "../../support/completions.js";
import { toCall } from "../../support/recorded_calls.js";
import { recording, replay } from "../../support/recordings.js";
import { json, sse } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";
import { asIs, facts, rawCall, replays, type Seen } from "../../support/seen.js";

const server = useWireServer();

const replayed = replays(() => server);

const paris = ["get_weather", { city: "Paris", unit: "C" }];

describe("what vLLM was seen to do", () => {
  const rows: Seen[] = [
    [
      "required does not enforce the schema: `{}` is a call",
      "vllm-0.32",
      "ok-tool-required-stream",
      {
        calls: [
          ["get_weather", {}],
          ["get_weather", {}],
          ["get_weather", {}],
        ],
        broken: [["get_weather", ""]],
      },
    ],
    [
      "a bare number as arguments",
      "vllm-0.32",
      "tool-named-stream",
      { calls: [], broken: [["get_time", expect.stringMatching(/^\d+$/)]] },
    ],
    [
      "output over the window: clamped in silence",
      "vllm-0.32",
      "error-context-exactly-full",
      { finish: "length", source: "server" },
    ],
    ["forced usage, on every chunk", "vllm-0.32-flags", "stream-usage", { source: "server", input: 32 }],
    ["running usage without the trailer: none", "vllm-0.32", "stream-continuous-usage-only", { source: "estimated" }],
    ["0.11: all the way", "vllm-0.11", "stream-continuous-usage-only", { source: "server" }],
    [
      "a call cut by length, whole: raw text",
      "vllm-0.32",
      "one-tool-required-cut-after-one",
      { calls: [], text: expect.stringMatching(/^<tool_call>/), finish: "length", warnings: rawCall },
    ],
    [
      "streamed: the whole one, then an empty one",
      "vllm-0.32",
      "one-tool-required-cut-after-one-stream",
      { calls: [paris], broken: [["get_time", ""]], finish: "length" },
    ],
    [
      "0.11 hides that it was cut",
      "vllm-0.11",
      "ok-tool-required-cut-stream",
      { calls: [], broken: [["get_weather", '{"']] },
    ],
    [
      "broken arguments, whole: raw text",
      "vllm-0.32",
      "x-auto-args-missing",
      { calls: [], text: expect.stringContaining("<tool_call>"), warnings: rawCall },
    ],
    [
      "no arguments at all, streamed: as 0.11 sends `{}`",
      "vllm-0.11",
      "tool-auto-unknown-name-stream",
      { calls: [["no_such", {}]], finish: "tool_calls" },
    ],
    ["arguments in a text", "vllm-0.32", "x-auto-args-string-stream", { calls: [["get_weather", {}]], broken: [] }],
    [
      "id and name first, then arguments, then an empty delta",
      "vllm-0.32",
      "tool-auto-call-stream",
      { calls: [paris], finish: "tool_calls", output: 51 },
    ],
    ["named: `stop`", "vllm-0.32", "one-tool-named-strict", { calls: [paris], finish: "tool_calls", raw: "stop" }],
    [
      "no parallel calls: the later ones are dropped, and charged",
      "vllm-0.32",
      "tool-auto-two-calls-parallel-false",
      { calls: [paris], source: "server" },
    ],
    ["an unknown tool's name passes", "vllm-0.32", "tool-auto-unknown-name", { calls: [["no_such", {}]] }],
    ["0.32 says `reasoning`", "vllm-0.32", "think-budget", { reasoning: expect.stringMatching(/./) }],
    ["0.11 says `reasoning_content`", "vllm-0.11", "think-tags-in-content", { reasoning: "It is large." }],
    [
      "thinking to the end: no content",
      "vllm-0.32",
      "chat-default-thinking",
      { text: "", reasoning: expect.stringMatching(/./), finish: "length" },
    ],
    [
      "so with a schema",
      "vllm-0.32",
      "json-schema-thinking-default",
      { text: "", reasoning: expect.stringMatching(/./) },
    ],
    [
      "hidden reasoning hides the JSON",
      "vllm-0.32",
      "json-schema-template-without-kwargs-hidden",
      { text: "", finish: "stop", warnings: [expect.stringContaining("The answer is empty.")] },
    ],
    [
      "hidden reasoning is charged",
      "vllm-0.32-flags",
      "reasoning-real-hidden",
      { text: "\n\nPacific", reasoning: "", output: 18 },
    ],
    [
      "content keeps its first line breaks",
      "vllm-0.32-flags",
      "reasoning-real",
      { text: expect.stringMatching(/^\n\n/) },
    ],
    [
      "the end at once: nothing is in the stream",
      "vllm-0.32",
      "eos-at-once-stream",
      { text: "", calls: [], finish: "stop", source: "server" },
    ],
    ["an alias answers with the first name", "vllm-0.32-flags", "model-alias", { source: "server" }],
  ];

  it.each(rows)("%s (%s %s)", async (_what, file, name, expected) => {
    expect(facts(await replayed(file, name))).toMatchObject(expected);
  });

  it.each([
    [
      "required without a parser",
      "vllm-0.32-plain",
      "ok-tool-required",
      { status: 400, message: expect.stringContaining("--tool-call-parser") },
    ],
    [
      "the number in the words is no count",
      "vllm-0.32",
      "error-context",
      { name: "ContextWindowError", contextTokens: 1024, promptTokens: undefined },
    ],
    ["a template in the request", "vllm-0.32", "chat-template-in-request", { status: 400 }],
    [
      "0.11, a call cut by length",
      "vllm-0.11",
      "ok-tool-required-cut",
      { status: 400, message: expect.stringContaining("raise `maxTokens`") },
    ],
    ["an empty list of tools", "vllm-0.32", "error-tools-empty-array", { status: 400 }],
    [
      "an engine's refusal as the first event of a 200",
      "vllm-0.32-plain",
      "thinking-stream",
      { status: 400, partialOutput: undefined },
    ],
    ["the same, not streamed", "vllm-0.32-plain", "thinking", { status: 400 }],
    [
      "the engine fails in the middle of a stream",
      "vllm-0.32",
      "think-budget-logprobs-hidden-stream",
      { status: 500, message: expect.stringContaining("Internal server error") },
    ],
    ["the same, not streamed", "vllm-0.32-plain", "crash-mid-answer", { status: 500 }],
    ["no key", "vllm-0.32-plain", "auth-none", { status: 401, lc_error_code: "MODEL_AUTHENTICATION" }],
    ["a wrong path", "vllm-0.32-plain", "error-wrong-path", { status: 404 }],
    [
      "roles are checked before they are sent; what the server says is kept",
      "vllm-0.32",
      "message-role-missing",
      { status: 400 },
    ],
  ] as const)("%s: an error (%s %s)", async (_what, file, name, expected) => {
    expect(await failure(replayed(file, name))).toMatchObject(expected);
  });

  it("`tool_calls`, no call, and a raw one as text: both are flagged", async () => {
    server.always(json(200, completion({ content: "<tool_call>" }, { finish_reason: "tool_calls" })));
    const message = await ask(modelOf(server, asIs), "whole", { tools: [weather] });
    expect(facts(message)).toMatchObject({
      text: "<tool_call>",
      calls: [],
      warnings: [expect.stringContaining("announced a tool call"), ...rawCall],
    });
  });

  it("a cut emoji: no delta, and nothing to complain about but its end", async () => {
    server.always(sse([chunk({ role: "assistant", content: "" }), chunk({}), end("length"), spent(5, 1)]));
    expect(facts(await ask(modelOf(server), "stream"))).toMatchObject({ text: "", finish: "length", output: 1 });
  });

  it("its own count equals what the same request is charged", async () => {
    const { messages, options } = toCall(recording("vllm-0.32", "tokenize-chat-body"));
    server.on("POST /tokenize", replay(recording("vllm-0.32", "tokenize-chat-body")));
    const counted = await modelOf(server, { model: "V9" }).countTokens(messages, { tools: options.tools });
    expect(counted).toEqual({ tokens: 212, source: "server", method: "vLLM /tokenize" });
    expect(recording("vllm-0.32", "tool-auto-unknown-name").response.chunks.join("")).toContain('"prompt_tokens":212');
  });
});
