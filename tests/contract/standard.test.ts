import { describe, expect, it } from "@jest/globals";
import {
  AIMessage,
  AIMessageChunk,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  getBufferString,
  type BaseMessageLike,
} from "@langchain/core/messages";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda } from "@langchain/core/runnables";
import { StructuredTool, tool } from "@langchain/core/tools";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { concat } from "@langchain/core/utils/stream";
import { z } from "zod/v3";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { text } from "../support/wire_script.js";
import { collect, rejection } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

/** What LangChain's standard tests for chat models ask of a model, beyond what other files of this folder hold. */
const wire = useServer();

const addition = z
  .object({ a: z.number().int().describe("The first."), b: z.number().int().describe("The second.") })
  .describe("Adds two integers");

class Adder extends StructuredTool {
  name = "adder";
  description = "Adds two integers";
  schema = addition;

  protected _call({ a, b }: { a: number; b: number }): Promise<string> {
    return Promise.resolve(JSON.stringify({ result: a + b }));
  }
}

const sum = { id: "abc123", name: "adder", args: { a: 1, b: 2 } };
const toolCall = { ...sum, type: "tool_call" as const };
const prompt = ChatPromptTemplate.fromMessages([
  ["system", "Always use {tool}."],
  ["human", "What is 1 + 2?"],
]);

describe.each(subjects)("$name: LangChain's standard tests", (subject) => {
  const standardFields = { temperature: 0, maxTokens: 100, timeout: 60_000, stopSequences: [], maxRetries: 2 };
  const create = (fields: MeteredChatModelInput = {}) =>
    subject.create(wire.server.url, { ...standardFields, ...fields });
  const answers = () =>
    wire.server.always(({ json }) => {
      const { stream, tools } = json as { stream?: boolean; tools?: unknown[] };
      const calls = tools && tools.length > 0 ? [sum] : undefined;
      if (stream) return subject.scripts.streamed(calls?.map((call) => ({ call })));
      return subject.scripts.whole({ calls });
    });

  it("is constructed with the standard options", () => {
    for (const more of [{}, { apiKey: "test" }, { streaming: true }]) expect(create(more)).toBeDefined();
    expect(create().bindTools([new Adder()])).toBeDefined();
    expect(create().withStructuredOutput(addition)).toBeDefined();
  });

  it("throws for a signal that was aborted before, and streams nothing", async () => {
    const signal = AbortSignal.abort();
    await rejection(create().invoke([new HumanMessage("hello")], { signal }));
    await rejection(collect(create().stream([new HumanMessage("hello")], { signal })));
    expect(wire.server.requests).toEqual([]);
  });

  it("invokes, streams and batches", async () => {
    answers();
    const message = await create().invoke("Hello");
    expect(message).toBeInstanceOf(AIMessage);
    expect(message.text).toBe("Hello there.");
    const chunks = await collect(create().stream("Hello"));
    expect(chunks.every((chunk) => chunk instanceof AIMessageChunk && typeof chunk.content === "string")).toBe(true);
    const batch = await create().batch(["Hello", "Hey"]);
    expect(batch.map((each) => [each instanceof AIMessage, each.text])).toEqual([
      [true, "Hello there."],
      [true, "Hello there."],
    ]);
  });

  it("has usage and the model's name on a message and on the sum of a stream", async () => {
    answers();
    const message = await create().invoke("Hello");
    const total = (await collect(create().stream("Hello"))).reduce((a, b) => a.concat(b));
    for (const { usage_metadata, response_metadata } of [message, total]) {
      expect(usage_metadata).toMatchObject({ input_tokens: 23, output_tokens: 7, total_tokens: 30 });
      expect(response_metadata.model).toBe("served-model");
    }
  });

  it("streams events: a start, the stream, and an end with all of it", async () => {
    answers();
    const events = await collect(create().streamEvents("Hello", { version: "v2" }));
    expect(events.at(0)?.event).toBe("on_chat_model_start");
    expect(events.slice(1, -1).every(({ event }) => event === "on_chat_model_stream")).toBe(true);
    const end = events.at(-1);
    expect(end?.event).toBe("on_chat_model_end");
    const output = end?.data.output as AIMessageChunk;
    const streamed = events.flatMap(({ event, data }) =>
      event === "on_chat_model_stream" ? [data.chunk as AIMessageChunk] : [],
    );
    expect(output.text).toBe("Hello there.");
    expect(streamed.map(({ text }) => text).join("")).toBe("Hello there.");
    // Usage is in the stream's events too, and in the end's.
    expect(streamed.filter(({ usage_metadata }) => usage_metadata)).toHaveLength(1);
    expect(output.usage_metadata).toMatchObject({ total_tokens: 30 });
  });

  it.each<[string, BaseMessageLike[]]>([
    ["a conversation", [new HumanMessage("hello"), new AIMessage("hello"), new HumanMessage("how are you")]],
    [
      "messages of one role after another",
      [
        new SystemMessage("a"),
        new SystemMessage("b"),
        new HumanMessage("c"),
        new HumanMessage("d"),
        new AIMessage("e"),
        new AIMessage("f"),
        new HumanMessage("g"),
      ],
    ],
    [
      "tool messages, with the answer as a text",
      [
        new HumanMessage("1 + 2"),
        new AIMessage({ content: "", tool_calls: [toolCall] }),
        new ToolMessage("3", "abc123", "adder"),
      ],
    ],
    [
      "tool messages, with the answer as a list in Anthropic's form",
      [
        new HumanMessage("1 + 2"),
        new AIMessage({
          content: [
            { type: "text", text: "some text" },
            { type: "tool_use", id: "abc123", name: "adder", input: sum.args },
          ],
          tool_calls: [toolCall],
        }),
        new ToolMessage("3", "abc123", "adder"),
      ],
    ],
    [
      "few-shot examples",
      [
        new HumanMessage("1 + 2"),
        new AIMessage({ content: "", tool_calls: [toolCall] }),
        new ToolMessage("3", "abc123", "adder"),
        new AIMessage("3"),
        new HumanMessage("3 + 4"),
      ],
    ],
    [
      "a text block with a source",
      [new HumanMessage({ content: [{ type: "text", source_type: "text", text: "Hello!" }] as never })],
    ],
    [
      "a file that is a text",
      [
        new HumanMessage({
          content: [{ type: "file", source_type: "text", text: "Hello!", metadata: { filename: "a.txt" } }] as never,
        }),
      ],
    ],
  ])("takes %s", async (_, messages) => {
    wire.server.on(`POST ${subject.path}`, subject.scripts.whole());
    const bound = create().bindTools([new Adder()]);
    const message = await bound.invoke(messages);
    expect(message).toBeInstanceOf(AIMessage);
    expect(message.text).toBe("Hello there.");
  });

  it("refuses sound behind an address, in words of its own", async () => {
    const block = { type: "audio", source_type: "url", url: "https://example.com/a.mp3", mime_type: "audio/mp3" };
    // Ollama is asked first what the model can do.
    wire.server.on("POST /api/show", text(404, "Not Found"));
    const { message } = await rejection(create().invoke([new HumanMessage({ content: [block] })]));
    expect(message).toMatch(/audio|a\.mp3/);
    expect(message).not.toContain("ChatOpenAI");
    expect(wire.server.requests.filter(({ path }) => path === subject.path)).toEqual([]);
  });

  it("takes stops per call and from the constructor", async () => {
    answers();
    await create().invoke("hi", { stop: ["you"] });
    await create({ stop: ["you"] }).invoke("hi");
    const stops = wire.server.requests.map(
      ({ json }) => (json as { stop?: unknown }).stop ?? (json as { options?: { stop?: unknown } }).options?.stop,
    );
    expect(stops).toEqual([["you"], ["you"]]);
  });

  it("calls tools: LangChain's, a runnable's, OpenAI's, and ones without a function", async () => {
    answers();
    const fields = { name: "adder", description: "Adds two integers" };
    for (const each of [
      new Adder(),
      RunnableLambda.from(() => undefined).asTool({ ...fields, schema: addition }),
      { type: "function", function: { ...fields, parameters: toJsonSchema(addition) } },
      { ...fields, schema: addition },
    ]) {
      const message = await prompt.pipe(create().bindTools([each as never])).invoke({ tool: "adder" });
      expect(message.tool_calls).toEqual([toolCall]);
    }
  });

  it("streams a tool call with usage, and takes it back in the next turn", async () => {
    answers();
    const bound = create().bindTools([tool(() => "3", { name: "adder", description: "Adds.", schema: addition })]);
    const chunks = await collect(prompt.pipe(bound).stream({ tool: "adder" }));
    const message = chunks.reduce((total, chunk) => concat(total, chunk));
    expect(message.tool_calls).toEqual([toolCall]);
    expect(message.usage_metadata?.input_tokens).toBeGreaterThan(0);
    wire.server.on(`POST ${subject.path}`, subject.scripts.streamed());
    const history = [
      new HumanMessage("1 + 2"),
      message,
      new ToolMessage({ tool_call_id: "abc123", name: "adder", content: "3" }),
    ];
    expect((await collect(bound.stream(history))).map(({ text }) => text).join("")).toBe("Hello there.");
    const sent = wire.server.requests.at(-1)?.json as {
      messages: { tool_calls?: { id: string }[]; tool_call_id?: string }[];
    };
    expect(sent.messages.map(({ tool_calls, tool_call_id }) => tool_calls?.[0]?.id ?? tool_call_id)).toEqual([
      undefined,
      "abc123",
      "abc123",
    ]);
  });

  it("answers in a structure, by function calling unless told otherwise, and tells tracers so", async () => {
    wire.server.always(subject.scripts.whole({ calls: [{ ...sum, name: "math" }] }));
    const handler = new RecordingHandler();
    const options = { callbacks: [handler] };
    expect(
      await prompt.pipe(create().withStructuredOutput(addition, { name: "math" })).invoke({ tool: "math" }, options),
    ).toEqual(sum.args);
    const { raw, parsed } = await prompt
      .pipe(create().withStructuredOutput(addition, { name: "math", includeRaw: true }))
      .invoke({ tool: "math" }, options);
    expect(raw).toBeInstanceOf(AIMessage);
    expect(parsed).toEqual(sum.args);
    const formats = handler.events.flatMap((event) =>
      event.type === "start"
        ? [(event.extraParams.options as Record<string, unknown>).ls_structured_output_format]
        : [],
    );
    const format = { kwargs: { method: "functionCalling" }, schema: toJsonSchema(addition) };
    expect(formats).toEqual([format, format]);
  });

  it("takes a schema with a record of anything in it", async () => {
    const schema = z.object({
      decision: z.enum(["UseAPI", "UseFallback"]),
      details: z.object({ name: z.string(), parameters: z.record(z.unknown()) }),
    });
    const value = { decision: "UseAPI", details: { name: "s", parameters: { x: [1, null] } } };
    wire.server.always(subject.scripts.whole({ calls: [{ id: "c", name: "service", args: value }] }));
    expect(await create().withStructuredOutput(schema, { name: "service" }).invoke("Use the API.")).toEqual(value);
  });

  it("caches a message of blocks under the key that it says", async () => {
    answers();
    const model = create({ cache: true });
    const human = new HumanMessage({ content: [{ type: "text", text: `Hello there, ${crypto.randomUUID()}!` }] });
    const key = model._getSerializedCacheKeyParametersForCall({});
    const look = async () => model.cache?.lookup(getBufferString([human]), key);
    await model.invoke([human]);
    const cached = await look();
    expect(cached).toHaveLength(1);
    const hit = await model.invoke([human]);
    expect(cached).toMatchObject([{ message: hit }]);
    expect(await look()).toEqual(cached);
    expect(wire.server.requests).toHaveLength(1);
  });

  it("calls several tools at once, streamed and not, and takes their results", async () => {
    const calls = [
      { id: "w", name: "weather", args: { location: "SF" } },
      { id: "t", name: "time", args: { location: "SF" } },
    ];
    const schema = z.object({ location: z.string().describe("The city.") });
    const bound = create().bindTools([
      tool(() => "x", { name: "weather", description: "w", schema }),
      tool(() => "x", { name: "time", description: "t", schema }),
    ]);
    wire.server.reply(
      subject.scripts.whole({ calls }),
      subject.scripts.streamed(calls.map((call) => ({ call }))),
      subject.scripts.whole(),
    );
    const message = await bound.invoke("Weather and time?");
    const streamed = (await collect(bound.stream("Weather and time?"))).reduce((total, chunk) => concat(total, chunk));
    for (const { tool_calls } of [message, streamed])
      expect(tool_calls?.map(({ name }) => name)).toEqual(["weather", "time"]);
    const results = calls.map(({ id, name }) => new ToolMessage({ tool_call_id: id, name, content: "x" }));
    const final = await bound.invoke([new HumanMessage("Weather and time?"), message, ...results]);
    expect([final.tool_calls, final.text]).toEqual([[], "Hello there."]);
  });
});
