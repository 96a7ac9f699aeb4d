// Defects of ChatOllama (@langchain/ollama 1.3.0) that this model does not have: usage, tool calls, events, thinking.
import { describe, expect, it } from "@jest/globals";
import { HumanMessage, ToolMessage, type AIMessageChunk } from "@langchain/core/messages";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import { gate } from "../../support/gate.js";
import { json, ndjson } from "../../support/wire_script.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { expectOneRun } from "../../support/runs.js";
import { Bench, collect, last, line, rejection } from "../../wires/ollama/support.js";

const bench = new Bench();
const USAGE = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };
const call = (id: string, name: string, args: object) => ({
  tool_calls: [{ id, function: { index: 0, name, arguments: args } }],
});
const TWO_CALLS = [
  line(call("call_a", "get_weather", { city: "Oslo" })),
  line(call("call_b", "get_time", { city: "Lima" })),
  last(),
];

describe("usage", () => {
  it("is an estimate and says so where the server gave none, never zero", async () => {
    bench.server.always(json(200, { ...line({ content: "The sea is deep." }), done: true, done_reason: "stop" }));
    const message = await bench.model().invoke("How deep is the sea?");
    expect(message.response_metadata.usage_source).toBe("estimated");
    expect(message.usage_metadata?.input_tokens).toBeGreaterThan(4);
    expect(message.usage_metadata?.output_tokens).toBeGreaterThan(2);
  });

  it("has the cached tokens where the server counts them, and none where it does not", async () => {
    bench.server.reply(
      json(200, last({ prompt_eval_cached_count: 5 }, { content: "x" })),
      json(200, last({}, { content: "x" })),
    );
    expect((await bench.model().invoke("a")).usage_metadata).toEqual({
      ...USAGE,
      input_token_details: { cache_read: 5 },
    });
    expect((await bench.model().invoke("a")).usage_metadata).toEqual(USAGE);
  });

  it("reaches handleLLMNewToken on one chunk, the sum, and llmOutput", async () => {
    bench.server.reply(ndjson([line({ content: "a" }), line({ content: "b" }), last()]));
    const handler = new RecordingHandler();
    const chunks = await collect(await bench.model().stream("Hi", { callbacks: [handler] }));
    const { tokens, last: end } = expectOneRun(handler);
    const told = tokens
      .map(({ chunk }) => chunk && "message" in chunk && (chunk.message as AIMessageChunk).usage_metadata)
      .filter(Boolean);
    expect(told).toEqual([USAGE]);
    expect(chunks.reduce((sum, chunk) => sum.concat(chunk)).usage_metadata).toMatchObject(USAGE);
    expect(end).toMatchObject({
      type: "end",
      output: { llmOutput: { tokenUsage: { promptTokens: 7, completionTokens: 3, totalTokens: 10 } } },
    });
  });

  it("stands beside the model's name, under both of its keys", async () => {
    bench.server.reply(json(200, last({}, { content: "x" })));
    expect((await bench.model().invoke("a")).response_metadata).toMatchObject({
      model: "tiny",
      model_name: "tiny",
      model_provider: "ollama",
      usage_source: "server",
      done_reason: "stop",
      total_duration: 5_000_000_000,
    });
  });
});

describe("tool calls", () => {
  const both = [
    { type: "tool_call", id: "call_a", name: "get_weather", args: { city: "Oslo" } },
    { type: "tool_call", id: "call_b", name: "get_time", args: { city: "Lima" } },
  ];

  it("keep the server's ids and are told apart by index", async () => {
    bench.server.reply(ndjson(TWO_CALLS));
    const chunks = await collect(await bench.model().stream("Hi"));
    expect(
      chunks.flatMap(({ tool_call_chunks }) => tool_call_chunks ?? []).map(({ id, index }) => [id, index]),
    ).toEqual([
      ["call_a", 0],
      ["call_b", 1],
    ]);
    expect(chunks.reduce((sum, chunk) => sum.concat(chunk)).tool_calls).toEqual(both);
  });

  it("are the same when they come whole", async () => {
    const calls = [
      ...call("call_a", "get_weather", { city: "Oslo" }).tool_calls,
      ...call("call_b", "get_time", { city: "Lima" }).tool_calls,
    ];
    bench.server.reply(json(200, last({}, { tool_calls: calls })));
    const message = await bench.model().invoke("Hi");
    expect(message.tool_calls).toEqual(both);
    expect(message.response_metadata).toMatchObject({ finish_reason: "tool_calls", done_reason: "stop" });
  });
});

describe("streamEvents without a version", () => {
  it("has every call of several lines, with its id, and the metadata", async () => {
    bench.server.reply(ndjson([line({ thinking: "Hm" }), line({ content: "Both." }), ...TWO_CALLS]));
    const stream = bench.model().streamEvents("Hi");
    const events = await collect<ChatModelStreamEvent>(stream);
    const finished = events.flatMap((event) => (event.event === "content-block-finish" ? [event.content] : []));
    expect(finished).toMatchObject([
      { type: "reasoning", reasoning: "Hm" },
      { type: "text", text: "Both." },
      { type: "tool_call", id: "call_a", name: "get_weather", args: { city: "Oslo" } },
      { type: "tool_call", id: "call_b", name: "get_time", args: { city: "Lima" } },
    ]);
    expect(events.at(-1)).toMatchObject({
      event: "message-finish",
      reason: "tool_use",
      usage: USAGE,
      responseMetadata: { model_name: "tiny", model_provider: "ollama" },
    });
  });

  it("hangs up when it is aborted", async () => {
    const generating = gate();
    bench.server.reply(ndjson([line({ content: "a" }), generating, line({ content: "b" }), last()]));
    const controller = new AbortController();
    const read = rejection(
      collect<ChatModelStreamEvent>(bench.model().streamEvents("Hi", { signal: controller.signal })),
    );
    await generating.reached;
    controller.abort();
    expect(await read).toMatchObject({ message: "The call was aborted." });
    await bench.server.idle();
    expect(bench.server.requests[0]?.aborted).toBe(true);
  });
});

describe("thinking", () => {
  it("is apart from the text everywhere: chunks, tokens, blocks", async () => {
    bench.server.reply(
      ndjson([
        line({ thinking: "Hm" }),
        line({ thinking: ".", content: "Y" }),
        line({ thinking: "", content: "es" }),
        last(),
      ]),
    );
    const handler = new RecordingHandler();
    const chunks = await collect(await bench.model({ think: true }).stream("Hi", { callbacks: [handler] }));
    expect(chunks.map(({ text }) => text).join("")).toBe("Yes");
    expect(
      expectOneRun(handler)
        .tokens.map(({ token }) => token)
        .join(""),
    ).toBe("Yes");
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));
    expect(whole.content).toBe("Yes");
    expect(whole.additional_kwargs.reasoning_content).toBe("Hm.");
    expect(whole.contentBlocks).toMatchObject([
      { type: "reasoning", reasoning: "Hm." },
      { type: "text", text: "Yes" },
    ]);
  });

  const tagged: [said: string, text: string, thought: string | undefined, fields: object][] = [
    ["I greet back.\n</think>\n\nHello!", "\n\nHello!", "I greet back.\n", {}],
    ["[THINK]I greet.[/THINK]Hello!", "Hello!", "I greet.", {}],
    ["I greet back.</think>Hello!", "I greet back.</think>Hello!", undefined, { thinkTags: "off" }],
  ];

  it.each(tagged)("is found in tags that the server left: %j", async (said, text, thought, fields) => {
    const pieces = said.match(/[^]{1,7}/g) ?? [];
    for (const isStreamed of [true, false]) {
      const lines = ndjson([...pieces.map((content) => line({ content })), last()]);
      bench.server.reply(isStreamed ? lines : json(200, last({}, { content: said })));
      const message = isStreamed
        ? (await collect(await bench.model(fields).stream("Hi"))).reduce((sum, chunk) => sum.concat(chunk))
        : await bench.model(fields).invoke("Hi");
      expect([message.text, message.additional_kwargs.reasoning_content]).toEqual([text, thought]);
    }
  });

  it("goes back in its tags, with the calls that it led to", async () => {
    bench.server.reply(
      json(200, last({}, { content: "<think>Ask.</think>", ...call("call_a", "get_weather", { city: "Oslo" }) })),
      json(200, last({}, { content: "18 C" })),
    );
    const answer = await bench.model().invoke("Weather?");
    await bench
      .model()
      .invoke([new HumanMessage("Weather?"), answer, new ToolMessage({ content: "18", tool_call_id: "call_a" })]);
    const { messages } = bench.body() as { messages: object[] };
    expect(messages[1]).toMatchObject({ role: "assistant", content: "<think>Ask.</think>" });
    expect(messages[1]).not.toHaveProperty("thinking");
  });

  it("comes without being asked for, as such models do by default", async () => {
    bench.server.reply(json(200, last({}, { thinking: "Hm", content: "Yes" })));
    const message = await bench.model().invoke("Hi");
    expect(bench.body()).not.toHaveProperty("think");
    expect([message.text, message.additional_kwargs.reasoning_content]).toEqual(["Yes", "Hm"]);
  });

  it.each([true, false, "low", "medium", "high", "max"] as const)("takes %p per call", async (think) => {
    bench.server.reply(json(200, last()));
    await bench.model().invoke("Hi", { think });
    expect(bench.body().think).toBe(think);
  });
});
