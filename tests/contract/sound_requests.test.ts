import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import fc from "fast-check";
import { z } from "zod";
import * as mini from "zod/mini";
import * as z3 from "zod/v3";
import { ConfigurationError } from "../../src/base/errors.js";
import { toJsonText } from "../../src/base/json.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const half = "a smile \u{1F600}".slice(0, -1);
const mended = "a smile \u{FFFD}";
const address = z.object({ street: z.string() }).meta({ id: "Address" });
const street = { type: "object", properties: { street: { type: "string" } }, required: ["street"] };
const asNumber = (value: unknown) => (value === "" ? undefined : Number(value));

describe.each(subjects)("a request of $name", (subject) => {
  const isOllama = subject.provider === "ollama";

  describe.each(["stream", "whole"])("%s", (mode) => {
    it("has no half of a character, wherever one was", async () => {
      wire.server.reply(mode === "stream" ? subject.scripts.streamed() : subject.scripts.whole());
      const model = subject
        .create(wire.server.url, { stop: [half] })
        .bindTools([
          { name: "read", description: half, schema: { type: "object", properties: { [half]: { type: "string" } } } },
        ]);
      const messages = [
        new HumanMessage(`${half}, a whole one \u{1F680}, and its escape \\ud83d`),
        new AIMessage({
          content: "",
          tool_calls: [{ id: "call_1", name: "read", args: { text: half, raw: "\\ud83d" } }],
        }),
        new ToolMessage({ tool_call_id: "call_1", content: half }),
        new ToolMessage({ tool_call_id: "call_1", content: [{ type: "unknown", half }] as never }),
      ];
      if (mode === "stream") for await (const _ of await model.stream(messages));
      else await model.invoke(messages);
      const { body, json } = await wire.server.received();
      expect(body.toString().replaceAll("\\\\", "")).not.toMatch(/\\ud[89a-f]/i);
      const { messages: sent, tools, ...rest } = json as { messages: never[]; tools: never[] };
      expect(JSON.stringify(rest)).toContain(mended);
      expect(tools).toMatchObject([
        { function: { description: mended, parameters: { properties: { [mended]: {} } } } },
      ]);
      const args = { text: mended, raw: "\\ud83d" };
      expect(sent).toMatchObject([
        { content: `${mended}, a whole one \u{1F680}, and its escape \\ud83d` },
        { tool_calls: [{ function: { arguments: isOllama ? args : JSON.stringify(args) } }] },
        { content: mended },
        { content: expect.stringContaining(mended) },
      ]);
    });
  });

  const parametersOf = async (schema: unknown): Promise<object> => {
    wire.server.reply(subject.scripts.whole());
    await subject
      .create(wire.server.url)
      .bindTools([{ name: "act", description: "Acts", schema } as never])
      .invoke("Hi.");
    const { tools } = (await wire.server.received()).json as { tools: [{ function: { parameters: object } }] };
    return tools[0].function.parameters;
  };

  it.each<[string, unknown, object]>([
    ["nothing", undefined, {}],
    ["null", null, {}],
    ["an empty object", {}, {}],
    ["an object", { type: "object" }, {}],
    ["null for properties", { type: "object", properties: null, required: null }, {}],
    ["a list for properties", { type: "object", properties: [] }, {}],
    ["a list of types", { type: ["object", "null"] }, {}],
    ["no type", { properties: { a: { type: "string" } } }, { a: { type: "string" } }],
    ["a dialect alone", { $schema: "http://json-schema.org/draft-07/schema#" }, {}],
    ["a reference", { $ref: "#/$defs/Address", $defs: { Address: street } }, street.properties],
    ["a sum", { allOf: [{ $ref: "#/definitions/A" }], definitions: { A: street } }, street.properties],
  ])("says what a tool takes as an object with properties: %s", async (_, schema, properties) => {
    const given = structuredClone(schema);
    expect(await parametersOf(schema)).toMatchObject({ type: "object", properties });
    expect(schema).toEqual(given);
  });

  it("leaves an object further inside as it is: there, no properties means any", async () => {
    const schema = { type: "object", properties: { any: { type: "object" } } };
    expect(await parametersOf(schema)).toEqual(schema);
  });

  it.each<[string, unknown, object]>([
    ["z.preprocess", z.object({ a: z.preprocess(asNumber, z.number().optional()) }), { a: { type: "number" } }],
    ["z.preprocess in a list", z.object({ a: z.array(z.preprocess(asNumber, z.number())) }), { a: { type: "array" } }],
    [
      "z.preprocess in a strict object",
      z.strictObject({ a: z.preprocess(asNumber, z.number()) }),
      { a: { type: "number" } },
    ],
    [
      "z.preprocess of zod/mini",
      mini.object({ a: mini.pipe(mini.transform(asNumber), mini.number()) }),
      { a: { type: "number" } },
    ],
    ["z.preprocess of zod 3", z3.object({ a: z3.preprocess(asNumber, z3.number()) }), { a: { type: "number" } }],
    ["a pipe", z.object({ a: z.string().pipe(z.coerce.number()) }), { a: { type: "string" } }],
    [
      "a date out of text",
      z.object({ a: z.coerce.date(), b: z.coerce.bigint() }),
      { a: { type: "string" }, b: { type: "integer" } },
    ],
    ["one object with an id in two places", z.object({ a: address, b: address }), { a: {}, b: {} }],
  ])("has what zod's own converter says: %s", async (_, schema, properties) => {
    expect(await parametersOf(schema)).toMatchObject({ type: "object", properties });
  });

  it("refuses what zod has no JSON schema of", async () => {
    await expect(async () => parametersOf(z.object({ a: z.date() }))).rejects.toThrow(ConfigurationError);
  });

  it("gives a tool what its preprocessing makes of the argument", async () => {
    const double = tool(({ n }) => String(n * 2), {
      name: "double",
      schema: z.object({ n: z.preprocess(asNumber, z.number()) }),
    });
    wire.server.reply(subject.scripts.whole({ calls: [{ id: "a", name: "double", args: { n: "21" } }] }));
    const { tool_calls: calls } = await subject.create(wire.server.url).bindTools([double]).invoke("Double 21.");
    expect(await double.invoke(calls?.[0] as never)).toMatchObject({ content: "42" });
  });

  it.each(["functionCalling", "jsonSchema"] as const)("asks for such an object as an answer, by %s", async (method) => {
    const schema = z.object({ at: address, n: z.preprocess(asNumber, z.number()) });
    const answer = { at: { street: "Quay" }, n: 3 };
    const isCalled = method === "functionCalling" && !isOllama;
    const text = method === "functionCalling" && isOllama ? { name: "extract", arguments: answer } : answer;
    wire.server.reply(
      subject.scripts.whole(
        isCalled ? { calls: [{ id: "a", name: "extract", args: answer }] } : { text: JSON.stringify(text) },
      ),
    );
    const model = subject.create(wire.server.url).withStructuredOutput(schema, { method });
    expect(await model.invoke("Hi.")).toEqual({ at: { street: "Quay" }, n: 3 });
  });
});

describe("JSON that every parser takes", () => {
  it("is what JSON.stringify gives, with U+FFFD for each half of a character", () => {
    const text = fc.string({ unit: fc.constantFrom("\\", "u", "d83d", "\u{1F600}", "\uD83D", "\uDE00", '"', "\n") });
    fc.assert(
      fc.property(fc.array(fc.record({ text, more: fc.dictionary(text, text) })), (value) => {
        const written = toJsonText(value);
        expect(Buffer.from(written).toString()).toBe(written);
        expect(JSON.parse(written)).toEqual(JSON.parse(mend(JSON.stringify(value))));
      }),
    );
  });
});

/** The same by a parser of its own: escape by escape. */
function mend(json: string): string {
  let mended = "";
  for (let at = 0; at < json.length; at++) {
    const isEscape = json[at] === "\\";
    const isHalf = isEscape && /^\\ud[89a-f]/.test(json.slice(at, at + 4));
    mended += isHalf ? "\uFFFD" : json.slice(at, at + (isEscape ? 2 : 1));
    at += isHalf ? 5 : isEscape ? 1 : 0;
  }
  return mended;
}
