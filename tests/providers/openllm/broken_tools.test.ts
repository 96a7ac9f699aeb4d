import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import {
  ask,
  brokenOf,
  callsOf,
  chunk,
  clock,
  completion,
  end,
  lastMessages,
  modelOf,
  modes,
  piece,
  spent,
  weather,
} from "../../support/completions.js";
import { toolMessagesOfInvalidCalls } from "../../../src/openllm.js";
import { json, sse, text } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";
import { expectCalls, fn, toolAnswers, type Calls } from "../../support/tool_answers.js";

type Json = Record<string, unknown>;

const server = useWireServer();

const { streamed, whole } = toolAnswers(() => server);

const rome: Calls = [["f", { city: "Rome" }]];

describe("broken calls are never in `tool_calls`", () => {
  const rows: [quirk: string, args: unknown, reason: string, shown: string][] = [
    ["cut by length", '{"city":"Ro', "length", '{"city":"Ro'],
    ["cut by length before the first argument", "", "length", ""],
    ["cut, and the server hides it (vLLM 0.11)", '{"city":"Ro', "tool_calls", '{"city":"Ro'],
    ["an array", [1], "tool_calls", "[1]"],
    ["a number", "3002", "tool_calls", "3002"],
    ["half of a JSON text in a JSON text", '"{\\"city\\":\\"Ro"', "tool_calls", '"{\\"city\\":\\"Ro"'],
    ["two objects", '{"city":"Rome"}{"city":"Oslo"}', "tool_calls", '{"city":"Rome"}{"city":"Oslo"}'],
    ["cut after an empty object", '{}{"city":"Ro', "length", '{}{"city":"Ro'],
    ["not JSON", "city=Rome", "tool_calls", "city=Rome"],
  ];

  it.each(modes)("digits that a number cannot hold are kept in arguments that are an object, %s", async (mode) => {
    const call = { index: 0, id: "a", type: "function", function: fn("f", { id: 1, city: "Ro" }) };
    const event =
      mode === "whole"
        ? completion({ content: null, tool_calls: [call] }, { finish_reason: "tool_calls" })
        : chunk({ tool_calls: [call] }, { finish_reason: "tool_calls" });
    const exact = JSON.stringify(event).replace('{"id":1', '{"id":12345678901234567890');
    server.reply(mode === "whole" ? text(200, exact) : sse([`data: ${exact}\n\n`]));
    const answer = await ask(modelOf(server), mode, { tools: [weather] });
    expect(callsOf(answer)).toEqual([["f", { id: "12345678901234567890", city: "Ro" }]]);
  });

  it("a new id that begins anew at a used index opens a call, which harms no other though it has no name", async () => {
    const message = await streamed([
      { index: 0, id: "a", function: fn("f", '{"city":"Rome"}') },
      { index: 0, id: "b", function: fn(undefined, '{"city":') },
      { index: 0, function: fn(undefined, '"Oslo"}') },
    ]);
    expectCalls(message, rome);
    expect(message.invalid_tool_calls).toMatchObject([{ id: "b", args: '{"city":"Oslo"}' }]);
  });

  it("a new id for a piece that begins like an object inside opens none", async () => {
    const message = await streamed([
      { index: 0, id: "a1", function: fn("f", '{"city":') },
      { index: 0, id: "a2", function: fn(undefined, '{"name":"Rome"}') },
      { index: 0, id: "a3", function: fn(undefined, "}") },
    ]);
    expectCalls(message, [["f", { city: { name: "Rome" } }]]);
  });

  it.each(rows)("%s", async (_quirk, args, reason, shown) => {
    for (const message of [
      await streamed([{ index: 0, id: "a", function: fn("f", args) }], reason),
      await whole([{ id: "a", function: fn("f", args) }], reason),
    ]) {
      expect(callsOf(message)).toEqual([]);
      expect(brokenOf(message)).toEqual([["f", shown]]);
      expect(message.invalid_tool_calls?.[0]).toMatchObject({ id: "a", error: expect.stringMatching(/./) });
    }
  });

  it.each([
    [9, [], [["f", ""]], "length"],
    [10, [["f", {}]], [], "tool_calls"],
  ])("cut before the first argument, which only the count of tokens shows (limit %p)", async (...row) => {
    const [maxTokens, calls, broken, reason] = row;
    const message = await streamed([{ index: 0, id: "a", function: fn("f") }], "tool_calls", { maxTokens });
    expect([callsOf(message), brokenOf(message)]).toEqual([calls, broken]);
    expect(message.response_metadata.finish_reason).toBe(reason);
  });

  it("the calls before a cut one stay whole", async () => {
    const message = await streamed(
      [
        { index: 0, id: "a", function: fn("f", '{"city":"Rome"}') },
        { index: 1, id: "b", function: fn("f") },
      ],
      "length",
    );
    expectCalls(message, rome);
    expect(brokenOf(message)).toEqual([["f", ""]]);
  });
});

describe("a call that is sent more than once is one call", () => {
  const args = '{"city":"Rome"}';
  const first = { index: 0, id: "a", function: fn("f", args) };
  const begun = { index: 0, id: "a", function: fn("f", "") };
  const half = { index: 0, function: fn(undefined, '{"city":') };
  const rest = { index: 0, function: fn(undefined, '"Rome"}') };

  it.each([
    ["whole, again under its index, id and name", [first, first, first]],
    ["whole, after its pieces", [begun, half, rest, first]],
    ["whole, with other blanks", [first, { ...first, function: fn("f", '{ "city": "Rome" }') }]],
    ["without its id", [first, { index: 0, function: fn("f", args) }]],
    ["without its name", [first, { index: 0, id: "a", function: fn(undefined, args) }]],
    ["in pieces once more", [begun, half, rest, begun, half, rest]],
    ["in pieces, each with its name", [first, { ...half, id: "a", function: fn("f", '{"city":') }, rest]],
    ["after an empty object", [{ ...first, function: fn("f", "{}") }, half, rest]],
    ["after an empty object, named again", [{ ...first, function: fn("f", "{}") }, first]],
    [
      "after an empty object, named again without an id",
      [
        { ...first, function: fn("f", "{}") },
        { index: 0, function: fn("f", args) },
      ],
    ],
    ["after `null`", [{ ...first, function: fn("f", null) }, half, rest]],
  ])("streamed: %s", async (_how, pieces) => {
    expectCalls(await streamed(pieces), rome);
  });

  it("whole: the same id, name and arguments", async () => {
    const call = { id: "a", function: fn("f", args) };
    expectCalls(await whole([call, call, { id: "a", function: fn("f", '{ "city": "Rome" }') }]), rome);
  });

  it.each([
    ["other arguments", { index: 0, id: "a", function: fn("f", '{"city":"Oslo"}') }, ["f", { city: "Oslo" }]],
    ["another id", { index: 1, id: "b", function: fn("f", args) }, ["f", { city: "Rome" }]],
    ["another name", { index: 0, id: "a", function: fn("g", args) }, ["g", { city: "Rome" }]],
  ] as [string, Json, Calls[number]][])("but with %s it is another call", async (_what, second, call) => {
    expectCalls(await streamed([first, second]), [...rome, call]);
    expectCalls(await whole([first, second]), [...rome, call]);
  });
});

describe("the name of a tool", () => {
  it.each([
    ["get_weather<|channel|>commentary", "get_weather"],
    ["functions.get_weather", "get_weather"],
    ["functions.get_weather:0", "get_weather"],
    ["<|channel|>commentary to=functions.get_weather <|constrain|>json", "get_weather"],
    ["get_weather \n", "get_weather"],
    ["get_weather<｜tool▁sep｜>", "get_weather"],
    ["functions.get_time", "functions.get_time"],
    ["unknown<|channel|>commentary", "unknown"],
    ["unknown.tool", "unknown.tool"],
    ["functions.unknown", "functions.unknown"],
  ])("%s is %s", async (raw, name) => {
    const tools = [weather, { ...clock, function: { ...clock.function, name: "functions.get_time" } }];
    const answer = { id: "a", function: fn(raw, "{}") };
    for (const mode of modes) {
      server.always(
        mode === "stream"
          ? sse([piece({ index: 0, ...answer }), end()])
          : json(200, completion({ tool_calls: [answer] })),
      );
      expect(callsOf(await ask(modelOf(server), mode, { tools }))).toEqual([[name, {}]]);
    }
  });
});

describe("a call that cannot be made is told", () => {
  it.each(modes)("in `warnings`, and in words for the model (%s)", async (mode) => {
    const call = { id: "a", function: fn("f", '{"city":"Rome"} or so') };
    server.always(
      mode === "stream"
        ? sse([piece({ index: 0, ...call }), end("tool_calls")])
        : json(200, completion({ tool_calls: [call] })),
    );
    const message = await ask(modelOf(server), mode);
    expect(message.response_metadata.warnings).toEqual([expect.stringContaining("The call of `f` cannot be made")]);
    expect(toolMessagesOfInvalidCalls(message)).toMatchObject([
      { tool_call_id: "a", name: "f", status: "error", content: expect.stringContaining("are not a JSON object") },
    ]);
    expect(toolMessagesOfInvalidCalls(new AIMessage("Hi"))).toEqual([]);
  });
});

describe("round trip: a call that came without an id can be answered", () => {
  it.each(modes)("%s", async (mode) => {
    server.always(
      mode === "stream"
        ? sse([piece({ function: fn("f", "{}") }), end(), spent(9, 9)])
        : json(200, completion({ tool_calls: [{ function: fn("f", "{}") }] })),
    );
    const call = await ask(modelOf(server), mode);
    server.always(json(200, completion({ content: "18 C" })));
    const id = call.tool_calls?.[0]?.id ?? "";
    await modelOf(server).invoke([new HumanMessage("?"), call, new ToolMessage({ content: "18", tool_call_id: id })]);
    const [, assistant, result] = lastMessages(server);
    expect(assistant).toMatchObject({
      content: "",
      tool_calls: [{ id, type: "function", function: { name: "f", arguments: "{}" } }],
    });
    expect(result).toEqual({ role: "tool", content: "18", tool_call_id: id });
  });

  it.each(modes)(
    "an id that an earlier turn has used is replaced: agents take such a call for done (%s)",
    async (mode) => {
      const call = { id: "0", function: fn("f", "{}") };
      server.always(
        mode === "stream" ? sse([piece(call), end(), spent(9, 9)]) : json(200, completion({ tool_calls: [call] })),
      );
      const history: BaseMessage[] = [new HumanMessage("?")];
      const ids: string[] = [];
      for (let turn = 0; turn < 3; turn++) {
        const answer = await ask(modelOf(server), mode, {}, history);
        const id = answer.tool_calls?.[0]?.id ?? "";
        ids.push(id);
        history.push(answer, new ToolMessage({ content: "18", tool_call_id: id }));
      }
      expect(ids[0]).toBe("0");
      expect(new Set(ids).size).toBe(3);
      const [, , , second, result] = lastMessages(server);
      expect([second?.tool_calls, result?.tool_call_id]).toEqual([[expect.objectContaining({ id: ids[1] })], ids[1]]);
    },
  );

  it("a broken call that was answered goes back with `{}`: servers fail on arguments that are no JSON", async () => {
    server.always(json(200, completion({ content: "18 C" })));
    const invalid_tool_calls = [{ id: "a", name: "f", args: "{not", error: "no JSON" }];
    const history = [
      new HumanMessage("?"),
      new AIMessage({ content: "", invalid_tool_calls }),
      new ToolMessage({ content: "no", tool_call_id: "a" }),
    ];
    await modelOf(server).invoke(history);
    const [, assistant] = lastMessages(server);
    expect(assistant?.tool_calls).toEqual([{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }]);
  });
});

describe("V18 arguments in the history that are JSON and no object", () => {
  it.each(["5", "[1]", '"a"', "null"])("%s goes back as `{}`", async (args) => {
    server.always(json(200, completion({ content: "18 C" })));
    const tool_calls = [{ id: "a", name: "f", args: JSON.parse(args) as Record<string, unknown> }];
    const history = [
      new HumanMessage("?"),
      new AIMessage({ content: "", tool_calls }),
      new ToolMessage({ content: "no", tool_call_id: "a" }),
    ];
    await modelOf(server).invoke(history);
    expect(lastMessages(server)[1]?.tool_calls).toMatchObject([{ function: { name: "f", arguments: "{}" } }]);
  });
});

describe("what the server says at the end of a call", () => {
  it.each([
    ["`stop` with calls (TGI, vLLM named)", "stop", "tool_calls", "stop"],
    ["`tool_calls`", "tool_calls", "tool_calls", undefined],
    ["`eos_token` with calls", "eos_token", "tool_calls", "eos_token"],
    ["`length` stays", "length", "length", undefined],
  ])("%s", async (_quirk, reason, expected, raw) => {
    for (const message of [
      await streamed([{ index: 0, id: "a", function: fn("f", "{}") }], reason),
      await whole([{ id: "a", function: fn("f", "{}") }], reason),
    ]) {
      expect(message.response_metadata).toMatchObject({ finish_reason: expected });
      expect(message.response_metadata.finish_reason_raw).toBe(raw);
    }
  });

  it.each(modes)("`tool_calls` with an empty list (vLLM 0.27): a warning (%s)", async (mode) => {
    server.always(
      mode === "stream"
        ? sse([chunk({ role: "assistant", tool_calls: [] }), end("tool_calls"), spent(9, 1)])
        : json(200, completion({ content: "", tool_calls: [] }, { finish_reason: "tool_calls" })),
    );
    const message = await ask(modelOf(server), mode);
    expect(message.tool_calls).toEqual([]);
    expect(message.response_metadata.warnings).toEqual([
      expect.stringContaining("The answer is empty."),
      "The server announced a tool call and sent none.",
    ]);
  });
});
