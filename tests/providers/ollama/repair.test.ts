// What was forced, or asked for as JSON, and did not come as it should: found where it is, asked for once more, or said.
import { describe, expect, it } from "@jest/globals";
import type { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { StructuredOutputError } from "../../../src/base/errors.js";
import type { Json } from "../../../src/base/json.js";
import type { ChatOllamaLiteInput } from "../../../src/ollama.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { expectOneRun } from "../../support/runs.js";
import { json, ndjson, type Script } from "../../support/wire_script.js";
import { Bench, collect, last, line, ocean, rejection } from "../../wires/ollama/support.js";

const bench = new Bench();
const add = tool(({ a }) => `${a}`, { name: "add", description: "Adds", schema: z.object({ a: z.number() }) });
const written = '{"name":"add","arguments":{"a":1}}';
const native = { tool_calls: [{ id: "call_1", function: { name: "add", arguments: { a: 1 } } }] };

type Way = "invoke" | "stream";
const ways: Way[] = ["invoke", "stream"];

/** An answer as it comes when it was asked for in this way; a second request is never streamed. */
const answering = (way: Way, message: Json, rest: Json = {}): Script =>
  way === "invoke" ? json(200, last(rest, message)) : ndjson([line(message), last(rest)]);

async function ask(way: Way, fields: Omit<ChatOllamaLiteInput, "model"> = {}, name = "tiny"): Promise<AIMessage> {
  const bound = bench.model(fields, name).bindTools([add], { tool_choice: "any" });
  if (way === "invoke") return bound.invoke("1?");
  const chunks: AIMessageChunk[] = await collect(await bound.stream("1?"));
  return chunks.reduce((sum, chunk) => sum.concat(chunk));
}

describe.each(ways)("a forced call, by %s", (way) => {
  it.each<[string, Json]>([
    ["in a fence", { content: `\`\`\`json\n${written}\n\`\`\`` }],
    ["in the thinking", { thinking: written }],
    ["as a call of the server's", native],
    ["as its arguments alone", { content: '{"a": 1}' }],
    ["in a list", { content: `[${written}]` }],
  ])("is found %s, in one request", async (_, message) => {
    bench.server.reply(answering(way, message));
    const answer = await ask(way);
    expect(answer.tool_calls).toMatchObject([{ name: "add", args: { a: 1 } }]);
    expect(answer.text).toBe("");
    expect(answer.response_metadata.finish_reason).toBe("tool_calls");
    expect(answer.response_metadata).not.toHaveProperty("forced_by");
  });

  it.each<[string, Json, Json, object]>([
    ["prose", { content: "One." }, { content: written }, { think: false }],
    ["nothing", { content: "" }, native, {}],
    ["thoughts alone", { thinking: "Hm" }, native, {}],
    ["a call of another tool", { content: '{"name":"sub","arguments":{"x":1}}' }, native, { think: false }],
  ])("is asked for once more in words where %s came, both on the books", async (_, first, second, thinks) => {
    bench.server.reply(answering(way, first), json(200, last({ prompt_eval_count: 20, eval_count: 5 }, second)));
    const answer = await ask(way);
    expect(answer.tool_calls).toMatchObject([{ name: "add", args: { a: 1 } }]);
    expect(answer.text).toBe("");
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 27, output_tokens: 8, total_tokens: 35 });
    expect(answer.response_metadata).toMatchObject({
      finish_reason: "tool_calls",
      forced_by: "prompt",
      usage_source: "server",
      requests: [{ status: 200 }, { status: 200 }],
    });
    const { format, think, tools, messages } = bench.body();
    expect({ format, think }).toEqual({ format: undefined, think: undefined, ...thinks });
    expect(tools).toMatchObject([{ function: { name: "add" } }]);
    expect(messages).toMatchObject([
      { content: "1?" },
      { role: "user", content: expect.stringContaining("Call this function") },
    ]);
  });

  it("is an error where it does not come the second time either, with what was said and spent", async () => {
    bench.server.reply(answering(way, { content: "One." }), json(200, last({}, { content: "Still one." })));
    const error = await rejection(ask(way));
    expect(StructuredOutputError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringMatching(/was to call `add` but answered `Still one.`.*`think`.*`method: "jsonSchema"`/),
      partialOutput: { content: "Still one.", usage_metadata: { input_tokens: 14, output_tokens: 6 } },
    });
    expect(bench.server.requests).toHaveLength(2);
  });

  it("is an error with both requests on the books where the second one fails", async () => {
    bench.server.reply(answering(way, { content: "One." }), json(400, { error: "no" }));
    const error = await rejection(ask(way));
    expect(error).toMatchObject({
      status: 400,
      partialOutput: { content: "One.", usage_metadata: { input_tokens: 7, output_tokens: 3 } },
    });
  });

  it("is not asked for again where the answer was cut off", async () => {
    bench.server.reply(answering(way, { content: "Well, the" }, { done_reason: "length" }));
    const error = await rejection(ask(way));
    expect(error).toMatchObject({
      message: expect.stringContaining("raise `maxTokens`"),
      partialOutput: { content: "Well, the" },
    });
  });

  it.each(["gpt-oss:20b", "hf.co/unsloth/gpt-oss-20b-GGUF", "gpt-oss:120b-cloud"])(
    "makes %s think a little, which cannot do without: with thinking off it answers nothing",
    async (name) => {
      bench.server.always(answering(way, native));
      await ask(way, {}, name);
      await ask(way, { think: false }, name);
      await ask(way, { think: "high" }, name);
      expect(bench.server.requests.map(({ json: body }) => (body as Json).think)).toEqual(["low", "low", "high"]);
    },
  );
});

it("a forced call that is asked for again is one run", async () => {
  bench.server.reply(json(200, last({}, { content: "One." })), json(200, last({}, native)));
  const handler = new RecordingHandler();
  const model = bench.model();
  await model.bindTools([add], { tool_choice: "add" }).invoke("1?", { callbacks: [handler] });
  expectOneRun(handler);
  expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 14, outputTokens: 6, estimatedCalls: 0 });
});

it("gates are asked before a forced call is asked for again, and may deny that", async () => {
  bench.server.reply(json(200, last({}, { content: "One." })));
  const asked: number[] = [];
  const gate = Object.assign(new RecordingHandler(), {
    admit: () => {
      if (asked.push(asked.length) === 2) throw new Error("No more.");
      return Promise.resolve({ maxOutputTokens: 50 });
    },
  });
  const error = await rejection(
    bench
      .model()
      .bindTools([add], { tool_choice: "any" })
      .invoke("1?", { callbacks: [gate] }),
  );
  expect(error).toMatchObject({
    message: "No more.",
    partialOutput: { content: "One.", usage_metadata: { output_tokens: 3 } },
  });
  expect(bench.server.requests).toHaveLength(1);
  expect(bench.body()).toMatchObject({ options: { num_predict: 50 } });
});

describe("JSON that was asked for", () => {
  const structured = (fields: Omit<ChatOllamaLiteInput, "model"> = {}, name = "tiny") =>
    bench.model(fields, name).withStructuredOutput(ocean, { method: "jsonSchema" });

  it.each<[string, Json]>([
    ["in a fence", { content: '```json\n{"ocean":"Arctic"}\n```' }],
    ["in the thinking", { thinking: '{"ocean":"Arctic"}' }],
  ])("is found %s, in one request", async (_, message) => {
    bench.server.reply(json(200, last({}, message)));
    expect(await structured().invoke("An ocean?")).toEqual({ ocean: "Arctic" });
  });

  it.each<[string, string]>([
    ["prose", "The Arctic."],
    ["JSON of another form", '{"name":"Arctic"}'],
    ["nothing", ""],
  ])("is asked for once more in words where %s came, both on the books", async (_, content) => {
    bench.server.reply(json(200, last({}, { content })), inFence);
    expectRepaired(await bench.model().invoke("An ocean?", { format: ocean }));
  });

  it("is asked for once more after a stream of prose, which is not given out before its end", async () => {
    const messages = [{ content: "The " }, { content: "Arctic." }];
    bench.server.reply(ndjson([...messages.map((message) => line(message)), last()]), inFence);
    const chunks = await collect(await bench.model().stream("An ocean?", { format: ocean }));
    expectRepaired(chunks.reduce((sum, chunk) => sum.concat(chunk)));
  });

  const inFence = json(200, last({}, { content: '```json\n{"ocean":"Arctic"}\n```' }));

  function expectRepaired(answer: AIMessage): void {
    expect(JSON.parse(answer.text)).toEqual({ ocean: "Arctic" });
    expect(answer.response_metadata).toMatchObject({ repaired: "json", usage_source: "server" });
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 14, output_tokens: 6 });
    expect(bench.body()).not.toHaveProperty("format");
    expect(bench.body().messages).toMatchObject([{}, { content: expect.stringContaining('"required":["ocean"]') }]);
  }

  it("is an error that names what may help where it does not come the second time either", async () => {
    bench.server.always(json(200, last({}, { content: "The Arctic." })));
    const error = await rejection(structured().invoke("An ocean?"));
    expect(StructuredOutputError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ message: expect.stringMatching(/`The Arctic.`.*`think`.*`jsonSchema`/) });
    expect(bench.server.requests).toHaveLength(2);
  });

  it("has a warning in a stream, whose text has been read", async () => {
    bench.server.reply(ndjson([line({ content: '{"name":"Arctic"}' }), last()]));
    const chunks = await collect(await bench.model().stream("An ocean?", { format: ocean }));
    expect(chunks.map(({ text }) => text).join("")).toBe('{"name":"Arctic"}');
    expect(chunks.reduce((sum, chunk) => sum.concat(chunk)).response_metadata).toMatchObject({
      warnings: [expect.stringContaining("The answer does not follow the schema")],
    });
  });

  it("is left alone where it was cut off, which it says itself", async () => {
    bench.server.reply(json(200, last({ done_reason: "length" }, { content: '{"ocean":"Arc' })));
    const { response_metadata } = await bench.model().invoke("An ocean?", { format: ocean });
    expect(response_metadata).toMatchObject({ finish_reason: "length" });
    expect(response_metadata).not.toHaveProperty("warnings");
  });

  it.each<[string, object]>([
    ["a schema", { format: ocean }],
    ["any JSON", { format: "json" }],
  ])("as %s lets gpt-oss think a little", async (_, options) => {
    bench.server.always(json(200, last({}, { content: '{"ocean":"Arctic"}' })));
    await bench.model({ think: false }, "gpt-oss:20b").invoke("An ocean?", options);
    expect(bench.body().think).toBe("low");
    await bench.model({ think: false }, "gpt-oss:20b").invoke("An ocean?");
    expect(bench.body().think).toBe(false);
  });
});
