import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import type { ChatOpenLLMInput } from "../../../src/openllm.js";
import { ask, completion, failure, modelOf, modes, saying } from "../../support/completions.js";
import { json } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { format, ignoring, rome } from "../../support/forced_calls.js";

type Json = Record<string, unknown>;

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer();
});

beforeEach(forgetServers);

afterAll(() => server.close());

const model = (fields: ChatOpenLLMInput = {}) => modelOf(server, fields);

async function requestsOf(action: () => Promise<unknown>): Promise<Json[]> {
  const before = server.requests.length;
  await action();
  return server.requests.slice(before).map(({ json: body }) => body as Json);
}

const schema = { title: "Answer", type: "object", properties: { city: { type: "string" } }, required: ["city"] };

describe("structured output, by what the server honours", () => {
  const structured = (fields: ChatOpenLLMInput, method: "jsonSchema" | "jsonMode" | "functionCalling") =>
    model(fields).withStructuredOutput(schema, { method });

  it.each(["jsonSchema", "jsonMode"] as const)("%s in one request where the server keeps to it", async (method) => {
    server.always(saying(rome));
    expect(
      await requestsOf(async () => expect(await structured({}, method).invoke("Where?")).toEqual({ city: "Rome" })),
    ).toHaveLength(1);
  });

  it.each([
    ["fenced", "```json\n" + rome + "\n```"],
    ["fenced, amid words", "Here it is:\n```json\n" + rome + "\n```\nAnything else?"],
    ["after thinking", `<think>Rome, I think.</think>\n${rome}`],
    ["after thinking that the prompt opened", `Rome, I think.</think>\n\n${rome}`],
  ])("%s JSON is JSON", async (_name, text) => {
    server.always(saying(text));
    expect(
      await requestsOf(async () =>
        expect(await structured({}, "jsonSchema").invoke("Where?")).toEqual({ city: "Rome" }),
      ),
    ).toHaveLength(1);
  });

  it("`json_object` refused (LM Studio): a schema for any object, from then on too", async () => {
    server.always((request) =>
      format(request)?.type === "json_object"
        ? json(400, { error: "'response_format.type' must be 'json_schema' or 'text'" })
        : saying(rome)(request),
    );
    for (const requests of [2, 1]) {
      const bodies = await requestsOf(async () =>
        expect(await structured({}, "jsonMode").invoke("Where?")).toEqual({ city: "Rome" }),
      );
      expect(bodies).toHaveLength(requests);
      expect(bodies.at(-1)?.response_format).toEqual({
        type: "json_schema",
        json_schema: { name: "json", schema: { type: "object" } },
      });
    }
  });

  it("`json_schema` refused (older servers): any JSON object, and the schema in words", async () => {
    server.always((request) =>
      format(request)?.type === "json_schema"
        ? json(400, { error: { message: "response_format type json_schema is not supported" } })
        : saying(rome)(request),
    );
    const bodies = await requestsOf(async () =>
      expect(await structured({}, "jsonSchema").invoke("Where?")).toEqual({ city: "Rome" }),
    );
    expect(bodies.at(-1)).toMatchObject({
      response_format: { type: "json_object" },
      messages: [{ role: "system", content: expect.stringContaining('"required":["city"]') }, { role: "user" }],
    });
  });

  it("`strict` refused: asked once without", async () => {
    server.always((request) =>
      request.text.includes('"strict"')
        ? json(422, {
            detail: [
              { loc: ["body", "response_format", "json_schema", "strict"], msg: "Extra inputs are not permitted" },
            ],
          })
        : saying(rome)(request),
    );
    const runnable = model().withStructuredOutput(schema, { method: "jsonSchema", strict: true });
    const bodies = await requestsOf(async () => expect(await runnable.invoke("Where?")).toEqual({ city: "Rome" }));
    expect(bodies.map((body) => JSON.stringify(body).includes('"strict":true'))).toEqual([true, false]);
  });

  it("not enforced: asked once more in words, both on the books", async () => {
    server.reply(saying("The city is Rome.")).always(saying(rome));
    const llm = model();
    const bodies = await requestsOf(async () =>
      expect(await llm.withStructuredOutput(schema, { method: "jsonSchema" }).invoke("Where?")).toEqual({
        city: "Rome",
      }),
    );
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toMatchObject({
      response_format: { type: "json_schema" },
      messages: [
        { role: "system", content: expect.stringMatching(/one JSON object only.*"required":\["city"\]/s) },
        { role: "user" },
      ],
    });
    expect(llm.costs.totals).toMatchObject({ calls: 1, inputTokens: 20, outputTokens: 10 });
  });

  it("JSON of another shape is asked for once more too, and flagged where it stays", async () => {
    server.reply(saying('{"town":"Rome"}')).always(saying(rome));
    const bodies = await requestsOf(async () =>
      expect(await structured({}, "jsonSchema").invoke("Where?")).toEqual({ city: "Rome" }),
    );
    expect(bodies).toHaveLength(2);
    server.always(saying('{"town":"Rome"}'));
    const response_format = { type: "json_schema", json_schema: { name: "answer", schema } };
    for (const mode of modes) {
      const message = await ask(model(), mode, { response_format });
      expect([message.text, message.response_metadata.warnings]).toEqual([
        '{"town":"Rome"}',
        [expect.stringContaining("does not follow the schema")],
      ]);
    }
  });

  it("a schema that cannot be checked is none", async () => {
    server.always(saying(rome));
    const odd = { type: "object", properties: { city: { $ref: "#/nowhere" } } };
    const response_format = { type: "json_schema", json_schema: { name: "answer", schema: odd } };
    const bodies = await requestsOf(async () =>
      expect((await ask(model(), "whole", { response_format })).response_metadata).not.toHaveProperty("warnings"),
    );
    expect(bodies).toHaveLength(1);
  });

  it("never enforced: a typed error with what the model said, or `parsed: null`", async () => {
    server.always(saying("The city is Rome."));
    expect(await failure(structured({}, "jsonSchema").invoke("Where?"))).toMatchObject({
      name: "StructuredOutputError",
      partialOutput: { text: "The city is Rome." },
    });
    const { raw, parsed } = await model()
      .withStructuredOutput(schema, { method: "jsonSchema", includeRaw: true })
      .invoke("Where?");
    expect(parsed).toBeNull();
    expect(raw).toMatchObject({
      text: "The city is Rome.",
      usage_metadata: { total_tokens: 30 },
      response_metadata: { warnings: [expect.stringContaining("should be JSON and is none")] },
    });
  });

  it("not asked again by option, nor when it was cut off", async () => {
    server.always(saying("The city is Rome."));
    expect(
      await requestsOf(() => failure(structured({ repairJson: false }, "jsonSchema").invoke("Where?"))),
    ).toHaveLength(1);
    server.always(saying('{"city": "Ro', "length"));
    const bodies = await requestsOf(async () =>
      expect(await failure(structured({}, "jsonSchema").invoke("Where?"))).toMatchObject({
        message: expect.stringContaining("raise `maxTokens`"),
      }),
    );
    expect(bodies).toHaveLength(1);
  });

  it("the JSON was hidden with the reasoning: asked again without thinking", async () => {
    server
      .reply(json(200, completion({ content: null, reasoning: null }, { finish_reason: "stop" })))
      .always(saying(rome));
    const bodies = await requestsOf(async () =>
      expect(await structured({}, "jsonSchema").invoke("Where?")).toEqual({ city: "Rome" }),
    );
    expect(bodies[1]?.chat_template_kwargs).toEqual({ enable_thinking: false, thinking: false });
  });

  it("the JSON is in the reasoning, also when it is asked for again: it is the answer", async () => {
    server.always(json(200, completion({ content: null, reasoning: rome }, { finish_reason: "stop" })));
    expect(await structured({}, "jsonSchema").invoke("Where?")).toEqual({ city: "Rome" });
    server.always(json(200, completion({ content: null, reasoning: "Rome, I think." }, { finish_reason: "stop" })));
    expect(await failure(structured({}, "jsonSchema").invoke("Where?"))).toMatchObject({
      name: "StructuredOutputError",
    });
  });

  it("in a stream, what was not enforced is flagged", async () => {
    server.always(saying("The city is Rome."));
    const message = await ask(model(), "stream", { response_format: { type: "json_object" } });
    expect(message.response_metadata.warnings).toEqual([expect.stringContaining("should be JSON and is none")]);
  });

  it("functionCalling works on a server that ignores `tool_choice`", async () => {
    server.always(ignoring("The city is Rome.", rome));
    expect(await structured({}, "functionCalling").invoke("Where?")).toEqual({ city: "Rome" });
  });
});
