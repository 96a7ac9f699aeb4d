import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createAgent, providerStrategy, tool } from "langchain";
import { z } from "zod";
import { ChatFireworks } from "../../../src/fireworks.js";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import {
  ask,
  callsOf,
  chunk,
  clock,
  completion,
  end,
  failure,
  isStreamed,
  modelOf,
  modes,
  saying,
  spent,
  weather,
} from "../../support/completions.js";
import { required, rome } from "../../support/forced_calls.js";
import { json, reset, sse } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";

type Json = Record<string, unknown>;

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer();
});

beforeEach(forgetServers);

afterAll(() => server.close());

/** An answer in small pieces where it is streamed. */
const inPieces = (text: string) => (request: { json: unknown }) =>
  isStreamed(request.json)
    ? sse([...(text.match(/[^]{1,3}/g) ?? []).map((content) => chunk({ content })), end(), spent(10, 5)])
    : saying(text)(request);

const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const format = { type: "json_schema", json_schema: { name: "city", schema } };

const dressed: [dress: string, text: string][] = [
  ["in a fence", `\`\`\`json\n${rome}\n\`\`\``],
  ["in a fence after a blank line, without a language", `\n\`\`\`\n${rome}\n\`\`\`\n`],
  ["in a fence amid words", `Here it is:\n\`\`\`json\n${rome}\n\`\`\`\nAnything else?`],
  ["after a sentence", `The city is: ${rome}`],
  ["amid sentences", `The city is ${rome}. Anything else?`],
  ["after thoughts", `<think>Rome?</think>\n\`\`\`json\n${rome}\n\`\`\``],
  ["after thoughts that the prompt opened", `Rome, I think.</think>\n\n${rome}`],
];

describe.each(modes)("JSON that was asked for (%s)", (mode) => {
  it.each(dressed)("%s is the text alone", async (_dress, text) => {
    server.always(inPieces(text));
    for (const model of [modelOf(server), new ChatFireworks("m", { apiKey: "k", baseURL: `${server.url}/v1` })]) {
      const before = server.requests.length;
      const answer = await ask(model as ReturnType<typeof modelOf>, mode, { response_format: format });
      expect(answer.text).toBe(rome);
      expect(answer.response_metadata).not.toHaveProperty("warnings");
      expect(answer.usage_metadata).toMatchObject({ input_tokens: 10, output_tokens: 5 });
      expect(server.requests.length - before).toBe(1);
    }
  });

  it.each(dressed)("%s stays as it came where none was asked for", async (_dress, text) => {
    server.always(inPieces(text));
    const { text: said } = await ask(modelOf(server, { thinkTags: "off" }), mode);
    expect(said).toBe(text);
  });

  it("that is none stays as it came", async () => {
    const prose = "I cannot say: {} is empty, and {this} is no object.";
    server.always(inPieces(prose));
    expect((await ask(modelOf(server, { repairJson: false }), mode, { response_format: format })).text).toBe(prose);
  });

  it.each(dressed)("%s is found by an agent", async (_dress, text) => {
    server.always(inPieces(text));
    const lookUp = tool(() => "Rome", { name: "look_up", description: "Looks it up", schema: z.object({}) });
    const model = modelOf(server, { streaming: mode === "stream" });
    const responseFormat = providerStrategy(z.object({ city: z.string() }));
    const agent = createAgent({ model, tools: [lookUp], responseFormat });
    const { structuredResponse } = await agent.invoke({ messages: [{ role: "user", content: "The capital?" }] });
    expect(structuredResponse).toEqual({ city: "Rome" });
    expect(server.requests.at(-1)?.json).toMatchObject({ response_format: { type: "json_schema" } });
    expect(server.requests.at(-1)?.json).not.toHaveProperty("outputConfig");
  });
});

it("an object passes as it comes, piece by piece", async () => {
  server.always(inPieces(rome));
  const pieces: string[] = [];
  for await (const { text } of await modelOf(server).stream("?", { response_format: format })) pieces.push(text);
  expect(pieces.filter((piece) => piece !== "")).toEqual(rome.match(/.{1,3}/g));
});

it("what was held back of an answer that breaks off is in its error, and in the estimate", async () => {
  const held = "Here it is, the answer that you asked me for:";
  server.always(sse([chunk({ content: held }), reset], { done: false }));
  const error = await failure(ask(modelOf(server), "stream", { response_format: format }));
  expect(error).toMatchObject({ partialOutput: { text: held, response_metadata: { usage_source: "estimated" } } });
  const { partialOutput } = error as { partialOutput: { usage_metadata: { output_tokens: number } } };
  expect(partialOutput.usage_metadata.output_tokens).toBeGreaterThan(5);
});

describe.each(modes)("a text that is the call which was asked for (%s)", (mode) => {
  it.each([
    ["its arguments", rome],
    ["its arguments in a fence", `\`\`\`json\n${rome}\n\`\`\``],
    ["by name", `{"name": "get_weather", "arguments": ${rome}}`],
    ["as the only one of a list", `[${rome}]`],
  ])("%s: is taken, in one request", async (_form, text) => {
    server.always(inPieces(text));
    const before = server.requests.length;
    const model = modelOf(server, { forcedTools: "error" });
    const answer = await ask(model, mode, required);
    expect(callsOf(answer)).toEqual([["get_weather", { city: "Rome" }]]);
    expect(answer.response_metadata).toMatchObject({ forced_by: "text", finish_reason: "tool_calls" });
    if (mode === "whole") expect(answer.text).toBe("");
    expect(server.requests.length - before).toBe(1);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 10, outputTokens: 5 });
  });

  it("of several tools it is one by name, and arguments alone are nobody's", async () => {
    const several = { tools: [weather, clock], tool_choice: "required" };
    server.always(inPieces('{"name": "get_time", "arguments": {}}'));
    expect(callsOf(await ask(modelOf(server), mode, several))).toEqual([["get_time", {}]]);
    server.always(inPieces(rome));
    expect(await failure(ask(modelOf(server, { forcedTools: "error" }), mode, several))).toMatchObject({
      name: "StructuredOutputError",
    });
  });

  it.each([
    ["lacks what is required", "{}"],
    ["has what the tool does not know", '{"city": "Rome", "mood": "fine"}'],
    ["is of another type", '{"city": 7}'],
    ["is a list with something else in it", `[${rome}, 7]`],
  ])("one that %s is none", async (_fault, text) => {
    server.always(inPieces(text));
    expect(await failure(ask(modelOf(server, { forcedTools: "error" }), mode, required))).toMatchObject({
      name: "StructuredOutputError",
    });
  });
});

it("a text that is the arguments is the structured output, on Fireworks too", async () => {
  const fireworks = new ChatFireworks("m", { apiKey: "k", baseURL: `${server.url}/v1` });
  server.always(saying(`\`\`\`json\n${rome}\n\`\`\``));
  for (const model of [modelOf(server, { forcedTools: "off" }), fireworks])
    expect(await model.withStructuredOutput(schema).invoke("?")).toEqual({ city: "Rome" });
  server.always(saying('{"town": "Rome"}'));
  expect(await failure(fireworks.withStructuredOutput(schema).invoke("?"))).toMatchObject({
    name: "StructuredOutputError",
    message: expect.stringContaining("The model gave no structured output: it should have called the tool"),
  });
});

describe("what grammars cannot hold an answer to", () => {
  const bounded = {
    type: "object",
    properties: { city: { type: "string", maxLength: 4_000, minLength: 3 }, code: { type: "string", pattern: "\\d+" } },
    required: ["city"],
  };

  it("is not sent with the answer's form, and is checked all the same", async () => {
    server.reply(saying(JSON.stringify({ city: "x".repeat(4_001) }))).always(saying(rome));
    const model = modelOf(server);
    const before = server.requests.length;
    const answer = await model.withStructuredOutput(bounded, { method: "jsonSchema" }).invoke("?");
    expect(answer).toEqual({ city: "Rome" });
    const [first, second] = server.requests.slice(before).map(({ json: body }) => body as Json);
    expect(JSON.stringify(first)).not.toMatch(/maxLength|pattern/);
    expect(JSON.stringify(first)).toContain('"minLength":3');
    expect(JSON.stringify(second?.messages)).toContain("4000");
  });

  it("is not sent with a tool that is forced; one that may be called is described as it is", async () => {
    const bounds = { type: "function" as const, function: { name: "note", parameters: bounded } };
    server.always(saying(rome));
    const sent = async (tool_choice: string) => {
      await ask(modelOf(server, { forcedTools: "off" }), "whole", { tools: [bounds], tool_choice });
      return JSON.stringify(server.requests.at(-1)?.json);
    };
    expect(await sent("required")).not.toMatch(/maxLength|pattern/);
    expect(await sent("auto")).toMatch(/"maxLength":4000.*"pattern"/);
  });

  it.each([
    ["llama.cpp", 400, "Failed to initialize samplers: failed to parse grammar"],
    ["llama.cpp of before", 500, "failed to parse grammar"],
    ["vLLM with xgrammar", 400, "The provided JSON schema contains features not supported by xgrammar."],
    ["SGLang with llguidance", 400, 'Unimplemented keys: ["minLength"]'],
    ["another", 400, "json_schema: keyword pattern is not supported"],
  ])("is left out altogether once %s has refused it (%s)", async (_server, status, message) => {
    server.always((request) =>
      /minLength/.test(JSON.stringify((request.json as Json).response_format))
        ? json(status, { error: { message, code: status } })
        : saying(rome)(request),
    );
    const structured = modelOf(server, { maxRetries: 2 }).withStructuredOutput(bounded, { method: "jsonSchema" });
    for (const requests of [2, 1]) {
      const before = server.requests.length;
      expect(await structured.invoke("?")).toEqual({ city: "Rome" });
      expect(server.requests.length - before).toBe(requests);
    }
  });
});

describe("a server that validates as FastAPI does, and says 500", () => {
  const invalid = (loc: string, expected: string, input: string) =>
    json(500, {
      error: {
        message: `[{'type': 'literal_error', 'loc': ('body', ${loc}), 'msg': "Input should be ${expected}", 'input': '${input}', 'ctx': {'expected': "${expected}"}}]`,
        type: "internal_server_error",
        param: null,
        code: null,
      },
    });

  it.each(modes)("is asked in a form that it takes, at once (%s)", async (mode) => {
    server.always((request) => {
      const { response_format: asked } = request.json as { response_format?: { type: string } };
      if (asked?.type === "json_schema")
        return invalid("'response_format', 'type'", "'text' or 'json_object'", "json_schema");
      return saying(rome)(request);
    });
    const before = server.requests.length;
    const model = modelOf(server, { maxRetries: 2 });
    expect((await ask(model, mode, { response_format: format })).text).toBe(rome);
    expect(server.requests.length - before).toBe(2);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 10, outputTokens: 5 });
    expect(server.requests.at(-1)?.json).toMatchObject({ response_format: { type: "json_object" } });
  });

  it("is not asked in vain where no other form will do", async () => {
    server.always(invalid("'temperature'", "a valid number", "hot"));
    const before = server.requests.length;
    expect(await failure(ask(modelOf(server, { maxRetries: 2 }), "whole"))).toMatchObject({ status: 500 });
    expect(server.requests.length - before).toBe(1);
  });
});

describe.each(modes)("a forced tool, where a server knows the standard's object alone (%s)", (mode) => {
  const called = {
    tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "get_weather", arguments: rome } }],
  };
  const knowing = (otherwise: (request: { json: unknown }) => ReturnType<typeof json>) =>
    server.always((request) => {
      if (typeof (request.json as Json).tool_choice !== "object") return otherwise(request);
      return isStreamed(request.json)
        ? sse([chunk(called), end("tool_calls"), spent(20, 6)])
        : json(
            200,
            completion(
              called,
              { finish_reason: "tool_calls" },
              { usage: { prompt_tokens: 20, completion_tokens: 6, total_tokens: 26 } },
            ),
          );
    });

  it.each([
    [
      "refuses `required`",
      () => json(400, { detail: [{ loc: ["body", "tool_choice"], msg: "Input should be 'none' or 'auto'" }] }),
      26,
    ],
    [
      "refuses it by 500",
      () =>
        json(500, {
          error: { message: "1 validation error for Request: tool_choice Input should be 'none' or 'auto'" },
        }),
      26,
    ],
    ["ignores it", saying("It is sunny."), 41],
  ])("and %s: is named, from then on too", async (_name, otherwise, tokens) => {
    knowing(otherwise);
    for (const [requests, total] of [
      [2, tokens],
      [1, 26],
    ] as const) {
      const before = server.requests.length;
      const model = modelOf(server);
      const answer = await ask(model, mode, required);
      expect(callsOf(answer)).toEqual([["get_weather", { city: "Rome" }]]);
      expect(answer.usage_metadata?.total_tokens).toBe(total);
      expect(server.requests.length - before).toBe(requests);
      expect(Number(model.costs.totals.inputTokens) + Number(model.costs.totals.outputTokens)).toBe(total);
    }
  });

  it("and neither: by schema, once for each form that was refused", async () => {
    server.always((request) =>
      (request.json as Json).response_format === undefined
        ? json(400, { error: { message: "tool_choice is incompatible with thinking enabled" } })
        : saying(rome)(request),
    );
    for (const requests of [3, 1]) {
      const before = server.requests.length;
      expect(callsOf(await ask(modelOf(server), mode, required))).toEqual([["get_weather", { city: "Rome" }]]);
      expect(server.requests.length - before).toBe(requests);
    }
  });

  it("llama.cpp, which treats it as no choice, is not asked so", async () => {
    server.always((request) => {
      if ((request.json as Json).response_format !== undefined) return saying(rome)(request);
      return isStreamed(request.json)
        ? sse([chunk({ content: "Sunny." }), end("stop", { timings: { prompt_n: 10, predicted_n: 5 } }), spent(10, 5)])
        : json(200, completion({ content: "Sunny." }, {}, { timings: { prompt_n: 10, predicted_n: 5 } }));
    });
    const before = server.requests.length;
    expect(callsOf(await ask(modelOf(server), mode, required))).toEqual([["get_weather", { city: "Rome" }]]);
    expect(server.requests.slice(before).map(({ json: body }) => typeof (body as Json).tool_choice)).toEqual([
      "string",
      "undefined",
    ]);
  });
});

describe("a tool's schema without properties", () => {
  const nested = { type: "object", properties: { filter: { type: "object" }, type: { type: "string" } } };
  const tools = [{ type: "function" as const, function: { name: "find", parameters: nested } }];

  it.each([
    [
      "LM Studio's text",
      {
        error: JSON.stringify(
          [
            {
              code: "invalid_type",
              expected: "object",
              received: "undefined",
              path: [0, "function", "parameters", "properties"],
              message: "Required",
            },
          ],
          null,
          2,
        ),
      },
    ],
    [
      "LM Studio's list",
      { error: [{ code: "invalid_type", path: [0, "function", "parameters", "properties"], message: "Required" }] },
    ],
    [
      "LM Studio's place",
      { error: { message: "Invalid input", type: "invalid_request_error", param: "tools.0", code: "custom" } },
    ],
    [
      "OpenAI's words",
      {
        error: {
          message: "Invalid schema for function 'find': In context=(), object schema missing properties.",
          param: "tools[0].function.parameters",
        },
      },
    ],
  ])("%s", async (_words, body) => {
    server.always((request) =>
      /"type":"object"(?!,"properties")/.test(request.text) ? json(400, body) : saying("ok")(request),
    );
    for (const requests of [2, 1]) {
      const before = server.requests.length;
      expect((await ask(modelOf(server), "whole", { tools })).text).toBe("ok");
      expect(server.requests.length - before).toBe(requests);
    }
    expect(server.requests.at(-1)?.json).toMatchObject({
      tools: [
        {
          function: {
            parameters: { properties: { filter: { type: "object", properties: {} }, type: { type: "string" } } },
          },
        },
      ],
    });
  });
});
