import { describe, expect, it } from "@jest/globals";
import type { AIMessageChunk } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOllamaLite } from "../../src/providers/ollama/chat.js";
import { ChatOpenLLM } from "../../src/providers/openllm/chat.js";
import { chatsOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();

const writing = subjects.filter(({ name }) => name !== "ChatFireworks");
const words = { type: "string", enum: Array.from({ length: 500 }, (_, at) => `value-number-${at}`) };
/** A tool of some 10 kB that comes to 10 kB for each reference. */
const toolOf = (name: string, references: number) => ({
  type: "function" as const,
  function: {
    name,
    parameters: {
      type: "object",
      properties: Object.fromEntries(Array.from({ length: references }, (_, at) => [`p${at}`, { $ref: "#/$defs/w" }])),
      $defs: { w: words },
    },
  },
});

describe.each(writing)("$name: schemas whose references are written out", (subject) => {
  const sentBytes = () => chatsOf(wire.server).at(-1)?.body.length ?? 0;
  const ask = async (tools: object[], fields: object = {}, options: object = {}) => {
    wire.server.always(subject.scripts.whole());
    return subject.create(wire.server.url, fields).invoke("Hi.", { tools, ...options });
  };

  it("add no more to a request than `maxSchemaBytes`, over all of its tools, and the answer says so", async () => {
    const warned: string[] = [];
    const onWarning = (warning: string) => void warned.push(warning);
    const tools = [toolOf("first", 20), toolOf("second", 20), toolOf("third", 3)];
    const { response_metadata } = await ask(tools, { maxSchemaBytes: 300_000, onWarning });
    const given = JSON.stringify(tools).length;
    expect(sentBytes()).toBeGreaterThan(200_000);
    expect(sentBytes()).toBeLessThan(300_000 + given);
    expect(response_metadata.warnings).toEqual([
      expect.stringContaining("`second` would add more than `maxSchemaBytes` (300000)"),
    ]);
    expect(warned).toEqual(response_metadata.warnings);
  });

  it("also in a stream", async () => {
    wire.server.always(subject.scripts.streamed());
    const model = subject.create(wire.server.url, { maxSchemaBytes: 0 } as object);
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await model.stream("Hi.", { tools: [toolOf("f", 20)] }))
      whole = whole?.concat(chunk) ?? chunk;
    expect(whole?.response_metadata.warnings).toHaveLength(1);
    expect(sentBytes()).toBeLessThan(20_000);
  });

  it("say nothing where all of them fit", async () => {
    const { response_metadata } = await ask([toolOf("f", 20)]);
    expect(response_metadata.warnings).toBeUndefined();
    expect(sentBytes()).toBeGreaterThan(180_000);
  });

  it.each([-1, "1", Number.NaN])("refuse a limit of %p", (maxSchemaBytes) => {
    expect(() => subject.create(wire.server.url, { maxSchemaBytes } as object)).toThrow("`maxSchemaBytes`");
  });
});

describe.each(subjects)("$name: a tool that is bound for each turn", (subject) => {
  const sent = (tools: object[], options: object = {}) => {
    const model = subject.create("http://127.0.0.1:1");
    const params = model.invocationParams({ tools, ...options }) as {
      tools: { function: { parameters: { properties: object } } }[];
    };
    return params.tools[0]?.function.parameters;
  };

  it("is converted once, also beside other call options", () => {
    const given = toolOf("f", 3);
    const first = sent([given]);
    for (let turn = 0; turn < 10; turn++) {
      expect(sent([{ ...given, function: { ...given.function } }])).toBe(first);
      expect(sent([given], { strict: true })).toBe(first);
    }
    expect(sent([toolOf("f", 3)])).not.toBe(first);
  });

  it("is converted anew once its schema has been written into", () => {
    const given = toolOf("f", 3);
    const properties: Record<string, unknown> = given.function.parameters.properties;
    const first = sent([given]);
    properties.added = { type: "string" };
    const second = sent([given]);
    expect(Object.keys(first?.properties ?? {})).toEqual(["p0", "p1", "p2"]);
    expect(Object.keys(second?.properties ?? {})).toEqual(["p0", "p1", "p2", "added"]);
    delete properties.added;
    expect(sent([given])).toEqual(first);
  });

  it("is converted once where it is LangChain's", () => {
    const schema = { type: "object", properties: { a: { $ref: "#/$defs/w" } }, $defs: { w: words } } as const;
    const look = tool(() => "", { name: "look", schema: schema as never });
    expect(sent([look])).toBe(sent([look]));
  });
});

it("a format of the user's own is converted once, and anew when it changes", () => {
  const schema = { type: "object", properties: { a: { $ref: "#/$defs/w" } } as object, $defs: { w: words } };
  const response_format = { type: "json_schema", json_schema: { name: "a", schema } };
  const openllm = new ChatOpenLLM({ model: "m", baseURL: "http://127.0.0.1:1" });
  const ollama = new ChatOllamaLite({ model: "m" });
  const formatOf = () => {
    const { response_format: sent } = openllm.invocationParams({ response_format }) as {
      response_format: { json_schema: { schema: object } };
    };
    return [sent.json_schema.schema, ollama.invocationParams({ response_format }).format];
  };
  const [first, other] = formatOf();
  expect(formatOf()[0]).toBe(first);
  expect(formatOf()[1]).toBe(other);
  schema.properties = { b: { type: "null" } };
  expect(formatOf().map((each) => (each as typeof schema).properties)).toEqual([schema.properties, schema.properties]);
});
