import { describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { ChatMessage, HumanMessage } from "@langchain/core/messages";
import { ask, callsOf, completion, failure, modelOf, weather } from "../../support/completions.js";
import { toCall } from "../../support/recorded_calls.js";
import { recording, replay } from "../../support/recordings.js";
import { json } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";
import { facts, rawCall, replays, type Seen } from "../../support/seen.js";

const server = useWireServer();

const replayed = replays(() => server);

describe("what llama.cpp was seen to do", () => {
  const rows: Seen[] = [
    ["tools without a template for them: prose", "llama.cpp", "tool-required", { calls: [], finish: "stop" }],
    [
      "a named tool in the object form: prose",
      "llama.cpp-tools",
      "tool-named-not-forced",
      { calls: [], finish: "stop" },
    ],
    ["a stream without usage: timings", "llama.cpp", "unicode-stream", { source: "server", text: "Zażółć 🌊🧑‍🚀 日本" }],
    ["cached tokens, also 0", "llama.cpp", "json-object", { cached: expect.any(Number), source: "server" }],
    [
      "a call in small pieces, cut by length",
      "llama.cpp-tools",
      "tool-call-cut-by-length-stream",
      { calls: [], broken: [["get_weather", '{"city": "Paris", "unit":']], finish: "length" },
    ],
    ["tools and a schema: the schema wins", "llama.cpp-tools", "tool-with-json-schema", { calls: [], finish: "stop" }],
    ["an unknown model's name: an answer", "llama.cpp", "chat-other-model-name", { source: "server" }],
    [
      "everything went into reasoning",
      "llama.cpp-thinking",
      "thinking-cut-by-length",
      { text: "", finish: "length", warnings: [expect.stringContaining("All output tokens went into reasoning")] },
    ],
    [
      "tags in the content",
      "llama.cpp-thinking",
      "thinking-format-none",
      { text: "\n\nYes.", reasoning: "\nIt has no divisors.\n" },
    ],
    ["characters of several tokens arrive whole", "llama.cpp", "unicode-stream", { text: "Zażółć 🌊🧑‍🚀 日本" }],
    [
      '`tool_choice: "none"` after calls: the call comes as text',
      "llama.cpp-tools",
      "tool-none",
      { calls: [], text: expect.stringMatching(/^<tool_call>/), warnings: rawCall },
    ],
  ];

  it.each(rows)("%s", async (_what, file, name, expected) => {
    expect(facts(await replayed(file, name))).toMatchObject(expected);
  });

  it.each([
    ["tools and a grammar", "llama.cpp-tools", "tool-with-grammar", { status: 400 }],
    [
      "an image to a text model, with 500",
      "llama.cpp",
      "error-image-without-vision",
      { status: 500, message: expect.stringContaining("image input is not supported") },
    ],
    ["a history that is no JSON, with 500", "llama.cpp-tools", "tool-arguments-not-json-in-history", { status: 500 }],
    [
      "a prompt longer than the slot",
      "llama.cpp",
      "error-context",
      { name: "ContextWindowError", promptTokens: 3031, contextTokens: 2048 },
    ],
    ["a bad grammar", "llama.cpp", "error-bad-grammar", { status: 400 }],
    ["a bad schema", "llama.cpp", "error-bad-schema", { status: 400 }],
  ] as const)("%s: an error, not tried again", async (_what, file, name, expected) => {
    const error = await failure(replayed(file, name));
    expect(error).toMatchObject(expected);
    expect(getRetryable(error)).toBe(false);
  });

  it("a forced tool is called all the same, by schema", async () => {
    const { messages, options } = toCall(recording("llama.cpp-tools", "tool-named-not-forced"));
    server.always(({ text, method }) =>
      method === "GET"
        ? json(404, {})
        : text.includes("response_format")
          ? json(200, completion({ content: '{"city":"Paris"}' }))
          : replay(recording("llama.cpp-tools", "tool-named-not-forced")),
    );
    expect(callsOf(await ask(modelOf(server, { model: "L2" }), "whole", options, messages))).toEqual([
      ["get_time", { city: "Paris" }],
    ]);
  });

  it.each([
    ["no messages", [], {}],
    ["an unknown role", [new ChatMessage({ role: "wizard", content: "?" })], {}],
    ["a choice without tools", [new HumanMessage("?")], { tool_choice: "required" }],
    ["a name that is not bound", [new HumanMessage("?")], { tools: [weather], tool_choice: "get_tides" }],
    ["no output at all", [new HumanMessage("?")], { maxTokens: 0 }],
  ])("refused before it is sent: %s", async (_what, messages, options) => {
    const { length } = server.requests;
    expect(await failure(ask(modelOf(server), "whole", options, messages))).toMatchObject({
      name: "ConfigurationError",
    });
    expect(server.requests).toHaveLength(length);
  });
});
