import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  HumanMessage,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  ToolMessage,
  type AIMessage,
  type BaseMessage,
} from "@langchain/core/messages";
import { load } from "@langchain/core/load";
import { ChatFireworks } from "../../../src/fireworks.js";
import {
  ask,
  callsOf,
  chunk,
  completion,
  end,
  lastMessages,
  modelOf,
  modes,
  spent,
  weather,
  type Mode,
} from "../../support/completions.js";
import { json, sse, type Script } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";

type Json = Record<string, unknown>;

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

/** An answer of some fields: whole, or each list of them in a delta of its own. */
function answering(mode: Mode, whole: Json, deltas: Json[], top: Json = {}): Script {
  const finish_reason = whole.tool_calls ? "tool_calls" : "stop";
  if (mode === "whole") return json(200, completion(whole, { finish_reason }, top));
  return sse([...deltas.map((delta) => chunk(delta, {}, top)), end(finish_reason), spent(10, 5)]);
}

const url = "data:image/png;base64,iVBORw0KGgo=";
const image = { type: "image_url", image_url: { url } };
const annotation = {
  type: "url_citation",
  url_citation: { url: "https://example.com", title: "Tides", start_index: 0, end_index: 5 },
};

describe.each(modes)("what an answer has beside its text, %s", (mode) => {
  it.each<[string, Json, Json[], Json]>([
    [
      "images",
      { content: "Here.", images: [image] },
      [{ content: "Here." }, { images: [{ ...image, index: 0 }] }],
      { images: [expect.objectContaining(image)] },
    ],
    [
      "two images",
      { content: null, images: [image, image] },
      [{ images: [image] }, { images: [image] }],
      { images: [image, image] },
    ],
    [
      "images as parts of the content",
      { content: [{ type: "text", text: "Here." }, image] },
      [{ content: [{ type: "text", text: "Here." }] }, { content: [image] }],
      { images: [image] },
    ],
    [
      "sound",
      { content: null, audio: { id: "a", data: "AAECAwQ=", transcript: "Hi there.", expires_at: 7 } },
      [
        { audio: { id: "a" } },
        { audio: { transcript: "Hi " } },
        { audio: { data: "AAE=" } },
        { audio: { data: "AgME", transcript: "there." } },
        { audio: { expires_at: 7 } },
      ],
      { audio: { id: "a", data: "AAECAwQ=", transcript: "Hi there.", expires_at: 7 } },
    ],
    [
      "annotations",
      { content: "Tides.", annotations: [annotation] },
      [{ content: "Tides." }, { annotations: [annotation] }],
      { annotations: [annotation] },
    ],
    [
      "thoughts in details",
      {
        content: "Hi.",
        reasoning_details: [
          { type: "reasoning.text", text: "Hm, so.", signature: "s", index: 0 },
          { type: "reasoning.encrypted", data: "x", index: 1 },
        ],
      },
      [
        { reasoning_details: [{ type: "reasoning.text", text: "Hm, ", index: 0 }] },
        { reasoning_details: [{ type: "reasoning.text", text: "so.", index: 0 }] },
        {
          reasoning_details: [
            { type: "reasoning.text", signature: "s", index: 0 },
            { type: "reasoning.encrypted", data: "x", index: 1 },
          ],
        },
        { content: "Hi." },
      ],
      {
        reasoning_details: [
          { type: "reasoning.text", text: "Hm, so.", signature: "s", index: 0 },
          { type: "reasoning.encrypted", data: "x", index: 1 },
        ],
      },
    ],
    [
      "sound that is no base64, as it came",
      { content: null, audio: { id: "a", data: "A=A=?" } },
      [{ audio: { id: "a", data: "A=A=" } }, { audio: { data: "?" } }],
      { audio: { id: "a", data: "A=A=?" } },
    ],
    [
      "no word of the server's own on where its fields may go",
      { content: "Hi.", replay: { server: "https://elsewhere.example/v1", calls: [] }, dreams: 1 },
      [{ content: "Hi.", replay: { server: "https://elsewhere.example/v1", calls: [] } }, { dreams: 1 }],
      { dreams: 1 },
    ],
    [
      "what nobody knows yet",
      { content: "Hi.", dreams: { of: "sheep" } },
      [{ content: "Hi.", dreams: { of: "sheep" } }],
      { dreams: { of: "sheep" } },
    ],
    [
      "no form that is empty",
      { content: "Hi.", audio: null, annotations: [], provider_specific_fields: { refusal: null } },
      [{ content: "Hi.", images: [], provider_specific_fields: {} }],
      {},
    ],
  ])("has %s", async (_, whole, deltas, expected) => {
    server.reply(answering(mode, whole, deltas));
    const { additional_kwargs, response_metadata } = await ask(modelOf(server), mode);
    const { replay: _replay, reasoning_content: _reasoning, ...extra } = additional_kwargs;
    expect(extra).toEqual(expected);
    expect(response_metadata.warnings).toBeUndefined();
  });

  it("has a refusal as one text, also where a handler or a streamed call adds the pieces up", async () => {
    const script = answering(mode, { content: null, refusal: "I cannot." }, [
      { refusal: "I can" },
      { refusal: "not." },
    ]);
    server.reply(script, script);
    const streaming = mode === "stream";
    for (const answer of [await ask(modelOf(server), mode), await modelOf(server, { streaming }).invoke("Hi")])
      expect(answer.additional_kwargs).toEqual({ refusal: "I cannot." });
  });

  it.each<[string, Json]>([
    ["GLM", { web_search: [{ title: "Tides", link: "https://example.com" }] }],
    ["Qwen", { search_info: { search_results: [{ title: "Tides" }] } }],
    ["Gemini behind LiteLLM", { vertex_ai_grounding_metadata: [{ webSearchQueries: ["tides"] }] }],
  ])("has what %s says beside its message", async (_, top) => {
    server.reply(answering(mode, { content: "Tides rise." }, [{ content: "Tides " }, { content: "rise." }], top));
    expect((await ask(modelOf(server), mode)).additional_kwargs).toEqual(top);
  });

  it("has every citation that comes by itself", async () => {
    const [one, two] = [{ cited_text: "Tides" }, { cited_text: "rise" }];
    const deltas = [one, two].map((citation) => ({ content: "Tides. ", provider_specific_fields: { citation } }));
    server.reply(answering(mode, { content: "Tides.", provider_specific_fields: { citations: [one, two] } }, deltas));
    const { provider_specific_fields: fields } = (await ask(modelOf(server), mode)).additional_kwargs;
    expect(fields).toEqual({ citations: [one, two] });
  });

  it("has the sources that are said again with each piece, once", async () => {
    const top = { citations: ["https://example.com"], search_results: [{ title: "Tides" }] };
    server.reply(answering(mode, { content: "Tides rise." }, [{ content: "Tides " }, { content: "rise." }], top));
    const answer = await ask(modelOf(server), mode);
    expect(answer.additional_kwargs).toEqual(top);
    expect(answer.contentBlocks).toEqual([
      { type: "text", text: "Tides rise.", annotations: [{ type: "citation", url: "https://example.com" }] },
    ]);
  });

  it.each(["v0", "v1"] as const)("has standard blocks, in the form %s", async (outputVersion) => {
    const whole = {
      content: "Here.",
      images: [image],
      annotations: [annotation],
      audio: { data: "AAEC", transcript: "Here." },
    };
    server.reply(
      answering(mode, whole, [
        { content: "Here." },
        { images: [image], annotations: [annotation] },
        { audio: whole.audio },
      ]),
    );
    const answer = await ask(modelOf(server, { outputVersion }), mode);
    const blocks = answer.contentBlocks.map(({ index: _, ...block }: Json) => block);
    expect(blocks).toEqual([
      {
        type: "text",
        text: "Here.",
        annotations: [{ type: "citation", url: "https://example.com", title: "Tides", startIndex: 0, endIndex: 5 }],
      },
      { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" },
      { type: "audio", data: "AAEC", transcript: "Here." },
    ]);
    expect(answer.text).toBe("Here.");
  });

  it("is not counted as text where the server counts nothing", async () => {
    const large = { ...image, image_url: { url: url.padEnd(50_000, "A") } };
    server.reply(
      mode === "whole"
        ? json(200, { ...completion({ content: "Hi.", images: [large] }), usage: undefined })
        : sse([chunk({ content: "Hi.", images: [large] }), end()]),
    );
    const { usage_metadata: usage } = await ask(modelOf(server), mode);
    expect(usage?.output_tokens).toBeLessThan(10);
  });
});

it("events have an image as a block of its own", async () => {
  server.reply(answering("stream", {}, [{ content: "Here." }, { images: [image] }]));
  const finished: unknown[] = [];
  for await (const event of modelOf(server).streamEvents("Draw."))
    if (event.event === "content-block-finish") finished.push(event.content);
  expect(finished).toContainEqual({ type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" });
});

describe.each(modes)("fields beside a call, %s", (mode) => {
  const called = (id: string, city: string, more: Json) => ({
    id,
    type: "function",
    function: { name: "get_weather", arguments: JSON.stringify({ city }) },
    ...more,
  });
  const google = { extra_content: { google: { thought_signature: "sig" } } };
  const first = called("call_1", "Rome", google);
  const second = called("call_2", "Oslo", { provider_specific_fields: { thought_signature: "other" } });
  const details = [{ type: "reasoning.encrypted", data: "x", index: 0 }];
  const calling = () =>
    answering(mode, { content: null, tool_calls: [first, second], reasoning_details: details, images: [image] }, [
      { tool_calls: [{ index: 0, ...first }] },
      { tool_calls: [{ index: 1, ...second }], reasoning_details: details, images: [image] },
    ]);
  const results = [
    new ToolMessage({ content: "21 C", tool_call_id: "call_1" }),
    new ToolMessage({ content: "3 C", tool_call_id: "call_2" }),
  ];
  const sentTo = async (
    model: { invoke(messages: BaseMessage[]): Promise<unknown> },
    to: WireServer,
    answer: BaseMessage,
  ) => {
    to.reply(json(200, completion({ content: "Warm." })));
    await model.invoke([new HumanMessage("Weather?"), answer, ...results]);
    return lastMessages(to)[1];
  };

  it.each<[string, (answer: AIMessage) => BaseMessage | Promise<BaseMessage>]>([
    ["as it came", (answer) => answer],
    [
      "stored",
      (answer) =>
        mapStoredMessagesToChatMessages(
          JSON.parse(JSON.stringify(mapChatMessagesToStoredMessages([answer]))) as never,
        )[0] as BaseMessage,
    ],
    ["loaded", (answer) => load<BaseMessage>(JSON.stringify(answer))],
  ])("go back with it to its server: %s", async (_, through) => {
    server.reply(calling());
    const answer = await ask(modelOf(server), mode, { tools: [weather] });
    expect(callsOf(answer)).toEqual([
      ["get_weather", { city: "Rome" }],
      ["get_weather", { city: "Oslo" }],
    ]);
    const sent = await sentTo(modelOf(server), server, await through(answer));
    expect(sent).toEqual({ role: "assistant", content: "", tool_calls: [first, second], reasoning_details: details });
  });

  it("are those of their call also where they come after it", async () => {
    if (mode === "whole") return;
    const late = [
      { tool_calls: [{ index: 0, ...called("call_1", "Rome", {}) }] },
      { tool_calls: [{ index: 0, ...google }] },
    ];
    server.reply(answering(mode, { tool_calls: [] }, late));
    const answer = await ask(modelOf(server), mode, { tools: [weather] });
    expect(await sentTo(modelOf(server), server, answer)).toMatchObject({ tool_calls: [first] });
  });

  it("go to no other: neither to another address nor to another provider", async () => {
    server.reply(calling());
    const answer = await ask(modelOf(server), mode, { tools: [weather] });
    const other = await startWireServer();
    try {
      const plain = [called("call_1", "Rome", {}), called("call_2", "Oslo", {})];
      expect(await sentTo(modelOf(other), other, answer)).toEqual({
        role: "assistant",
        content: "",
        tool_calls: plain,
      });
      const path = modelOf(server, { baseURL: `${server.url}/other/v1` });
      expect(await sentTo(path, server, answer)).toEqual({ role: "assistant", content: "", tool_calls: plain });
      const fireworks = new ChatFireworks({ model: "m", apiKey: "k", baseURL: `${other.url}/v1`, maxRetries: 0 });
      expect(await sentTo(fireworks, other, answer)).toEqual({ role: "assistant", content: null, tool_calls: plain });
    } finally {
      await other.close();
    }
  });
});

describe.each(modes)("calls in further choices, %s", (mode) => {
  const call = (index: number, id: string, city: string) => ({
    index,
    id,
    type: "function",
    function: { name: "get_weather", arguments: JSON.stringify({ city }) },
  });
  const empty = { index: 0, id: "", type: "", function: { name: "", arguments: "" } };
  const at = (index: number, fields: Json, finish_reason: string | null = null) => ({
    index,
    [mode === "whole" ? "message" : "delta"]: fields,
    finish_reason,
  });
  const saying = (...choices: Json[]): Script =>
    mode === "whole"
      ? json(200, { ...completion({}), choices })
      : sse([...choices.map((choice) => ({ ...chunk({}), choices: [choice] })), spent(10, 5)]);

  it.each<[string, Json[], string]>([
    [
      "and empty ones",
      [
        at(0, { content: "I look." }),
        at(1, { tool_calls: [call(0, "a", "Rome")] }),
        at(2, { tool_calls: [empty, call(1, "b", "Oslo")] }),
        at(0, {}, "tool_calls"),
      ],
      "I look.",
    ],
    [
      "under one index",
      [
        at(0, { content: "", tool_calls: [call(0, "a", "Rome")] }, "stop"),
        at(1, { tool_calls: [call(0, "b", "Oslo")] }, "tool_calls"),
      ],
      "",
    ],
    [
      "under one id",
      [
        at(0, { tool_calls: [call(0, "a", "Rome")] }, "tool_calls"),
        at(1, { tool_calls: [call(0, "a", "Oslo")] }, "tool_calls"),
      ],
      "",
    ],
    [
      "with the end beside them",
      [
        at(0, { content: "I look." }),
        at(1, { tool_calls: [call(0, "a", "Rome"), call(1, "b", "Oslo")] }, "tool_calls"),
      ],
      "I look.",
    ],
  ])("are the answer's: %s", async (_, choices, text) => {
    // A whole answer has its choices once.
    server.reply(saying(...(mode === "whole" ? choices.slice(0, 3) : choices)));
    const answer = await ask(modelOf(server), mode, { tools: [weather] });
    expect(callsOf(answer)).toEqual([
      ["get_weather", { city: "Rome" }],
      ["get_weather", { city: "Oslo" }],
    ]);
    expect(new Set(answer.tool_calls?.map(({ id }) => id)).size).toBe(2);
    expect([answer.text, answer.response_metadata.finish_reason]).toEqual([text, "tool_calls"]);
    expect(answer.response_metadata.warnings).toBeUndefined();
  });
});

it("calls of several answers stay apart where several were asked for", async () => {
  const call = { id: "a", type: "function", function: { name: "get_weather", arguments: "{}" } };
  const message = { content: null, tool_calls: [call] };
  const choices = [0, 1].map((index) => ({ index, message, finish_reason: "tool_calls" }));
  server.reply(json(200, { ...completion({}), choices }));
  const { generations } = await modelOf(server, { n: 2 }).generate([["Weather?"]], { tools: [weather] });
  const messages = generations[0]?.map((each) => (each as unknown as { message: AIMessage }).message);
  expect(messages?.map(callsOf)).toEqual([[["get_weather", {}]], [["get_weather", {}]]]);
});
