import { describe, expect, it } from "@jest/globals";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { json, ndjson } from "../../support/wire_script.js";
import { Bench, collect, last, line, rejection } from "../../wires/ollama/support.js";

const bench = new Bench();
const add = tool(({ a, b }) => `${a + b}`, {
  name: "add",
  description: "Adds",
  schema: z.object({ a: z.number(), b: z.number().max(9) }),
});
const now = tool(() => "12:00", { name: "now", description: "The time", schema: z.object({}) });
const plain = json(200, last({}, { content: "Three." }));
const forced = json(200, last({}, { content: '{"name": "add", "arguments": {"a": 1, "b": 2}}' }));

const toolNames = () =>
  (bench.body().tools as { function: { name: string } }[] | undefined)?.map(({ function: { name } }) => name);

describe("tool_choice", () => {
  it.each([undefined, "auto"])("%p offers the tools", async (tool_choice) => {
    bench.server.reply(plain);
    await bench.model().bindTools([add, now], { tool_choice }).invoke("1 + 2?");
    expect(toolNames()).toEqual(["add", "now"]);
    expect(bench.body()).not.toHaveProperty("format");
    expect(bench.body()).not.toHaveProperty("think");
  });

  it("none sends no tools", async () => {
    bench.server.reply(plain);
    await bench.model().bindTools([add, now], { tool_choice: "none" }).invoke("1 + 2?");
    expect(toolNames()).toBeUndefined();
    expect(bench.body()).not.toHaveProperty("format");
  });

  it.each(["any", "required", { type: "any" }])(
    "%p makes the answer a call of one of them, in one request",
    async (tool_choice) => {
      bench.server.reply(forced);
      const message = await bench.model().bindTools([add, now], { tool_choice }).invoke("1 + 2?");
      expect(message.tool_calls).toEqual([
        { type: "tool_call", id: expect.stringMatching(/^call_[0-9a-f]{8}$/), name: "add", args: { a: 1, b: 2 } },
      ]);
      expect([message.text, message.response_metadata.finish_reason, message.response_metadata.done_reason]).toEqual([
        "",
        "tool_calls",
        "stop",
      ]);
      expect(toolNames()).toEqual(["add", "now"]);
      expect(bench.body()).toMatchObject({
        think: false,
        format: { anyOf: [{ properties: { name: { enum: ["add"] } } }, { properties: { name: { enum: ["now"] } } }] },
      });
      expect(bench.server.requests).toHaveLength(1);
    },
  );

  it.each(["add", { type: "function", function: { name: "add" } }, { type: "tool", name: "add" }])(
    "%p sends that tool alone and makes the answer its call",
    async (tool_choice) => {
      bench.server.reply(forced);
      const message = await bench.model().bindTools([add, now], { tool_choice }).invoke("1 + 2?");
      expect(message.tool_calls).toMatchObject([{ name: "add", args: { a: 1, b: 2 } }]);
      expect(toolNames()).toEqual(["add"]);
      expect(bench.body()).toMatchObject({
        format: {
          properties: { name: { enum: ["add"] }, arguments: { properties: { b: { type: "number", maximum: 9 } } } },
        },
      });
    },
  );

  it("keeps thinking where it was asked for", async () => {
    bench.server.reply(forced);
    await bench.model({ think: "low" }).bindTools([add], { tool_choice: "any" }).invoke("1 + 2?");
    expect(bench.body().think).toBe("low");
  });

  it.each([
    ["nope", "`tool_choice` names `nope`, which is not bound. The tools are `add`."],
    [7, "`tool_choice` is `7`."],
  ])("%p is refused", async (tool_choice, message) => {
    await expect(
      bench
        .model()
        .bindTools([add], { tool_choice: tool_choice as never })
        .invoke("Hi"),
    ).rejects.toThrow(message);
    expect(bench.server.requests).toEqual([]);
  });

  it("names a broken call when the answer was cut", async () => {
    bench.server.reply(json(200, last({ done_reason: "length" }, { content: '{"name": "add", "arguments": {"a": 1' })));
    const message = await bench.model().bindTools([add], { tool_choice: "any" }).invoke("1 + 2?");
    expect(message.tool_calls).toEqual([]);
    expect(message.invalid_tool_calls).toMatchObject([
      { name: "add", args: '{"a": 1', error: "The answer was cut off inside the call; raise the output limit." },
    ]);
  });

  it("is the same in a stream: no half JSON in the text, and the call at the end", async () => {
    bench.server.reply(
      ndjson([line({ content: '{"name": "add", "argu' }), line({ content: 'ments": {"a": 1, "b": 2}}' }), last()]),
    );
    const chunks = await collect(await bench.model().bindTools([add], { tool_choice: "any" }).stream("1 + 2?"));
    expect(chunks.map(({ text }) => text).join("")).toBe("");
    expect(chunks.reduce((sum, chunk) => sum.concat(chunk)).tool_calls).toMatchObject([
      { name: "add", args: { a: 1, b: 2 } },
    ]);
  });

  it("says what to do with a model that has no tools", async () => {
    bench.server.reply(json(400, { error: "registry.ollama.ai/library/tiny:latest does not support tools" }));
    const error = await rejection(bench.model().bindTools([add]).invoke("Hi"));
    expect(error).toMatchObject({
      message: expect.stringContaining(
        'Use a model with tools, or `withStructuredOutput(schema, { method: "jsonSchema" })`.',
      ),
    });
  });
});

it("every id of calls without one is new", async () => {
  const call = { function: { name: "add", arguments: { a: 1, b: 2 } } };
  bench.server.always(json(200, last({}, { tool_calls: [call, call] })));
  const ids = [];
  for (let times = 0; times < 2; times++)
    ids.push(...((await bench.model().bindTools([add]).invoke("Hi")).tool_calls ?? []).map(({ id }) => id));
  expect(new Set(ids).size).toBe(4);
});

describe("a schema that contains itself", () => {
  const Node = z.object({
    name: z.string(),
    get children() {
      return z.array(Node);
    },
  });
  const Lazy: z.ZodType = z.object({ name: z.string(), children: z.array(z.lazy(() => Lazy)) });
  const tree = { name: "a", children: [{ name: "b", children: [] }] };

  it.each<[string, z.ZodType]>([
    ["by a getter", Node],
    ["by z.lazy", Lazy],
  ])("%s is written out once for tools, and kept for formats", async (_, schema) => {
    bench.server.always(json(200, last({}, { content: JSON.stringify(tree) })));
    await bench
      .model()
      .bindTools([{ name: "f", schema }])
      .invoke("Hi");
    expect(bench.body().tools).toMatchObject([
      {
        function: { parameters: { properties: { children: { items: { properties: { name: { type: "string" } } } } } } },
      },
    ]);
    expect(JSON.stringify(bench.body().tools)).not.toContain("$ref");
    const structured = bench.model().withStructuredOutput(schema, { method: "jsonSchema" });
    expect(await structured.invoke("Hi")).toEqual(tree);
    expect(JSON.stringify(bench.body().format)).toMatch(/"\$ref":"#\/(\$defs|definitions)\/\w+"/);
  });
});
