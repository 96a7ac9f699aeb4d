import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { AIMessage, ChatMessage, HumanMessage, ToolMessage, type BaseMessageLike } from "@langchain/core/messages";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { ChatOllamaLite } from "../../src/providers/ollama/chat.js";
import { ChatOpenLLM } from "../../src/providers/openllm/chat.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "../../src/models/options.js";
import { MeteredError } from "../../src/base/errors.js";
import { overrideEnvironment } from "../support/environment.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { bytes, cut, json, text, type Script } from "../support/wire_script.js";
import { refusedUrl } from "../support/wire_server.js";
import { collect, rejection } from "./paths.js";
import { expectHelpful, thrownBy } from "./helpful.js";
import { useServer } from "./server.js";
import { subjects, type Subject } from "./subjects.js";

const wire = useServer();

describe("what a constructor needs", () => {
  let restore: () => void = () => undefined;
  beforeEach(() => {
    restore = overrideEnvironment(/^(FIREWORKS|OPENLLM|OPEN_LLM|OLLAMA)_/, {});
  });
  afterEach(() => restore());

  it.each<[string, () => unknown, string, string]>([
    ["ChatFireworks without a key", () => new ChatFireworks({ model: "m" }), "apiKey", "`FIREWORKS_API_KEY`"],
    ["ChatFireworks without a model", () => new ChatFireworks({ apiKey: "k", model: "" }), "model", "`model`"],
    ["ChatOpenLLM without a server", () => new ChatOpenLLM({ model: "m" }), "baseURL", "`OPENLLM_BASE_URL`"],
    ["ChatOllamaLite without a model", () => new ChatOllamaLite({ model: " " }), "model", "`model`"],
    [
      "ChatFireworks with a base URL that is none",
      () => new ChatFireworks({ apiKey: "k", model: "m", baseURL: "not a url" }),
      "baseURL",
      "`not a url`",
    ],
    [
      "ChatOpenLLM with a base URL that is none",
      () => new ChatOpenLLM({ model: "m", baseURL: "ws://host/v1" }),
      "baseURL",
      "`ws://host/v1`",
    ],
  ])("%s", (_, create, option, value) => {
    const error = thrownBy(create);
    expect(error).toMatchObject({ name: "ConfigurationError", option });
    expectHelpful(error, value);
  });

  it.each(subjects)("$name: numbers in their ranges", (subject) => {
    for (const [option, value, shown] of [
      ["temperature", 5, "`5`"],
      ["temperature", NaN, "`NaN`"],
      ["temperature", 1n, "`1`"],
      ["topP", -1, "`-1`"],
      ["maxTokens", 0, "`0`"],
      ["n", 1.5, "`1.5`"],
      ["timeout", "soon", '`"soon"`'],
      ["idleTimeout", { ms: 5 }, "`an object`"],
      ["maxRetries", () => 2, "`a function`"],
      ["topLogprobs", [1], "`a list`"],
    ]) {
      const error = thrownBy(() => subject.create("http://127.0.0.1:1", { [String(option)]: value }));
      expect(error).toMatchObject({ name: "ConfigurationError", option });
      expectHelpful(error, String(shown));
      expect((error as Error).message).toContain(`\`${String(option)}\``);
    }
  });
});

describe.each(subjects)("$name: input that cannot work", (subject: Subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, { maxRetries: 0, ...fields });

  /** What the wire of a provider has no place for, so that it cannot miss it. */
  const unmissed: Record<string, readonly string[]> = { ollama: ["`look`", "`tool_call_id`"] };

  const messages: [string, BaseMessageLike[], string][] = [
    ["no messages", [], "`[]`"],
    ["a role that no server knows", [new ChatMessage("Hi.", "wizard")], "`wizard`"],
    [
      "a tool result that answers no call",
      [new HumanMessage("Hi."), new ToolMessage({ content: "Rain.", tool_call_id: "" })],
      "`tool_call_id`",
    ],
    [
      "a call in the history without an id",
      [
        new AIMessage({ content: "", tool_calls: [{ name: "look", args: {}, type: "tool_call" }] }),
        new HumanMessage("Hi."),
      ],
      "`look`",
    ],
    [
      "a kind of content that cannot be sent",
      [new HumanMessage({ content: [{ type: "hologram", data: "x" }] as never })],
      "`hologram`",
    ],
    ["a block that is none", [new HumanMessage({ content: [null] as never })], "`messages[0].content[0]`"],
    ["texts in place of blocks", [new AIMessage({ content: ["Hi."] as never })], '`"Hi."`'],
  ];
  const isMissed = ([, , value]: (typeof messages)[number]) => !unmissed[subject.provider]?.includes(value);
  const roads = ["invoke", "stream", "streamEvents"] as const;
  const sent = () => wire.server.requests.filter(({ path }) => path === subject.path);

  async function call(road: (typeof roads)[number], input: BaseMessageLike[]) {
    wire.server.always(subject.scripts.whole());
    const handler = new RecordingHandler();
    const options = { callbacks: [handler] };
    const calling =
      road === "stream" ? collect(create().stream(input, options)) : Promise.resolve(create()[road](input, options));
    const error: unknown = await calling.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return { error, last: expectOneRun(handler).last };
  }

  it.each(messages.filter(isMissed))("refuses %s, before anything is sent; the run ends", async (_, input, value) => {
    for (const road of roads) {
      const { error, last } = await call(road, input);
      expect(error).toMatchObject({ name: "ConfigurationError", option: "messages" });
      expectHelpful(error, value);
      expect(last).toMatchObject({ type: "error", error });
      expect(sent()).toEqual([]);
    }
  });

  const fine = messages.filter((each) => !isMissed(each));
  if (fine.length > 0)
    it.each(fine)("sends %s, where the wire has no place for what is missing", async (_, input) => {
      for (const [index, road] of roads.entries()) {
        const { error, last } = await call(road, input);
        expect(error).toBeUndefined();
        expect(last.type).toBe("end");
        expect(sent()).toHaveLength(index + 1);
      }
    });

  it.each<[string, unknown, string]>([
    ["a tool without a name", { type: "function", function: { description: "Looks." } }, "`tools[0]`"],
    ["a tool that is none", "look", "`tools[0]`"],
    ["a tool whose schema is none", { name: "look", schema: 42 }, "`look`"],
    ["a tool whose schema is a list of fields", { name: "look", schema: { city: "string" } }, "`look`"],
  ])("refuses %s when it is bound and when it is passed", async (_, tool, value) => {
    expectHelpful(
      thrownBy(() => create().bindTools([tool as never])),
      value,
    );
    const handler = new RecordingHandler();
    const error = await rejection(create().invoke("Hi.", { tools: [tool as never], callbacks: [handler] }));
    expect(error).toMatchObject({ name: "ConfigurationError", option: "tools" });
    if (handler.events.length > 0) expectOneRun(handler);
    expect(wire.server.requests).toEqual([]);
  });

  it.each<[string, Partial<MeteredCallOptions>, string]>([
    ["a choice without tools", { tool_choice: "any" }, "`tool_choice`"],
    [
      "a choice of a tool that is not bound",
      {
        tool_choice: "other",
        tools: [{ type: "function", function: { name: "look", parameters: { type: "object", properties: {} } } }],
      },
      "`other`",
    ],
  ])("refuses %s", async (_, options, value) => {
    const error = await rejection(create().invoke("Hi.", options));
    expect(error).toMatchObject({ name: "ConfigurationError", option: "tool_choice" });
    expectHelpful(error, value);
    expect(wire.server.requests).toEqual([]);
  });
});

describe.each(subjects)("$name: servers that answer nonsense", (subject) => {
  const page = (status: number) =>
    text(status, "<!doctype html><html><head><style>p {}</style></head><body><h1>It works!</h1></body></html>", {
      headers: { "content-type": "text/html" },
    });

  /** What the wire of lines takes for an answer that has begun and is not ended. */
  const begun = ["an empty object", "JSON that stops", "choices that are none"];

  it.each<[string, Script, Record<string, unknown>]>([
    ["a page with 200", page(200), { status: 200 }],
    ["a page with 502", page(502), { status: 502 }],
    ["an empty body", text(200, ""), { status: 200 }],
    ["an empty body with 404", text(404, ""), { status: 404 }],
    ["a JSON string", json(200, "hello"), { status: 200 }],
    ["a JSON null", json(200, null), { status: 200 }],
    ["a JSON list", json(200, [1, 2]), { status: 200 }],
    ["an empty object", json(200, {}), { status: 200 }],
    [
      "JSON that stops",
      text(200, '{"choices": [{"mess', { headers: { "content-type": "application/json" } }),
      { status: 200 },
    ],
    ["choices that are none", json(200, { choices: null, message: null }), { status: 200 }],
    ["an error in a 200", json(200, { error: { message: "out of memory" } }), {}],
    ["an error as a text", json(500, { error: "out of memory" }), { status: 500 }],
    [
      "FastAPI's details",
      json(422, { detail: [{ loc: ["body", "messages"], msg: "field required" }] }),
      { status: 422 },
    ],
    [
      "bytes that are no text",
      bytes([new Uint8Array([0xff, 0xfe, 0x00])], { "content-type": "application/octet-stream" }),
      { status: 200 },
    ],
  ])("%s", async (what, script, expected) => {
    wire.server.always(script);
    const handler = new RecordingHandler();
    const error = await rejection(
      subject.create(wire.server.url, { maxRetries: 0 }).invoke("Hi.", { callbacks: [handler] }),
    );
    expect(error).toMatchObject(
      subject.provider === "ollama" && begun.includes(what)
        ? { name: "StreamTruncatedError", partialOutput: { text: "" } }
        : { name: "ServerError", ...expected },
    );
    expectHelpful(error, expected.status === 200 ? "" : "`test-model`");
    expect(error.message).toMatch(expected.status === 200 ? /base URL|address|log|model/ : /test-model/);
    expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { message: error.message } });
  });

  it.each<[string, Script]>([
    ["a page", page(200)],
    ["nothing", bytes([], { "content-type": "text/event-stream" })],
    ["comments only", bytes([": ping\n\n", "\n"], { "content-type": "text/event-stream" })],
    ["garbage", bytes(["garbage\n", "more\n"], { "content-type": "text/event-stream" })],
    ["a cut", bytes(["data: ", cut], { "content-type": "text/event-stream" })],
  ])("%s instead of a stream", async (_, script) => {
    wire.server.always(script);
    const handler = new RecordingHandler();
    const error = await rejection(
      collect(subject.create(wire.server.url, { maxRetries: 0 }).stream("Hi.", { callbacks: [handler] })),
    );
    expect(MeteredError.isInstance(error)).toBe(true);
    expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { message: error.message } });
  });

  it("an address where nobody listens", async () => {
    const url = await refusedUrl();
    const error = await rejection(subject.create(url, { maxRetries: 0 }).invoke("Hi."));
    expect(error).toMatchObject({ name: "ConnectionError", code: "ECONNREFUSED" });
    expectHelpful(error, `\`${subject.baseURL(url)}`);
    expect(error.message).toContain("Is the server running");
  });

  it("an answer in a stream where a whole one was asked for, and the other way round", async () => {
    wire.server.reply(subject.scripts.whole());
    expect((await collect(subject.create(wire.server.url).stream("Hi."))).map((chunk) => chunk.text).join("")).toBe(
      "Hello there.",
    );
  });
});
