import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { fireworks, lastBody, whole } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

describe("structured output", () => {
  const schema = z.object({ city: z.string(), degrees: z.number() }).describe("The weather.");
  const paris = { city: "Paris", degrees: 21 };
  const text = JSON.stringify(paris);
  const called = {
    content: null,
    tool_calls: [{ id: "call_1", type: "function", function: { name: "extract", arguments: text } }],
  };

  it.each([
    ["functionCalling", whole(called), { tool_choice: { type: "function", function: { name: "extract" } } }],
    [
      "jsonSchema",
      whole({ content: text }),
      { response_format: { type: "json_schema", json_schema: { name: "extract", schema: { type: "object" } } } },
    ],
    ["jsonMode", whole({ content: text }), { response_format: { type: "json_object" } }],
    [
      "jsonSchema",
      whole({ content: `<think>{"city":"Rome"}</think>\n${text}` }),
      { response_format: { type: "json_schema" } },
    ],
    ["jsonMode", whole({ content: `\`\`\`json\n${text}\n\`\`\`` }), { response_format: { type: "json_object" } }],
  ] as const)("by %s", async (method, script, sent) => {
    server.reply(script);
    expect(await fireworks(server).withStructuredOutput(schema, { method }).invoke("Hi.")).toEqual(paris);
    expect(lastBody(server)).toMatchObject(sent);
  });

  it("with the raw message beside it", async () => {
    server.reply(whole(called));
    const { raw, parsed } = await fireworks(server).withStructuredOutput(schema, { includeRaw: true }).invoke("Hi.");
    expect(parsed).toEqual(paris);
    expect(raw).toMatchObject({ usage_metadata: { input_tokens: 35 } });
  });

  it("that was cut off at the limit says so", async () => {
    server.reply(whole({ content: '{"city":"Par' }, { choice: { finish_reason: "length" } }));
    await expect(
      fireworks(server).withStructuredOutput(schema, { method: "jsonSchema" }).invoke("Hi."),
    ).rejects.toThrow("raise `maxTokens`");
  });
});
