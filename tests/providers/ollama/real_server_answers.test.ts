// What a real Ollama 0.24.0 was seen to do, and what follows. Answers are its own bytes where they were recorded.
import { describe, expect, it } from "@jest/globals";
import { HumanMessage, type AIMessageChunk } from "@langchain/core/messages";
import { ChatOpenLLM } from "../../../src/openllm.js";
import { ConfigurationError } from "../../../src/base/errors.js";
import { recording, replay } from "../../support/recordings.js";
import { gate } from "../../support/gate.js";
import { json, ndjson, text, type Script } from "../../support/wire_script.js";
import { Bench, collect, last, line, ocean, rejection, weather } from "../../wires/ollama/support.js";

const bench = new Bench();
const recorded = (name: string) => replay(recording("ollama", name));

describe("think", () => {
  it("is not sent unless it was set, and the answer has its thinking", async () => {
    bench.server.reply(recorded("think-absent"));
    const message = await bench.model().invoke("Hi");
    expect(bench.body()).not.toHaveProperty("think");
    expect(message.additional_kwargs.reasoning_content).toBe(
      "The ocean is a vast and mysterious realm, teeming with life",
    );
  });

  it.each(["enormous", "false", "true", "off", "", 1, {}])(
    "of %p is refused before anything is sent",
    async (think) => {
      const refused = () => bench.model({ think: think as never });
      expect(refused).toThrow(ConfigurationError);
      expect(refused).toThrow("`think` is ");
      expect(refused).toThrow("one of the texts `low`, `medium`, `high`, `max`");
      expect(await rejection(bench.model().invoke("Hi", { think: think as never }))).toBeInstanceOf(ConfigurationError);
      expect(bench.server.requests).toEqual([]);
    },
  );
});

describe("a tool call, as this server sends it", () => {
  const call = { id: "call_ql7uhnnq", function: { index: 0, name: "get_weather", arguments: { city: "Paris" } } };

  it("on a line of its own", async () => {
    bench.server.reply(ndjson([line({ tool_calls: [call] }), last()]));
    const chunks = await collect(await bench.model().bindTools([weather]).stream("Hi"));
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));
    expect(whole.tool_calls).toEqual([
      { type: "tool_call", id: "call_ql7uhnnq", name: "get_weather", args: { city: "Paris" } },
    ]);
    expect(whole.response_metadata).toMatchObject({ finish_reason: "tool_calls", done_reason: "stop" });
  });

  it("in the one object", async () => {
    bench.server.reply(json(200, { ...last(), message: { role: "assistant", tool_calls: [call] } }));
    const message = await bench.model().bindTools([weather]).invoke("Hi");
    expect([message.text, message.tool_calls?.length]).toEqual(["", 1]);
  });
});

it("O10: with tools and a format the format wins, so both are sent only where both were asked for", async () => {
  bench.server.reply(recorded("tool-call-format-schema"));
  const message = await bench.model().bindTools([weather], { format: ocean }).invoke("Hi");
  expect(bench.body()).toMatchObject({ tools: [{}], format: { type: "object" } });
  expect(message.tool_calls).toEqual([]);
  expect(message.text).toContain('"ocean": "Atlantic"');
});

describe("what is refused or ignored", () => {
  it.each([
    ["format", () => bench.model({ format: "xml" as never })],
    ["numCtx", () => bench.model({ numCtx: "4096" as never })],
    ["seed", () => bench.model({ seed: 1.5 })],
  ])("is caught before it is sent: %s", (option, make) => {
    expect(make).toThrow(`\`${option}\``);
    expect(make).toThrow(ConfigurationError);
  });

  it.each<[string, Script]>([
    ["a wrong type", recorded("error-option-type")],
    ["a format that is none", recorded("format-bad")],
    ["a schema that it cannot follow", json(500, { error: "invalid JSON schema in format" })],
    ["a model that repeats itself", json(500, { error: "prediction aborted, token repeat limit reached" })],
    [
      "a model that is too large",
      json(500, { error: "model requires more system memory (9.0 GiB) than is available (4.0 GiB)" }),
    ],
  ])("500 for %s is not asked again", async (_, script) => {
    bench.server.always(script);
    await rejection(bench.model().invoke("Hi"));
    expect(bench.server.requests).toHaveLength(1);
  });
});

it("O12: the count of a cached prompt is that of the whole prompt", async () => {
  bench.server.reply(recorded("chat-again-cached"));
  expect((await bench.model().invoke("Hi")).usage_metadata).toEqual({
    input_tokens: 23,
    output_tokens: 12,
    total_tokens: 35,
  });
});

it("O13: log probabilities ride on each line but the last", async () => {
  bench.server.reply(recorded("chat-logprobs-stream"));
  const chunks = await collect(await bench.model({ logprobs: true, topLogprobs: 2 }).stream("Hi"));
  const tokens = chunks.map(({ response_metadata }) =>
    (response_metadata.logprobs as { content: { token: string }[] } | undefined)?.content.map(({ token }) => token),
  );
  expect(tokens.filter(Boolean)).toEqual([["The"], [" ocean"], [" is"]]);
});

describe("the same server's OpenAI-compatible API", () => {
  const compatible = (fields: object = {}) =>
    new ChatOpenLLM("tiny", { baseURL: `${bench.server.url}/v1`, maxRetries: 0, ...fields });

  it("names its model where none was named", async () => {
    bench.server.on("/v1/models", recorded("v1-models")).reply(recorded("v1-chat"));
    const model = new ChatOpenLLM({ baseURL: `${bench.server.url}/v1`, maxRetries: 0 });
    expect((await model.invoke("Hi")).usage_metadata).toMatchObject({ input_tokens: 23, output_tokens: 8 });
    expect(bench.body().model).toBe("tiny:latest");
  });

  it("gives one answer where two were asked for", async () => {
    bench.server.reply(recorded("v1-n-2"));
    const { generations } = await compatible({ n: 2 }).generate([[new HumanMessage("Hi")]]);
    expect(generations[0]?.map(({ text }) => text)).toEqual(["The name of my"]);
  });

  it("puts thinking in `reasoning`, and usage in a chunk of its own", async () => {
    bench.server.reply(recorded("v1-think-stream"));
    const chunks = await collect(await compatible().stream("Hi"));
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));
    expect(whole.additional_kwargs.reasoning_content).toBe("The ocean is a vast and mysterious realm");
    expect(whole.usage_metadata).toMatchObject({ input_tokens: 27, output_tokens: 8 });
  });

  it.each(["v1-tool-call", "v1-tool-call-stream"])("sends a tool call whole: %s", async (name) => {
    bench.server.reply(recorded(name));
    const model = compatible().bindTools([weather]);
    const message = name.endsWith("stream")
      ? (await collect(await model.stream("Hi"))).reduce((sum, chunk) => sum.concat(chunk))
      : await model.invoke("Hi");
    expect(message.tool_calls).toMatchObject([{ name: "get_weather", args: { city: "Paris", unit: "C" } }]);
    expect(message.usage_metadata).toMatchObject({ input_tokens: 473, output_tokens: 34 });
  });
});

describe("a stream's content type", () => {
  it.each(["application/json", "application/json; charset=utf-8", "text/plain", "text/event-stream"])(
    "may be %s, as proxies have it: its pieces come as they come",
    async (type) => {
      const waiting = gate();
      const lines = [line({ content: "He" }), waiting, line({ content: "y" }), last()];
      bench.server.reply(ndjson(lines, { headers: { "content-type": type } }));
      const stream = await bench.model().stream("Hi");
      const first = await stream[Symbol.asyncIterator]().next();
      expect((first.value as AIMessageChunk).text).toBe("He");
      waiting.open();
      expect((await collect(stream)).map(({ text }) => text).join("")).toBe("y");
    },
  );

  it("may be that of one object, which it then is, in one line or in many", async () => {
    const answer = last({}, { content: "Hey" });
    for (const body of [JSON.stringify(answer), JSON.stringify(answer, undefined, 2)]) {
      bench.server.reply(text(200, body, { headers: { "content-type": "application/json" } }));
      expect((await collect(await bench.model().stream("Hi"))).map((chunk) => chunk.text).join("")).toBe("Hey");
    }
  });
});

it("O15: a pull that cannot reach the registry is an error in a 200", async () => {
  bench.server.on(
    "/api/pull",
    ndjson([{ status: "pulling manifest" }, { error: "pull model manifest: dial tcp: lookup registry" }]),
  );
  await expect(collect(bench.model().pullModel())).rejects.toThrow("pull model manifest: dial tcp: lookup registry");
});
