import { describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import type { AIMessageChunk } from "@langchain/core/messages";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { BudgetExceededError } from "../../src/callbacks.js";
import { chatCompletion } from "../everybody/chat_completions.js";
import { chunk, end, failure, spent } from "../support/completions.js";
import { gate as wireGate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { useWireServer } from "../support/use_server.js";
import { cut, json, sse } from "../support/wire_script.js";
import { behind, RecordingGate } from "./recording_gate.js";

const server = useWireServer();
const USAGE = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
const { invoke: WHOLE, stream: STREAM } = chatCompletion({ model: "m", usage: USAGE });
const denial = new BudgetExceededError("denied", { limit: "1", spent: "1", held: "0", scope: "test" });

function openAI(fields: object = {}): ChatOpenAI {
  return new ChatOpenAI({
    model: "gpt-4o",
    apiKey: "k",
    maxRetries: 0,
    configuration: { baseURL: server.url },
    ...fields,
  });
}

/** A stream that stops at a gate once it has said something. */
function halted() {
  const rest = wireGate();
  const words = [chunk({ role: "assistant", content: "Hel" }), rest, chunk({ content: "lo" }), end(), spent(1600, 90)];
  return { rest, script: sse(words) };
}

describe("a stream", () => {
  it("that its reader leaves is charged at once", async () => {
    const { rest, script } = halted();
    server.reply(script);
    const gate = new RecordingGate();
    for await (const _ of await behind(openAI(), gate).stream("Hi")) {
      // Core reads a chunk ahead, and leaves only once it has that.
      rest.open();
      break;
    }
    expect(gate.bill).toEqual(["held"]);
  });

  it("whose reader throws is charged at once", async () => {
    const { rest, script } = halted();
    server.reply(script);
    const gate = new RecordingGate();
    const read = async (): Promise<void> => {
      for await (const _ of await behind(openAI(), gate).stream("Hi")) {
        rest.open();
        throw new Error("the reader's");
      }
    };
    await expect(read()).rejects.toThrow("the reader's");
    expect(gate.bill).toEqual(["held"]);
  });

  it("that is aborted between two chunks is charged at once", async () => {
    server.reply(halted().script);
    const gate = new RecordingGate();
    const controller = new AbortController();
    const stream = await behind(openAI(), gate).stream("Hi", { signal: controller.signal });
    await stream.next();
    controller.abort();
    await Promise.resolve();
    expect(gate.records[0]?.charged).toHaveLength(1);
    await failure(stream.next());
    expect(gate.bill).toEqual(["held"]);
  });

  it("that the server cuts is charged", async () => {
    server.reply(sse([chunk({ role: "assistant", content: "Hel" }), cut], { done: false }));
    const gate = new RecordingGate();
    const read = async (): Promise<void> => {
      for await (const _ of await behind(openAI(), gate).stream("Hi"));
    };
    await failure(read());
    expect(gate.bill).toEqual(["held"]);
  });

  it("that was asked for by core's own events is charged when it is aborted", async () => {
    server.reply(halted().script);
    const gate = new RecordingGate();
    const controller = new AbortController();
    const events = behind(openAI(), gate).streamEvents("Hi", { signal: controller.signal });
    for await (const _ of events) break;
    controller.abort();
    await Promise.resolve(events).catch(() => undefined);
    expect(gate.bill).toEqual(["held"]);
  });
});

describe("a call", () => {
  it("that is aborted before it is sent holds nothing", async () => {
    const gate = new RecordingGate();
    await failure(behind(openAI(), gate).invoke("Hi", { signal: AbortSignal.abort() }));
    expect({ asked: gate.records.length, requests: server.requests.length > 0 }).toMatchObject({ asked: 0 });
  });

  it("that is aborted while it waits for an answer is charged whole", async () => {
    const before = server.requests.length;
    const silent = wireGate();
    server.reply(sse([silent]));
    const gate = new RecordingGate();
    const controller = new AbortController();
    const asked = behind(openAI(), gate).invoke("Hi", { signal: controller.signal });
    await server.received(before + 1);
    controller.abort();
    await failure(asked);
    silent.open();
    expect(gate.bill).toEqual(["held"]);
  });

  it("that is aborted while budgets are asked gives back what it is granted afterwards", async () => {
    const controller = new AbortController();
    const gate = new RecordingGate({
      denies: () => {
        controller.abort();
        return undefined;
      },
    });
    const before = server.requests.length;
    await failure(behind(openAI(), gate).invoke("Hi", { signal: controller.signal }));
    expect({ bill: gate.bill, requests: server.requests.length - before }).toEqual({ bill: ["0"], requests: 0 });
  });

  it.each(["invoke", "stream", "streamEvents", "batch", "generate"])(
    "that is denied sends nothing (%s)",
    async (way) => {
      const before = server.requests.length;
      const handler = new RecordingHandler();
      const model = behind(openAI({ callbacks: [handler] }), new RecordingGate({ denies: () => denial }));
      const error = await failure(asks[way]?.(model) ?? Promise.resolve());
      expect(error).toBe(denial);
      expect(server.requests.length).toBe(before);
      // Core starts no run for its own events.
      if (way !== "streamEvents") expect(handler.events.map(({ type }) => type)).toEqual(["start", "error"]);
    },
  );

  it("that LangChain's cache answers asks for nothing", async () => {
    server.reply(WHOLE);
    const gate = new RecordingGate();
    const model = behind(openAI({ cache: new InMemoryCache() }), gate);
    await model.invoke("Hi");
    await model.invoke("Hi");
    expect(gate.bill).toEqual(["0.00178"]);
  });

  it("is one of several in a batch", async () => {
    server.reply(WHOLE, json(400, { error: { message: "no" } }), WHOLE);
    const gate = new RecordingGate();
    const model = behind(openAI(), gate);
    await model.batch(["a", "b", "c"], { maxConcurrency: 1 }, { returnExceptions: true });
    expect(gate.bill).toEqual(["0.00178", "0", "0.00178"]);
  });

  it("tells the answer what budgets want said of it", async () => {
    server.reply(WHOLE, STREAM);
    const gate = new RecordingGate({ metadata: { output_limit_by: "budget" } });
    const model = behind(openAI(), gate);
    const whole = await model.invoke("Hi");
    let sum: AIMessageChunk | undefined;
    for await (const each of await model.stream("Hi")) sum = sum?.concat(each) ?? each;
    for (const message of [whole, sum]) expect(message?.response_metadata.output_limit_by).toBe("budget");
  });
});

const asks: Readonly<Record<string, (model: ChatOpenAI) => Promise<unknown>>> = {
  invoke: (model) => model.invoke("Hi"),
  stream: async (model) => {
    for await (const _ of await model.stream("Hi"));
  },
  streamEvents: async (model) => {
    for await (const _ of model.streamEvents("Hi"));
  },
  batch: (model) => model.batch(["Hi"]),
  generate: (model) => model.generate([[{ role: "user", content: "Hi" }]]),
};

describe("a gated model", () => {
  const tool = { type: "function" as const, function: { name: "f", parameters: { type: "object", properties: {} } } };
  const schema = z.object({ ocean: z.string() });
  const anthropic = () =>
    new ChatAnthropic({ model: "claude-sonnet-4-5", apiKey: "k", maxRetries: 0, anthropicApiUrl: server.url });

  it.each<[string, (gate: RecordingGate) => { invoke(input: string): Promise<unknown> }]>([
    ["withConfig", (gate) => behind(openAI(), gate).withConfig({ stop: ["x"] })],
    [
      "withConfig, twice",
      (gate) =>
        behind(openAI(), gate)
          .withConfig({ stop: ["x"] })
          .withConfig({ tags: ["t"] }),
    ],
    ["bindTools", (gate) => behind(openAI(), gate).bindTools([tool])],
    ["withStructuredOutput", (gate) => behind(openAI(), gate).withStructuredOutput(schema)],
    ["withRetry", (gate) => behind(openAI(), gate).withRetry({ stopAfterAttempt: 1 })],
    ["withFallbacks", (gate) => behind(openAI(), gate).withFallbacks([])],
    ["ChatAnthropic, withConfig", (gate) => behind(anthropic(), gate).withConfig({ tags: ["t"] })],
    ["ChatAnthropic, bindTools", (gate) => behind(anthropic(), gate).bindTools([tool])],
    ["ChatAnthropic, withStructuredOutput", (gate) => behind(anthropic(), gate).withStructuredOutput(schema)],
  ])("keeps its gate: %s", async (_, make) => {
    const before = server.requests.length;
    const error = await failure(make(new RecordingGate({ denies: () => denial })).invoke("Hi"));
    expect(error).toBe(denial);
    expect(server.requests.length).toBe(before);
  });

  it("is what it was", () => {
    const model = openAI({ metadata: { user: "u" } });
    const gated = behind(model, new RecordingGate());
    expect(gated).toBeInstanceOf(ChatOpenAI);
    expect(gated).toBeInstanceOf(BaseChatModel);
    expect(gated.toJSON()).toEqual(model.toJSON());
    expect(gated.profile).toEqual(model.profile);
    expect([gated._llmType(), gated.lc_namespace, gated.model]).toEqual(["openai", model.lc_namespace, "gpt-4o"]);
  });

  it("leaves the model that it was made of as it is", async () => {
    server.reply(WHOLE);
    const model = openAI();
    const gate = new RecordingGate({ maxOutputTokens: 5 });
    behind(model, gate);
    await model.invoke("Hi");
    expect(gate.records).toEqual([]);
    expect(server.requests.at(-1)?.json).not.toHaveProperty("max_tokens");
  });

  it("makes one client for all of its calls", async () => {
    server.reply(WHOLE, WHOLE);
    const model = openAI();
    const gated = behind(model, new RecordingGate());
    await gated.invoke("Hi");
    const { client } = (model as unknown as { completions: { client: unknown } }).completions; // where it keeps it
    await gated.invoke("Hi");
    expect(client).toBeDefined();
    expect((model as unknown as { completions: { client: unknown } }).completions.client).toBe(client);
  });
});
