import { describe, expect, it } from "@jest/globals";
import type { AIMessage } from "@langchain/core/messages";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { z } from "zod";
import { z as z3 } from "zod/v3";
import type { StructuredOutputConfig } from "../../src/models/structured_output.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { collect, rejection } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";
import type { ScriptedAnswer } from "./wires/answer_script.js";

const wire = useServer();
const input = "Who wrote the first program?";
const ada = { name: "Ada", age: 36 };

const jsonSchema = {
  title: "person",
  description: "A person.",
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
};

/** A Standard Schema of no library: it makes names upper case, so that a test sees that it was asked. */
const standard = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => {
      const { name, age } = value as { name?: unknown; age?: unknown };
      if (typeof name !== "string" || typeof age !== "number") return { issues: [{ message: "`age` is no number" }] };
      return { value: { name: name.toUpperCase(), age } };
    },
    jsonSchema: { input: () => jsonSchema, output: () => jsonSchema },
  },
};

/** The same of a library that cannot say what its schemas are as JSON: to be checked by, not to be sent. */
const { jsonSchema: _, ...checks } = standard["~standard"];
const checkOnly = { type: "object", entries: {}, "~standard": checks };

const schemas: [string, unknown, unknown][] = [
  ["zod 4", z.object({ name: z.string(), age: z.number().int() }).describe("A person."), ada],
  ["zod 3", z3.object({ name: z3.string(), age: z3.number().int() }).describe("A person."), ada],
  ["a JSON schema", jsonSchema, ada],
  ["a Standard Schema", standard, { name: "ADA", age: 36 }],
  [
    "zod 4 that changes what it reads",
    z.object({ name: z.string().transform((name) => name.length), age: z.number() }),
    { name: 3, age: 36 },
  ],
];

type Method = "functionCalling" | "jsonSchema" | "jsonMode";
const methods: Method[] = ["functionCalling", "jsonSchema", "jsonMode"];

const answering = (method: Method, value: unknown): ScriptedAnswer =>
  method === "functionCalling"
    ? { calls: [{ id: "call_1", name: "person", args: value as Record<string, unknown> }] }
    : { text: JSON.stringify(value) };

describe.each(subjects)("$name: structured output", (subject) => {
  const model = (schema: unknown, config: Omit<StructuredOutputConfig, "includeRaw"> = {}) =>
    subject
      .create(wire.server.url, { maxRetries: 0 })
      .withStructuredOutput(schema as object, { name: "person", ...config });
  const withRaw = (schema: unknown, method: Method) =>
    subject
      .create(wire.server.url, { maxRetries: 0 })
      .withStructuredOutput(schema as object, { name: "person", method, includeRaw: true });

  describe.each(methods)("%s", (method) => {
    it.each(schemas)("%s", async (_, schema, expected) => {
      wire.server.reply(subject.scripts.whole(answering(method, ada)));
      expect(await model(schema, { method }).invoke(input)).toEqual(expected);
    });

    it("streamed", async () => {
      const { calls, text } = answering(method, ada);
      wire.server.reply(
        subject.scripts.streamed(
          calls ? calls.map((call) => ({ call })) : [...(text ?? "")].map((letter) => ({ text: letter })),
        ),
      );
      expect((await collect(model(jsonSchema, { method }).stream(input))).at(-1)).toEqual(ada);
    });

    it("with the raw message, which has the usage", async () => {
      wire.server.reply(subject.scripts.whole(answering(method, ada)));
      const { raw, parsed } = await withRaw(jsonSchema, method).invoke(input);
      expect(parsed).toEqual(ada);
      expect((raw as AIMessage).usage_metadata).toEqual(subject.scripts.usage({ input: 23, output: 7 }));
    });

    it.each(schemas)("refuses what does not follow %s, and says what was spent on it", async (_, schema) => {
      wire.server.always(subject.scripts.whole(answering(method, { name: "Ada", age: "old" })));
      const handler = new RecordingHandler();
      const error = await rejection(model(schema, { method }).invoke(input, { callbacks: [handler] }));
      expect(error).toMatchObject({ name: "StructuredOutputError", lc_error_code: "OUTPUT_PARSING_FAILURE" });
      expect(error.message).toContain("does not follow the schema");
      expect(error.partialOutput).toMatchObject({ usage_metadata: { input_tokens: expect.any(Number) } });
      // The model did answer; it is the parser that failed.
      expect(expectOneRun(handler).last.type).toBe("end");
    });

    it("gives `null` for what does not follow the schema, where the raw message is asked for", async () => {
      wire.server.always(subject.scripts.whole(answering(method, { name: "Ada", age: "old" })));
      const { raw, parsed } = await withRaw(schemas[0]?.[1], method).invoke(input);
      expect(parsed).toBeNull();
      expect((raw as AIMessage).usage_metadata?.input_tokens).toBeGreaterThan(0);
    });

    it("says that the answer was cut off, where it was", async () => {
      wire.server.always(subject.scripts.whole({ text: '{"name": "Ad', finish: "length" }));
      const error = await rejection(model(jsonSchema, { method }).invoke(input));
      expect(error).toMatchObject({ name: "StructuredOutputError" });
      expect(error.message).toContain("`maxTokens`");
    });

    it("is told to LangSmith as by its own models", async () => {
      wire.server.reply(subject.scripts.whole(answering(method, ada)));
      const handler = new RecordingHandler();
      const zod = z.object({ name: z.string(), age: z.number().int() });
      await model(zod, { method }).invoke(input, { callbacks: [handler] });
      const { options } = expectOneRun(handler).start.extraParams as { options: Record<string, unknown> };
      expect(options.ls_structured_output_format).toEqual({ kwargs: { method }, schema: toJsonSchema(zod) });
    });
  });

  it("calls a function unless told otherwise", async () => {
    wire.server.reply(subject.scripts.whole(answering("functionCalling", ada)));
    const handler = new RecordingHandler();
    expect(await model(jsonSchema).invoke(input, { callbacks: [handler] })).toEqual(ada);
    const { options } = expectOneRun(handler).start.extraParams as { options: Record<string, unknown> };
    expect(options).toMatchObject({
      ls_structured_output_format: { kwargs: { method: "functionCalling" }, schema: jsonSchema },
    });
  });

  it.each<[string, StructuredOutputConfig, string]>([
    ["the name that it was given", { name: "my person!" }, "my_person_"],
    ["the schema's title", { name: undefined }, "person"],
  ])("names the function by %s", async (_, config, name) => {
    wire.server.reply(subject.scripts.whole({ calls: [{ id: "call_1", name, args: ada }] }));
    expect(await model(jsonSchema, config).invoke(input)).toEqual(ada);
    const described = { name, description: expect.stringMatching(/^A person\./) };
    expect(wire.server.requests[0]?.json).toMatchObject({ tools: [{ function: described }] });
  });

  it.each<[string, object]>([
    ["a function", { name: "found", description: "A person.", parameters: jsonSchema, strict: true }],
    [
      "a tool",
      {
        type: "function",
        function: { name: "found", description: "A person.", parameters: jsonSchema, strict: true },
      },
    ],
    [
      "a function with a zod schema",
      {
        name: "found",
        parameters: z.object({ name: z.string(), age: z.number() }).describe("A person."),
        strict: true,
      },
    ],
  ])("takes OpenAI's definition of %s", async (_, definition) => {
    wire.server.reply(subject.scripts.whole({ calls: [{ id: "call_1", name: "found", args: ada }] }));
    const model = subject.create(wire.server.url).withStructuredOutput(definition);
    expect(await model.invoke(input)).toEqual(ada);
    const sent = {
      name: "found",
      description: expect.stringMatching(/^A person\./),
      parameters: { properties: { name: { type: "string" }, age: { type: expect.any(String) } } },
      // Ollama's API does not have it.
      ...(subject.provider === "ollama" ? {} : { strict: true }),
    };
    expect(wire.server.requests[0]?.json).toMatchObject({ tools: [{ function: sent }] });
  });

  it("reads JSON between the fences of Markdown", async () => {
    wire.server.reply(subject.scripts.whole({ text: `\`\`\`json\n${JSON.stringify(ada, null, 2)}\n\`\`\`` }));
    expect(await model(jsonSchema, { method: "jsonMode" }).invoke(input)).toEqual(ada);
  });

  it.each<[unknown, string]>([
    ["a string", "a string"],
    [null, "null"],
    [42, "42"],
    [{ name: "person" }, "has none of"],
    [[], "is not a schema"],
  ])("refuses %j, which is no schema", (schema, words) => {
    expect(() => model(schema)).toThrow(
      expect.objectContaining({
        name: "ConfigurationError",
        option: "schema",
        message: expect.stringContaining(words),
      }),
    );
  });

  it.each<Method>(["functionCalling", "jsonSchema"])(
    "refuses a Standard Schema without a JSON schema for %s",
    (method) => {
      expect(() => model(checkOnly, { method })).toThrow(
        expect.objectContaining({
          name: "ConfigurationError",
          option: "schema",
          message: expect.stringMatching(/`test`.*no JSON schema.*jsonMode/),
        }),
      );
    },
  );

  it("checks an answer in JSON by a Standard Schema without a JSON schema", async () => {
    wire.server.reply(subject.scripts.whole({ text: JSON.stringify(ada) }));
    expect(await model(checkOnly, { method: "jsonMode" }).invoke(input)).toEqual({ name: "ADA", age: 36 });
    wire.server.always(subject.scripts.whole({ text: '{"name": "Ada"}' }));
    const error = await rejection(model(checkOnly, { method: "jsonMode" }).invoke(input));
    expect(error).toMatchObject({ name: "StructuredOutputError" });
    expect(error.message).toContain("`age` is no number");
  });

  it("refuses a method that there is not", () => {
    expect(() => model(jsonSchema, { method: "magic" as never })).toThrow(
      expect.objectContaining({
        name: "ConfigurationError",
        option: "method",
        message: expect.stringContaining('`"magic"`'),
      }),
    );
  });

  it("answers in its own form whatever form the model's messages have", async () => {
    wire.server.reply(subject.scripts.whole(answering("jsonSchema", ada)));
    const v1 = subject.create(wire.server.url, { outputVersion: "v1" });
    expect(await v1.withStructuredOutput(jsonSchema, { method: "jsonSchema" }).invoke(input)).toEqual(ada);
  });
});
