import { expect, it } from "@jest/globals";
import { HumanMessage, SystemMessage, type AIMessage, type BaseMessage } from "@langchain/core/messages";
import { createAgent } from "langchain";
import { z } from "zod";
import type { LiveServer } from "../../scripts/live/server.js";
import { getWeather, parisDegrees, parisQuestion, weatherTurns } from "../../scripts/live/weather.js";
import { ChatOpenLLM, type ChatOpenLLMInput } from "../../src/openllm.js";
import { messageOf, reasoningOf } from "../support/completions.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun, expectRuns } from "../support/runs.js";
import { describeLive } from "./support.js";

type Counts = { prompt_tokens: number; completion_tokens: number; prompt_tokens_details?: { cached_tokens: number } };

const prompt: BaseMessage[] = [new SystemMessage("You are terse."), new HumanMessage("Name one ocean.")];
const wirePrompt = [
  { role: "system", content: "You are terse." },
  { role: "user", content: "Name one ocean." },
];

function modelOf({ url, model }: LiveServer, fields: ChatOpenLLMInput = {}): ChatOpenLLM {
  return new ChatOpenLLM({ model, baseURL: url, temperature: 0, seed: 1, maxTokens: 24, ...fields });
}

async function post({ url, model }: LiveServer, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, { method: "POST", body: JSON.stringify({ model, ...body }) });
  return (await response.json()) as Record<string, unknown>;
}

/** What the server itself says of the same request, with no code of the package in between. */
async function served(server: LiveServer): Promise<{ text: string; usage: Counts }> {
  const body = await post(server, "/v1/chat/completions", {
    messages: wirePrompt,
    temperature: 0,
    seed: 1,
    max_tokens: 24,
  });
  const { choices, usage } = body as { choices: { message: { content: string } }[]; usage: Counts };
  return { text: choices[0]?.message.content ?? "", usage };
}

function expectServed(message: AIMessage, { text, usage }: { text: string; usage: Counts }): void {
  expect(message.text).toBe(text);
  expect(message.usage_metadata).toMatchObject({
    input_tokens: usage.prompt_tokens,
    output_tokens: usage.completion_tokens,
  });
  expect(message.response_metadata).toMatchObject({ usage_source: "server", finish_reason: expect.any(String) });
}

describeLive("ChatOpenLLM on llama.cpp with a template that knows tools", { template: "tools" }, (live) => {
  it("invokes and streams what the server says, and charges what it counted", async () => {
    const model = modelOf(live());
    const truth = await served(live());
    expectServed(await model.invoke(prompt), truth);
    let streamed: AIMessage | undefined;
    let chunks = 0;
    for await (const chunk of await model.stream(prompt)) {
      streamed = (streamed === undefined ? chunk : (streamed as typeof chunk).concat(chunk)) as unknown as AIMessage;
      chunks++;
    }
    if (streamed === undefined) throw new Error("no chunk");
    expectServed(streamed, truth);
    expect(chunks).toBeGreaterThan(truth.usage.completion_tokens / 2);
    const both = 2 * (truth.usage.prompt_tokens + truth.usage.completion_tokens);
    expect(model.costs.totals).toMatchObject({ calls: 2, totalTokens: both, costUsd: "0", estimatedCalls: 0 });
  });

  it("takes usage from the timings of a stream that was not asked for it", async () => {
    const truth = await served(live());
    const streamed = await modelOf(live(), { streamUsage: false, streaming: true }).invoke(prompt);
    expectServed(streamed, truth);
  });

  it("counts a prompt as the server charges it, tools included", async () => {
    const model = modelOf(live());
    const turns = [...weatherTurns(), new HumanMessage(parisQuestion)];
    for (const [messages, tools] of [
      [prompt, undefined],
      [turns, [getWeather]],
    ] as const) {
      const counted = await model.countTokens([...messages], { tools: tools && [...tools] });
      const { usage_metadata: usage } = await model.invoke([...messages], { tools: tools && [...tools] });
      expect(counted).toEqual({
        tokens: usage?.input_tokens,
        source: "server",
        method: "llama.cpp /chat/completions/input_tokens",
      });
      const estimate = await model.countTokens([...messages], { tools: tools && [...tools], method: "estimate" });
      const [low = 0, high = 0] = estimate.bounds ?? [];
      expect(low).toBeLessThanOrEqual(counted.tokens);
      expect(high).toBeGreaterThanOrEqual(counted.tokens);
    }
  });

  it("ends a run that is left, and one that is aborted, with what was delivered", async () => {
    const handler = new RecordingHandler();
    const model = modelOf(live(), { maxTokens: 1_000, callbacks: [handler] });
    for await (const chunk of await model.stream(prompt)) if (chunk.text !== "") break;
    await handler.closed(1);
    const aborting = new AbortController();
    const reading = (async () => {
      for await (const chunk of await model.stream(prompt, { signal: aborting.signal }))
        if (chunk.text !== "") aborting.abort();
    })();
    await expect(reading).rejects.toThrow(/abort/i);
    const [left, aborted] = expectRuns(handler, 2);
    expect(left?.last.type).toBe("end");
    expect(aborted?.last).toMatchObject({
      type: "error",
      error: { partialOutput: { usage_metadata: { output_tokens: expect.any(Number) } } },
    });
    expect(model.costs.totals).toMatchObject({ calls: 2, estimatedCalls: 2 });
    // The server goes on.
    expectServed(await modelOf(live()).invoke(prompt), await served(live()));
  });

  it("keeps to a schema", async () => {
    const City = z.object({ city: z.string().max(20), coastal: z.boolean() });
    for (const method of ["jsonSchema", "functionCalling"] as const) {
      const model = modelOf(live(), { maxTokens: 200 });
      const city = await model.withStructuredOutput(City, { method }).invoke("Describe the city of Lisbon.");
      expect(city).toEqual({ city: expect.any(String), coastal: expect.any(Boolean) });
      expect(model.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 0 });
    }
  });

  it("says when the figure for several answers is short", async () => {
    const { generations } = await modelOf(live(), { temperature: 1, maxTokens: 12 }).generate([prompt], { n: 2 });
    const [first, second] = (generations[0] ?? []).map((each) => messageOf(each));
    const input = await modelOf(live()).countTokens(prompt);
    expect(first).toMatchObject({
      usage_metadata: { input_tokens: input.tokens },
      response_metadata: { usage_source: "estimated" },
    });
    expect(first?.usage_metadata?.output_tokens).toBeGreaterThan(12);
    expect([first?.text, second?.text]).not.toContain("");
  });

  it("runs an agent: a tool call, its result, an answer", async () => {
    const handler = new RecordingHandler();
    const model = modelOf(live(), { callbacks: [handler] });
    const agent = createAgent({ model, tools: [getWeather] });
    const shots = weatherTurns();
    const { messages } = await agent.invoke({ messages: [...shots, new HumanMessage(parisQuestion)] });
    const [call, result, answer] = messages.slice(shots.length + 1) as AIMessage[];
    expect(call?.tool_calls).toMatchObject([
      { name: "get_weather", args: { city: "Paris" }, id: expect.stringMatching(/./) },
    ]);
    expect(result?.text).toBe(parisDegrees);
    expect(answer?.text).toContain(parisDegrees);
    const runs = expectRuns(handler, 2);
    expect(runs.map(({ last }) => last.type)).toEqual(["end", "end"]);
    for (const message of [call, answer]) expect(message?.response_metadata.usage_source).toBe("server");
    const counted = await model.countTokens(messages.slice(0, shots.length + 1), { tools: [getWeather] });
    expect(call?.usage_metadata?.input_tokens).toBe(counted.tokens);
  });

  it("finds the model, its window, and what it can do", async () => {
    const model = new ChatOpenLLM({ baseURL: `${live().url}/v1/`, temperature: 0, maxTokens: 4 });
    await model.invoke("Hi");
    expect(model.model).toBe(live().model);
    expect(await model.loadProfile()).toEqual({ maxInputTokens: 2_048, toolCalling: true });
  });

  it("names both sizes when a prompt is too long", async () => {
    await expect(modelOf(live()).invoke("word ".repeat(3_000))).rejects.toMatchObject({
      name: "ContextWindowError",
      contextTokens: 2_048,
      promptTokens: expect.any(Number),
    });
  });
});

describeLive("ChatOpenLLM on llama.cpp with the model's own template", { template: "none" }, (live) => {
  const City = {
    name: "get_weather",
    description: "Weather of a city",
    schema: {
      type: "object",
      properties: { city: { type: "string", maxLength: 20 } },
      required: ["city"],
      additionalProperties: false,
    },
  };

  it("says that the tools were not seen", async () => {
    const { response_metadata: metadata } = await modelOf(live()).invoke(prompt, { tools: [getWeather] });
    expect(metadata.warnings).toEqual([expect.stringContaining("chat template knows no tools")]);
  });

  it("calls a forced tool by schema, in the same run, with both requests on the books", async () => {
    const handler = new RecordingHandler();
    const model = modelOf(live(), { maxTokens: 60, callbacks: [handler] });
    const message = await model.bindTools([City], { tool_choice: "get_weather" }).invoke("Weather in Rome?");
    expect(message.tool_calls).toEqual([
      {
        type: "tool_call",
        id: expect.stringMatching(/^call_/),
        name: "get_weather",
        args: { city: expect.any(String) },
      },
    ]);
    expect(message.response_metadata).toMatchObject({
      forced_by: "schema",
      usage_source: "server",
      requests: [{ status: 200 }, { status: 200 }],
    });
    expectOneRun(handler);
    const again = await modelOf(live(), { maxTokens: 60, streaming: true })
      .bindTools([City], { tool_choice: "any" })
      .invoke("Weather in Rome?");
    expect(again.tool_calls).toHaveLength(1);
    expect(again.response_metadata).not.toHaveProperty("requests");
  });
});

describeLive("ChatOpenLLM on llama.cpp with a template that thinks", { template: "thinking" }, (live) => {
  it("shows reasoning as reasoning, streamed and not", async () => {
    const thinking: ChatOpenLLMInput = {
      chatTemplateKwargs: { enable_thinking: true },
      grammar: String.raw`root ::= "It has no divisors.\n</think>\n\nYes."`,
    };
    for (const streaming of [false, true]) {
      const thought = await modelOf(live(), { ...thinking, streaming, maxTokens: 80 }).invoke("Is 7 prime?");
      expect([thought.text, reasoningOf(thought).trim()]).toEqual(["Yes.", "It has no divisors."]);
      const cut = await modelOf(live(), { ...thinking, streaming, maxTokens: 5 }).invoke("Is 7 prime?");
      expect(cut).toMatchObject({
        text: "",
        usage_metadata: { output_tokens: 5 },
        response_metadata: { usage_source: "server", warnings: [expect.stringContaining("went into reasoning")] },
      });
    }
    const said = await modelOf(live(), { chatTemplateKwargs: { enable_thinking: false } }).invoke("Is 7 prime?");
    expect([said.text, reasoningOf(said)]).toEqual([expect.stringMatching(/\w/), ""]);
  });
});
