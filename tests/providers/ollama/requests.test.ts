// Defects of ChatOllama (@langchain/ollama 1.3.0) that this model does not have: what it loses or spoils on the way to the server.
import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { ChatOllamaLiteCallOptions } from "../../../src/ollama.js";
import { json } from "../../support/wire_script.js";
import { Bench, last, rejection } from "../../wires/ollama/support.js";

const bench = new Bench();
const call = { type: "tool_call" as const, id: "call_a", name: "get_weather", args: { city: "Oslo" } };
const asked = new AIMessage({ content: "", tool_calls: [call] });

describe("a tool's result", () => {
  it("goes back with the id and the name of its call, and says when it is an error", async () => {
    bench.server.reply(json(200, last()));
    await bench
      .model()
      .invoke([
        new HumanMessage("?"),
        asked,
        new ToolMessage({ content: "no such city", tool_call_id: "call_a", status: "error" }),
      ]);
    expect(bench.body().messages).toMatchObject([
      {},
      {},
      { role: "tool", tool_call_id: "call_a", tool_name: "get_weather", content: "Error: no such city" },
    ]);
  });

  it("may be blocks", async () => {
    bench.server.reply(json(200, last()));
    await bench
      .model()
      .invoke([
        new HumanMessage("?"),
        asked,
        new ToolMessage({ content: [{ type: "text", text: "18" }], tool_call_id: "call_a" }),
      ]);
    expect(bench.body().messages).toMatchObject([{}, {}, { content: "18" }]);
  });
});

describe("an answer in the history", () => {
  it("takes its thinking back", async () => {
    bench.server.reply(json(200, last()));
    await bench
      .model()
      .invoke([
        new HumanMessage("?"),
        new AIMessage({ content: "Yes", additional_kwargs: { reasoning_content: "Hm" } }),
        new HumanMessage("!"),
      ]);
    expect(bench.body().messages).toMatchObject([{}, { role: "assistant", content: "Yes", thinking: "Hm" }, {}]);
  });

  it.each<[string, AIMessage]>([
    [
      "blocks without one for the call",
      new AIMessage({ content: [{ type: "text", text: "Wait." }], tool_calls: [call] }),
    ],
    ["standard blocks", new AIMessage({ contentBlocks: [{ type: "text", text: "Wait." }, call] })],
    [
      "a text and a tool_use block",
      new AIMessage({
        content: [
          { type: "text", text: "Wait." },
          { type: "tool_use", id: "call_a", name: "get_weather", input: call.args },
        ],
        tool_calls: [call],
      }),
    ],
  ])("is one message that keeps its calls: %s", async (_, message) => {
    bench.server.reply(json(200, last()));
    await bench
      .model()
      .invoke([new HumanMessage("?"), message, new ToolMessage({ content: "18", tool_call_id: "call_a" })]);
    expect(bench.body().messages).toEqual([
      { role: "user", content: "?" },
      {
        role: "assistant",
        content: "Wait.",
        tool_calls: [{ id: "call_a", function: { name: "get_weather", arguments: { city: "Oslo" } } }],
      },
      { role: "tool", content: "18", tool_call_id: "call_a", tool_name: "get_weather" },
    ]);
  });
});

describe("images", () => {
  const ask = (...images: object[]) =>
    new HumanMessage({ content: [{ type: "text", text: "What is this?" }, ...images] as never });

  it("are in one message with their text, also as standard blocks", async () => {
    bench.server.on("/api/show", json(200, { capabilities: ["completion", "vision"] })).reply(json(200, last()));
    await bench
      .model()
      .invoke([
        ask(
          { type: "image_url", image_url: "data:image/png;base64,AAEC" },
          { type: "image", data: "AwQF", mimeType: "image/png" },
        ),
      ]);
    expect(bench.body().messages).toEqual([{ role: "user", content: "What is this?", images: ["AAEC", "AwQF"] }]);
  });

  it("at an address are an error, and not an empty image", async () => {
    bench.server.on("/api/show", json(200, { capabilities: ["completion", "vision"] }));
    const error = await rejection(
      bench.model().invoke([ask({ type: "image_url", image_url: "https://example.com/a.png" })]),
    );
    expect(error).toMatchObject({
      name: "ConfigurationError",
      message: expect.stringContaining("`https://example.com/a.png` is an address"),
    });
    expect(bench.server.requests.map(({ path }) => path)).toEqual(["/api/show"]);
  });
});

describe("what could not be asked for", () => {
  it.each<[ChatOllamaLiteCallOptions, object]>([
    [
      { logprobs: true, topLogprobs: 2 },
      { logprobs: true, top_logprobs: 2 },
    ],
    [{ minP: 0.1 }, { options: { temperature: 0.3, min_p: 0.1 } }],
    [{ truncate: false }, { truncate: false }],
    [{ shift: false }, { shift: false }],
    [{ seed: 7, temperature: 0, numCtx: 64 }, { options: { temperature: 0, seed: 7, num_ctx: 64 } }],
    [{ keepAlive: "10m" }, { keep_alive: "10m" }],
    [{ think: "low" }, { think: "low" }],
    [{ stop: ["END"] }, { options: { temperature: 0.3, stop: ["END"] } }],
    [{ maxTokens: 5 }, { options: { temperature: 0.3, num_predict: 5 } }],
    [{ numPredict: 5 }, { options: { temperature: 0.3, num_predict: 5 } }],
  ])("per call: %p", async (options, expected) => {
    bench.server.reply(json(200, last()));
    await bench.model().invoke("Hi", options);
    expect(bench.body()).toMatchObject(expected);
  });

  it("in the constructor: stop", async () => {
    bench.server.reply(json(200, last()));
    await bench.model({ stop: ["END"] }).invoke("Hi");
    expect(bench.body()).toMatchObject({ options: { stop: ["END"] } });
  });

  it("tool_choice", async () => {
    bench.server.reply(json(200, last({}, { content: '{"name":"add","arguments":{"a":1}}' })));
    const add = { name: "add", description: "Adds", schema: { type: "object", properties: { a: { type: "number" } } } };
    const message = await bench.model().bindTools([add], { tool_choice: "any" }).invoke("Hi");
    expect(message.tool_calls).toMatchObject([{ name: "add", args: { a: 1 } }]);
  });

  it("log probabilities arrive", async () => {
    const logprobs = [{ token: "a", logprob: -0.5 }];
    bench.server.reply(json(200, last({ logprobs }, { content: "a" })));
    expect((await bench.model({ logprobs: true }).invoke("Hi")).response_metadata.logprobs).toEqual({
      content: logprobs,
    });
  });

  it("what a call costs: nothing on this machine", async () => {
    bench.server.reply(json(200, last({}, { content: "a" })));
    const model = bench.model();
    await model.invoke("Hi");
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 7, outputTokens: 3, unpricedCalls: 0 });
    expect(Number(model.costs.totals.costUsd)).toBe(0);
  });
});
