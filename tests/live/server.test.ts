import { expect, it } from "@jest/globals";
import type { OpenAIClient } from "@langchain/openai";
import type { LiveServer } from "../../scripts/live/server.js";
import { describeLive } from "./support.js";
import { wireSumTurns } from "./sums.js";
import { parisDegrees, wireCall, wireWeatherTool, wireWeatherTurns } from "../../scripts/live/weather.js";

type Completion = OpenAIClient.ChatCompletion;
type Chunk = OpenAIClient.ChatCompletionChunk;

const question = [{ role: "user", content: "Name one ocean." }];
const greedy = { temperature: 0, seed: 1, max_tokens: 40 };

function post({ url, model }: LiveServer, path: string, body: object): Promise<Response> {
  return fetch(url + path, { method: "POST", body: JSON.stringify({ model, ...body }) });
}

async function complete(server: LiveServer, body: object): Promise<Completion> {
  const response = await post(server, "/v1/chat/completions", { ...greedy, ...body });
  expect(response.status).toBe(200);
  return (await response.json()) as Completion;
}

async function countTokens(server: LiveServer, body: object): Promise<number> {
  const response = await post(server, "/v1/chat/completions/input_tokens", body);
  return ((await response.json()) as { input_tokens: number }).input_tokens;
}

async function props({
  url,
}: LiveServer): Promise<{ chat_template_caps: object; default_generation_settings: object }> {
  return (await (await fetch(`${url}/props`)).json()) as Awaited<ReturnType<typeof props>>;
}

describeLive("llama.cpp with a template that knows tools", { template: "tools" }, (live) => {
  it("says what it can do", async () => {
    expect((await fetch(`${live().url}/health`)).status).toBe(200);
    const { chat_template_caps, default_generation_settings } = await props(live());
    expect(chat_template_caps).toMatchObject({ supports_tools: true, supports_tool_calls: true });
    expect(default_generation_settings).toMatchObject({ n_ctx: 2048 });
  });

  it("charges the prompt that it counted", async () => {
    const { usage, choices } = await complete(live(), { messages: question });
    expect(usage?.prompt_tokens).toBe(await countTokens(live(), { messages: question }));
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    expect(choices[0]?.message.content).not.toBe("");
  });

  it("streams, with its usage in a last chunk without a choice", async () => {
    const body = { ...greedy, messages: question, stream: true, stream_options: { include_usage: true } };
    const text = await (await post(live(), "/v1/chat/completions", body)).text();
    const events = text
      .trim()
      .split("\n\n")
      .map((event) => event.replace("data: ", ""));
    expect(events.pop()).toBe("[DONE]");
    const chunks = events.map((event) => JSON.parse(event) as Chunk);
    const last = chunks.at(-1);
    expect(last?.choices).toEqual([]);
    expect(last?.usage?.prompt_tokens).toBe(await countTokens(live(), { messages: question }));
    expect(chunks.filter(({ usage }) => usage != null)).toHaveLength(1);
  });

  it("calls a tool when it has been shown how, and reads the result", async () => {
    const messages = wireWeatherTurns();
    const tools = [wireWeatherTool];
    const { choices, usage } = await complete(live(), { messages, tools });
    expect(choices[0]?.finish_reason).toBe("tool_calls");
    const [call] = choices[0]?.message.tool_calls ?? [];
    expect(call).toMatchObject({ type: "function", function: { name: "get_weather" } });
    expect(call?.type === "function" && JSON.parse(call.function.arguments)).toEqual({ city: "Paris" });
    expect(usage?.prompt_tokens).toBe(await countTokens(live(), { messages, tools }));

    const result = { role: "tool", tool_call_id: "call", content: parisDegrees };
    const answer = await complete(live(), { messages: [...messages, wireCall("call", "Paris"), result], tools });
    expect(answer.choices[0]?.message.content).toBe(`${parisDegrees} C`);
  });

  it("keeps to a schema", async () => {
    const properties = { city: { type: "string", maxLength: 20 }, coastal: { type: "boolean" } };
    const schema = { type: "object", properties, required: ["city", "coastal"], additionalProperties: false };
    const response_format = { type: "json_schema", json_schema: { name: "city", schema } };
    const { choices } = await complete(live(), {
      messages: [{ role: "user", content: "Describe a city." }],
      response_format,
    });
    expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual({
      city: expect.any(String),
      coastal: expect.any(Boolean),
    });
  });

  it("goes on serving when a client has left a stream", async () => {
    const leaving = new AbortController();
    const body = JSON.stringify({ model: live().model, messages: question, stream: true, max_tokens: 1000 });
    const response = await fetch(`${live().url}/v1/chat/completions`, { method: "POST", body, signal: leaving.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    await expect(reader?.read()).rejects.toThrow("aborted");
    await complete(live(), { messages: question });
  });
});

describeLive("llama.cpp with the model's own template", { template: "none" }, (live) => {
  it("does not see the tools that it is sent", async () => {
    expect((await props(live())).chat_template_caps).toMatchObject({ supports_tools: false });
    const withTools = { messages: question, tools: [wireWeatherTool] };
    expect(await countTokens(live(), withTools)).toBe(await countTokens(live(), { messages: question }));
    expect(
      (await complete(live(), { ...withTools, tool_choice: "required" })).choices[0]?.message.tool_calls,
    ).toBeUndefined();
  });
});

describeLive("llama.cpp with a template that thinks", { template: "thinking" }, (live) => {
  it("thinks unless it is told not to", async () => {
    const [thought, said] = [
      await complete(live(), { messages: question }),
      await complete(live(), { messages: question, chat_template_kwargs: { enable_thinking: false } }),
    ].map(({ choices }) => choices[0]?.message);
    expect(thought).toMatchObject({ content: "", reasoning_content: expect.stringMatching(/\w/) });
    expect(said?.content).toMatch(/\w/);
    expect(said).not.toHaveProperty("reasoning_content");
  });

  it("comes to an answer when it has been shown how to stop thinking", async () => {
    const { choices } = await complete(live(), { messages: wireSumTurns() });
    expect(choices[0]?.message).toMatchObject({
      content: expect.stringMatching(/^\d+$/),
      reasoning_content: expect.stringMatching(/make/),
    });
  });
});
