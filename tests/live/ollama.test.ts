import { describe, expect, it } from "@jest/globals";
import { HumanMessage, type AIMessage } from "@langchain/core/messages";
import { getEnvironmentVariable } from "@langchain/core/utils/env";
import { createAgent } from "langchain";
import { z } from "zod";
import { getWeather, parisDegrees, parisQuestion, weatherTurns } from "../../scripts/live/weather.js";
import { ChatOllamaLite, type ChatOllamaLiteInput } from "../../src/ollama.js";
import { reasoningOf } from "../support/completions.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";

/** A model with tools that the Ollama at `OLLAMA_HOST` has. */
const name = getEnvironmentVariable("OLLAMA_LIVE_MODEL") ?? "";

const modelOf = (fields: ChatOllamaLiteInput = {}) =>
  new ChatOllamaLite(name, { temperature: 0, seed: 1, maxTokens: 24, think: false, ...fields });

/** What the server itself says of a request, with no code of the package in between. */
async function served(model: ChatOllamaLite): Promise<{ text: string; counts: [number, number] }> {
  const response = await fetch(`${model.baseURL}/api/chat`, {
    method: "POST",
    body: JSON.stringify({
      model: name,
      stream: false,
      think: false,
      messages: [{ role: "user", content: "Name one ocean." }],
      options: { temperature: 0, seed: 1, num_predict: 24 },
    }),
  });
  const { message, prompt_eval_count, eval_count } = (await response.json()) as {
    message: { content: string };
    prompt_eval_count: number;
    eval_count: number;
  };
  return { text: message.content, counts: [prompt_eval_count, eval_count] };
}

describe("ChatOllamaLite on a real Ollama", () => {
  it("invokes and streams what the server says, and charges what it counted", async () => {
    const model = modelOf();
    const { text, counts } = await served(model);
    const whole = await model.invoke("Name one ocean.");
    let streamed: AIMessage | undefined;
    for await (const chunk of await model.stream("Name one ocean."))
      streamed = (streamed === undefined ? chunk : (streamed as typeof chunk).concat(chunk)) as unknown as AIMessage;
    for (const message of [whole, streamed]) {
      expect(message?.text).toBe(text);
      expect(message?.usage_metadata).toMatchObject({ input_tokens: counts[0], output_tokens: counts[1] });
      expect(message?.response_metadata).toMatchObject({ usage_source: "server", finish_reason: expect.any(String) });
    }
    expect(model.costs.totals).toMatchObject({ calls: 2, outputTokens: 2 * counts[1], costUsd: "0" });
  });

  it("takes every option that it offers, by its type", async () => {
    const options = { topK: 10, topP: 0.9, minP: 0.05, typicalP: 0.9, repeatLastN: 32, repeatPenalty: 1.1 };
    const loading = { numCtx: 2048, numKeep: 4, keepAlive: "1m", truncate: true, shift: true };
    const model = modelOf({ ...options, ...loading, logprobs: true, topLogprobs: 2, stop: ["zzz"], maxTokens: 4 });
    expect((await model.invoke("Name one ocean.")).response_metadata.logprobs).toMatchObject({
      content: expect.arrayContaining([expect.objectContaining({ logprob: expect.any(Number) })]),
    });
  });

  it("ends a run that is left, and one that is aborted, and the server is free again", async () => {
    const model = modelOf({ maxTokens: 2_000 });
    const left = new RecordingHandler();
    for await (const _ of await model.stream("Count to a thousand.", { callbacks: [left] })) break;
    expect(expectOneRun(left).last.type).toBe("end");
    const aborted = new RecordingHandler();
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of await model.stream("Count on.", { callbacks: [aborted], signal: controller.signal }))
        controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: "AbortError" });
    expect(expectOneRun(aborted).last.type).toBe("error");
    await modelOf({ maxTokens: 2 }).invoke("Hi");
  });

  it("keeps to a schema", async () => {
    const Ocean = z.object({ name: z.string().max(20), depth: z.number().int() });
    const model = modelOf({ maxTokens: 120 }).withStructuredOutput(Ocean, { method: "jsonSchema" });
    expect(Ocean.safeParse(await model.invoke("An ocean as JSON with name and depth.")).success).toBe(true);
  });

  it.each(["any", "get_weather"])("calls a tool that it must call: %s", async (tool_choice) => {
    const model = modelOf({ maxTokens: 80 }).bindTools([getWeather], { tool_choice });
    const answer = await model.invoke(parisQuestion);
    expect(answer.tool_calls).toMatchObject([{ name: "get_weather", args: { city: expect.any(String) } }]);
  });

  it("runs an agent: a tool call, its result, an answer", async () => {
    const model = modelOf({ maxTokens: 60 });
    const agent = createAgent({ model, tools: [getWeather], systemPrompt: "You are terse." });
    const { messages } = await agent.invoke({ messages: [...weatherTurns(), new HumanMessage(parisQuestion)] });
    expect(messages.slice(-3).map((message) => message.type)).toEqual(["ai", "tool", "ai"]);
    expect(messages.at(-1)?.text).toContain(parisDegrees);
    expect(model.costs.totals).toMatchObject({ calls: 2, estimatedCalls: 0 });
  });

  it("knows what the model can do, and asks it to think only where it can", async () => {
    const model = modelOf();
    const profile = await model.loadProfile();
    expect(profile).toMatchObject({ toolCalling: true, maxInputTokens: expect.any(Number) });
    const thinking = modelOf({ think: true }).invoke("Why do tides come twice a day?");
    if (profile.reasoningOutput === true) expect(reasoningOf(await thinking)).not.toBe("");
    else await expect(thinking).rejects.toMatchObject({ name: "ServerError", status: 400 });
  });

  it("says how to get a model that is not there, and that a prompt is too long", async () => {
    await expect(new ChatOllamaLite("no-such-model").invoke("Hi")).rejects.toThrow("ollama pull no-such-model");
    const long = modelOf({ numCtx: 256, truncate: false }).invoke("word ".repeat(2_000));
    await expect(long).rejects.toMatchObject({ name: "ContextWindowError" });
  });
});
