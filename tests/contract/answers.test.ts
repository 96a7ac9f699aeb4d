import { describe, expect, it } from "@jest/globals";
import type { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { collect } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";
import type { Piece, ScriptedAnswer } from "./wires/answer_script.js";

const wire = useServer();
const input = "Say hello.";

type Message = AIMessage | AIMessageChunk;

interface Case {
  name: string;
  answer: ScriptedAnswer;
  text: string;
  blocks: Record<string, unknown>[];
  reasoning?: string;
  calls?: Record<string, unknown>[];
  finish?: string;
}

const weather = { id: "call_a", name: "weather", args: { city: "Łódź", days: [1, 2] } };
const time = { id: "call_b", name: "time", args: {} };

const cases: Case[] = [
  {
    name: "text",
    answer: { text: "Grüße, 世界! 🙂" },
    text: "Grüße, 世界! 🙂",
    blocks: [{ type: "text", text: "Grüße, 世界! 🙂" }],
  },
  {
    name: "reasoning and text",
    answer: { reasoning: "Let me think.\nWell.", text: "Yes." },
    text: "Yes.",
    reasoning: "Let me think.\nWell.",
    blocks: [
      { type: "reasoning", reasoning: "Let me think.\nWell." },
      { type: "text", text: "Yes." },
    ],
  },
  {
    name: "a tool call",
    answer: { calls: [weather] },
    text: "",
    calls: [weather],
    finish: "tool_calls",
    blocks: [{ type: "tool_call", ...weather }],
  },
  {
    name: "text and two tool calls",
    answer: { text: "I look.", calls: [weather, time] },
    text: "I look.",
    calls: [weather, time],
    finish: "tool_calls",
    blocks: [
      { type: "text", text: "I look." },
      { type: "tool_call", ...weather },
      { type: "tool_call", ...time },
    ],
  },
  {
    name: "reasoning, text and a call of the same tool twice",
    answer: { reasoning: "Both.", text: "So:", calls: [weather, { ...weather, id: "call_c" }] },
    text: "So:",
    reasoning: "Both.",
    calls: [weather, { ...weather, id: "call_c" }],
    finish: "tool_calls",
    blocks: [
      { type: "reasoning", reasoning: "Both." },
      { type: "text", text: "So:" },
      { type: "tool_call", ...weather },
      { type: "tool_call", ...weather, id: "call_c" },
    ],
  },
  {
    name: "an answer cut off at the limit",
    answer: { text: "And then", finish: "length" },
    text: "And then",
    finish: "length",
    blocks: [{ type: "text", text: "And then" }],
  },
];

/** A whole answer in pieces, the text letter by letter. */
function toPieces({ reasoning, text, calls }: ScriptedAnswer): Piece[] {
  return [
    ...(reasoning === undefined ? [] : reasoning.split(/(?<=\.)/).map((part) => ({ reasoning: part }))),
    ...(text === undefined ? [] : [...text].map((letter) => ({ text: letter }))),
    ...(calls ?? []).map((call) => ({ call })),
  ];
}

interface Reading {
  name: string;
  streams: boolean;
  fields?: MeteredChatModelInput;
  handler?: { prefersStreaming?: boolean; prefersStreamEvents?: boolean };
  read(model: MeteredChatModel, handler: RecordingHandler): PromiseLike<Message>;
}

const sum = (chunks: AIMessageChunk[]) => chunks.reduce((total, chunk) => concat(total, chunk));
const invoke = (model: MeteredChatModel, handler: RecordingHandler) => model.invoke(input, { callbacks: [handler] });
const stream = async (model: MeteredChatModel, handler: RecordingHandler) =>
  sum(await collect(model.stream(input, { callbacks: [handler] })));

const readings: Reading[] = [
  { name: "invoke", streams: false, read: invoke },
  { name: "invoke with `streaming`", streams: true, fields: { streaming: true }, read: invoke },
  { name: "invoke, a handler prefers streaming", streams: true, handler: { prefersStreaming: true }, read: invoke },
  {
    name: "invoke, a handler prefers stream events",
    streams: true,
    handler: { prefersStreamEvents: true },
    read: invoke,
  },
  { name: "stream", streams: true, read: stream },
  {
    name: "streamEvents",
    streams: true,
    read: (model, handler) => model.streamEvents(input, { callbacks: [handler] }),
  },
];

describe.each(subjects)("$name: what a model answers", (subject) => {
  const ask = async (
    { streams, fields, handler: options, read }: Reading,
    answer: ScriptedAnswer,
    more: MeteredChatModelInput = {},
  ) => {
    const { usage, finish } = answer;
    wire.server.reply(
      streams ? subject.scripts.streamed(toPieces(answer), { usage, finish }) : subject.scripts.whole(answer),
    );
    const handler = new RecordingHandler(options);
    return { handler, message: await read(subject.create(wire.server.url, { ...fields, ...more }), handler) };
  };

  describe.each(readings)("$name", (reading) => {
    it.each(cases)("$name", async ({ answer, text, reasoning, calls = [], finish = "stop", blocks }) => {
      const { message } = await ask(reading, answer);
      expect(message.text).toBe(text);
      expect(message.tool_calls).toEqual(calls.map((call) => ({ type: "tool_call", ...call })));
      expect(message.invalid_tool_calls).toEqual([]);
      expect(message.contentBlocks).toEqual(blocks);
      // The event protocol has no place for it but the blocks, and a word of its own for an end with calls.
      if (reading.name !== "streamEvents") expect(message.additional_kwargs.reasoning_content).toBe(reasoning);
      expect(message.response_metadata.finish_reason).toBe(
        reading.name === "streamEvents" && finish === "tool_calls" ? "tool_use" : finish,
      );
      expect(message.response_metadata).toMatchObject({
        model: "served-model",
        model_name: "served-model",
        model_provider: subject.provider,
        usage_source: "server",
      });
      expect(message.usage_metadata).toEqual(
        expect.objectContaining({ input_tokens: 23, output_tokens: 7, total_tokens: 30 }),
      );
    });

    it.each(cases)("in the v1 form: $name", async ({ answer, text, calls = [], blocks }) => {
      const { message } = await ask(reading, answer, { outputVersion: "v1" });
      expect(message.response_metadata.output_version).toBe("v1");
      expect(message.contentBlocks.map(withoutIndex)).toEqual(blocks);
      // A sum of chunks keeps the pieces of calls as such in its content, as with any model.
      if (reading.name !== "stream") expect(message.content).toEqual(blocks);
      expect(message.text).toBe(text);
      expect(message.tool_calls).toEqual(calls.map((call) => ({ type: "tool_call", ...call })));
    });

    it("has the id of its run", async () => {
      const { message, handler } = await ask(reading, { text: "Yes." });
      expect(message.id).toBe(`run-${handler.events[0]?.runId}`);
    });
  });

  it("gives a stream's reader a chunk for each piece, of the right class, and the text to handlers", async () => {
    wire.server.reply(subject.scripts.streamed([{ text: "a" }, { text: "b" }, { text: "c" }]));
    const handler = new RecordingHandler();
    const chunks = await collect(subject.create(wire.server.url).stream(input, { callbacks: [handler] }));
    expect(chunks.map(({ text }) => text).join("|")).toMatch(/^a\|b\|c\|*$/);
    const tokens = handler.events.flatMap((event) => (event.type === "token" ? [event.token] : []));
    expect(tokens).toEqual(chunks.map(({ text }) => text));
    expect(chunks.every((chunk) => chunk.getType() === "ai" && typeof chunk.concat === "function")).toBe(true);
  });

  it("passes events on in the order of LangChain's protocol", async () => {
    wire.server.reply(subject.scripts.streamed(toPieces({ reasoning: "Hm.", text: "So:", calls: [weather, time] })));
    const events = await collect(subject.create(wire.server.url).streamEvents(input));
    expect(events.at(0)?.event).toBe("message-start");
    expect(events.at(-1)?.event).toBe("message-finish");
    const open = new Set<number>();
    const finished: number[] = [];
    for (const event of events) {
      if (event.event === "content-block-start") open.add(event.index);
      if (event.event === "content-block-delta") expect(open).toContain(event.index);
      if (event.event === "content-block-finish") {
        expect(open.delete(event.index)).toBe(true);
        finished.push(event.index);
      }
    }
    expect(open.size).toBe(0);
    expect(finished).toEqual([0, 1, 2, 3]);
    expect(events.filter(({ event }) => event === "usage")).toHaveLength(1);
    const { text, reasoning, toolCalls, usage } = subject
      .create(wire.server.url)
      .streamEvents(replyWith({ reasoning: "Hm.", text: "So:", calls: [weather] }));
    expect([
      await text,
      await reasoning,
      (await toolCalls).map(({ name }) => name),
      (await usage)?.total_tokens,
    ]).toEqual(["So:", "Hm.", ["weather"], 30]);
  });

  it.each([false, true])("has log probabilities where LangChain's users look, streamed: %s", async (streaming) => {
    const logprobs = [
      { token: "Yes", logprob: -0.1 },
      { token: ".", logprob: -0.5 },
    ];
    wire.server.reply(
      streaming
        ? subject.scripts.streamed(logprobs.map((each) => ({ text: each.token, logprobs: [each] })))
        : subject.scripts.whole({ text: "Yes.", logprobs }),
    );
    const message = await subject.create(wire.server.url, { streaming, logprobs: true, topLogprobs: 2 }).invoke(input);
    expect(message.response_metadata.logprobs).toEqual({ content: logprobs });
    expect(wire.server.requests[0]?.json).toMatchObject({ logprobs: true, top_logprobs: 2 });
  });

  function replyWith(answer: ScriptedAnswer): string {
    wire.server.reply(subject.scripts.streamed(toPieces(answer)));
    return input;
  }
});

function withoutIndex<Block extends object>(block: Block): Omit<Block, "index"> {
  const { index: _, ...rest } = block as Block & { index?: unknown };
  return rest;
}
