import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { StructuredOutputError } from "../../../src/base/errors.js";
import type { WireRequest } from "../../support/wire_request.js";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import type { ChatOpenLLMInput } from "../../../src/openllm.js";
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
  piece,
  saying,
  spent,
  weather,
} from "../../support/completions.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { expectOneRun } from "../../support/runs.js";
import { json, sse, type Script } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { format, ignoring, required, rome } from "../../support/forced_calls.js";

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

describe.each(modes)("a forced tool that the server ignores (%s)", (mode) => {
  it("is named by the standard's object, and called by schema where that is ignored too: all in one run, and on the books", async () => {
    server.always(ignoring("It is sunny.", rome));
    const handler = new RecordingHandler();
    const llm = model({ callbacks: [handler] });
    let message = new AIMessage("");
    const [first, named, second, ...more] = await requestsOf(async () => (message = await ask(llm, mode, required)));
    expect(callsOf(message)).toEqual([["get_weather", { city: "Rome" }]]);
    expect(message.tool_calls?.[0]?.id).toMatch(/^call_/);
    expect(message).toMatchObject({
      text: "It is sunny.",
      usage_metadata: { input_tokens: 50, output_tokens: 16, total_tokens: 66 },
      response_metadata: { finish_reason: "tool_calls", usage_source: "server", forced_by: "schema" },
    });
    expect(message.response_metadata.requests).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ tool_choice: "required", tools: [{ function: { name: "get_weather" } }] });
    expect(named).toMatchObject({
      stream: false,
      tool_choice: { type: "function", function: { name: "get_weather" } },
      tools: [{ function: { name: "get_weather" } }],
    });
    expect(second).toMatchObject({
      stream: false,
      response_format: { type: "json_schema", json_schema: { schema: weather.function.parameters } },
    });
    expect(second).not.toHaveProperty("tools");
    expect(second).not.toHaveProperty("tool_choice");
    expect(second?.messages).toMatchObject([
      { role: "system", content: expect.stringContaining('"name":"get_weather","description":"Weather of a city"') },
      { role: "user" },
    ]);
    expectOneRun(handler);
    expect(llm.costs.totals).toMatchObject({ calls: 1, inputTokens: 50, outputTokens: 16 });
  });

  it("and from then on in one request", async () => {
    server.always(ignoring("It is sunny.", rome));
    await ask(model(), mode, required);
    let message = new AIMessage("");
    const [only, ...more] = await requestsOf(async () => (message = await ask(model(), mode, required)));
    expect(more).toEqual([]);
    expect(only).toHaveProperty("response_format");
    expect(callsOf(message)).toEqual([["get_weather", { city: "Rome" }]]);
    expect(message).toMatchObject({
      text: "",
      usage_metadata: { total_tokens: 36 },
      response_metadata: { finish_reason: "tool_calls", model_name: "m", usage_source: "server" },
    });
    // What is not forced is asked as ever.
    expect((await ask(model(), mode, { tools: [weather] })).text).toBe("It is sunny.");
  });

  it("of several, one is called", async () => {
    server.always(ignoring("It is late.", JSON.stringify({ name: "get_time", arguments: {} })));
    let message = new AIMessage("");
    const [, second] = await requestsOf(
      async () => (message = await ask(model(), mode, { tools: [weather, clock], tool_choice: "any" })),
    );
    expect(callsOf(message)).toEqual([["get_time", {}]]);
    const named = (tool: string) => ({ properties: { name: { type: "string", enum: [tool] } } });
    expect(second?.response_format).toMatchObject({
      json_schema: { schema: { anyOf: [named("get_weather"), named("get_time")] } },
    });
  });

  describe("the wrong one is called", () => {
    const named = { tools: [weather, clock], tool_choice: "get_weather" };
    const callingAnother = (request: WireRequest): Script => {
      if (format(request)) return json(200, completion({ content: rome }));
      const call = { index: 0, id: "a", type: "function", function: { name: "get_time", arguments: "{}" } };
      return mode === "stream"
        ? sse([piece(call), end("tool_calls"), spent(9, 9)])
        : json(200, completion({ tool_calls: [call] }, { finish_reason: "tool_calls" }));
    };

    it("the right one is, by schema", async () => {
      server.always(callingAnother);
      expect(callsOf(await ask(model(), mode, named))).toEqual([["get_weather", { city: "Rome" }]]);
    });

    it("by option it is an error that says which", async () => {
      server.always(callingAnother);
      expect(await failure(ask(model({ forcedTools: "error" }), mode, named))).toMatchObject({
        name: "StructuredOutputError",
        message: expect.stringContaining("was to call `get_weather` but called `get_time`."),
      });
    });
  });

  it("by option it is an error at once, with the answer and what it cost", async () => {
    server.always(ignoring("It is sunny.", rome));
    let error: unknown;
    const bodies = await requestsOf(
      async () => (error = await failure(ask(model({ forcedTools: "error" }), mode, required))),
    );
    expect(bodies).toHaveLength(1);
    expect(StructuredOutputError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining("The model was to call `get_weather` but answered `It is sunny.`."),
      partialOutput: {
        text: "It is sunny.",
        usage_metadata: { total_tokens: 15 },
        response_metadata: { usage_source: "server" },
      },
    });
  });

  it("by option it is handed on as it is", async () => {
    server.always(ignoring("It is sunny.", rome));
    const message = await ask(model({ forcedTools: "off" }), mode, required);
    expect([message.text, message.tool_calls, message.usage_metadata?.total_tokens]).toEqual(["It is sunny.", [], 15]);
  });

  it("no parser on the server (400): by schema at once", async () => {
    server.always((request) =>
      format(request)
        ? json(200, completion({ content: rome }))
        : json(400, { error: { message: 'tool_choice="required" requires --tool-call-parser to be set', code: 400 } }),
    );
    const [asking, before] = [model(), server.requests.length];
    const message = await ask(asking, mode, required);
    expect(callsOf(message)).toEqual([["get_weather", { city: "Rome" }]]);
    expect(message).toMatchObject({
      usage_metadata: { total_tokens: 15 },
      response_metadata: { usage_source: "server" },
    });
    expect(server.requests.length - before).toBe(2);
    await ask(asking, mode, required);
    expect(server.requests.length - before).toBe(3);
    expect(await failure(ask(model({ forcedTools: "off" }), mode, required))).toMatchObject({ status: 400 });
  });

  it("all was thought and nothing called: asked again without thinking", async () => {
    server.always((request) => {
      if (format(request)) return json(200, completion({ content: rome }));
      const thought = { reasoning: "Which tool?" };
      return mode === "stream"
        ? sse([chunk(thought), end("length"), spent(9, 9)])
        : json(200, completion({ content: null, ...thought }, { finish_reason: "length" }));
    });
    let message = new AIMessage("");
    const llm = model({ chatTemplateKwargs: { style: "terse" } });
    const [, second] = await requestsOf(async () => (message = await ask(llm, mode, required)));
    expect(callsOf(message)).toEqual([["get_weather", { city: "Rome" }]]);
    expect(second?.chat_template_kwargs).toEqual({ style: "terse", enable_thinking: false, thinking: false });
  });

  it("a call that was cut off is no refusal to call: not asked again, and flagged", async () => {
    server.always(saying('<tool_call>{"name": "get_weather", "argu', "length"));
    let message = new AIMessage("");
    const bodies = await requestsOf(async () => (message = await ask(model(), mode, required)));
    expect(bodies).toHaveLength(1);
    expect(message.response_metadata).toMatchObject({
      finish_reason: "length",
      warnings: [expect.stringContaining("raw tool call")],
    });
  });

  it("announced and not sent: asked again", async () => {
    server.always((request) => {
      if (format(request)) return json(200, completion({ content: rome }));
      return mode === "stream"
        ? sse([chunk({ tool_calls: [] }), end("tool_calls"), spent(9, 9)])
        : json(200, completion({ content: "", tool_calls: [] }, { finish_reason: "tool_calls" }));
    });
    expect(callsOf(await ask(model(), mode, required))).toEqual([["get_weather", { city: "Rome" }]]);
  });

  it("a tool that may be called and is not is no one's mistake", async () => {
    server.always(ignoring("It is sunny.", rome));
    const bodies = await requestsOf(() => ask(model(), mode, { tools: [weather], tool_choice: "auto" }));
    expect(bodies).toHaveLength(1);
  });

  it("of several calls with `parallel_tool_calls: false` the first is kept", async () => {
    const calls = ["Rome", "Oslo"].map((city, index) => ({
      index,
      id: city,
      type: "function",
      function: { name: "get_weather", arguments: JSON.stringify({ city }) },
    }));
    server.always(
      mode === "stream"
        ? sse([...calls.map(piece), end("tool_calls"), spent(9, 9)])
        : json(200, completion({ tool_calls: calls }, { finish_reason: "tool_calls" })),
    );
    expect(callsOf(await ask(model(), mode, { tools: [weather], parallel_tool_calls: false }))).toEqual([
      ["get_weather", { city: "Rome" }],
    ]);
    expect(callsOf(await ask(model(), mode, { tools: [weather] }))).toHaveLength(2);
  });

  it("V12 V15 a raw call in the text is flagged", async () => {
    const raw = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Rome"}}\n</tool_call>';
    server.always(({ json: body }) =>
      isStreamed(body)
        ? sse([...(raw.match(/.{1,5}/gs) ?? []).map((content) => chunk({ content })), end(), spent(9, 9)])
        : json(200, completion({ content: raw })),
    );
    const history = [
      new HumanMessage("?"),
      new AIMessage({ content: "", tool_calls: [{ id: "a", name: "f", args: {} }] }),
      new ToolMessage({ content: "1", tool_call_id: "a" }),
    ];
    const flagged = { warnings: [expect.stringContaining("The text has a raw tool call in it")] };
    expect((await ask(model(), mode, { tools: [weather] })).response_metadata).toMatchObject(flagged);
    expect(
      (await ask(model(), mode, { tools: [weather], tool_choice: "none" }, history)).response_metadata,
    ).toMatchObject(flagged);
    expect((await ask(model(), mode)).response_metadata).not.toHaveProperty("warnings");
  });
});
