// What a real Ollama 0.24.0 was seen to do, and what follows. Answers are its own bytes where they were recorded.
import { describe, expect, it } from "@jest/globals";
import { ChatMessage, HumanMessage } from "@langchain/core/messages";
import {
  ConfigurationError,
  ContextWindowError,
  StructuredOutputError,
  type StreamTruncatedError,
} from "../../../src/base/errors.js";
import { recording, replay } from "../../support/recordings.js";
import { json, ndjson, type Script } from "../../support/wire_script.js";
import { Bench, collect, last, line, ocean, rejection, weather } from "../../wires/ollama/support.js";
import { recordedCall } from "../../wires/ollama/recorded_calls.js";

const bench = new Bench();
const recorded = (name: string) => replay(recording("ollama", name));

describe("a tool call that was cut, of which nothing arrives", () => {
  it("is a broken call that says so, and is on the bill", async () => {
    bench.server.reply(recorded("tool-call-cut-by-length-stream"));
    const { fields, messages } = recordedCall(recording("ollama", "tool-call-cut-by-length-stream"));
    const model = bench.model(fields);
    const chunks = await collect(await model.bindTools([weather]).stream(messages));
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));
    expect(whole.tool_calls).toEqual([]);
    expect(whole.invalid_tool_calls).toMatchObject([{ name: "get_weather" }]);
    expect(whole.response_metadata).toMatchObject({
      finish_reason: "length",
      warnings: [expect.stringContaining("cut off inside a tool call")],
    });
    expect(model.costs.totals).toMatchObject({ inputTokens: 473, outputTokens: 26, estimatedCalls: 0 });
  });

  it("is the same when the answer came whole", async () => {
    bench.server.reply(json(200, last({ done_reason: "length" })));
    const message = await bench.model().bindTools([weather]).invoke("Weather?");
    expect(message.invalid_tool_calls).toMatchObject([
      { name: "get_weather", error: expect.stringContaining("cut off inside the call") },
    ]);
  });
});

describe("thinking that never ends, where a format was asked for", () => {
  it.each(["jsonSchema", "functionCalling"] as const)(
    "is an error of the structured output that has the reason: %s",
    async (method) => {
      bench.server.always(json(200, last({}, { thinking: "The ocean is" })));
      const error = await rejection(
        bench.model({ think: true }).withStructuredOutput(ocean, { method }).invoke("An ocean?"),
      );
      expect(StructuredOutputError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({
        partialOutput: {
          response_metadata: {
            warnings: expect.arrayContaining([
              expect.stringContaining("it never ended its thinking, and a format applies only after that"),
            ]),
          },
        },
      });
    },
  );
});

describe("an image to a model that cannot see", () => {
  const picture = new HumanMessage({ content: [{ type: "image_url", image_url: "data:image/png;base64,AAEC" }] });

  it("is an error before anything is asked, with one look at the model", async () => {
    bench.server.on("/api/show", recorded("show"));
    const model = bench.model();
    for (let times = 0; times < 2; times++) {
      const error = await rejection(model.invoke([picture]));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({
        message: expect.stringContaining(
          "Model `tiny` takes no image input; its capabilities are `completion`, `tools`, `thinking`.",
        ),
      });
    }
    expect(bench.server.requests.map(({ path }) => path)).toEqual(["/api/show"]);
  });

  it.each<[string, object, number]>([
    ["to one that can", { capabilities: ["completion", "vision"] }, 200],
    ["where the server does not say", { modelfile: "" }, 200],
    ["where the server does not know the question", { error: "not found" }, 404],
  ])("is sent %s", async (_, show, status) => {
    bench.server.on("/api/show", json(status, show)).reply(json(200, last({}, { content: "A cat" })));
    expect((await bench.model().invoke([picture])).text).toBe("A cat");
  });

  it("is sent where the user's profile says that it can, and nothing is asked about the model", async () => {
    bench.server.reply(json(200, last({}, { content: "A cat" })));
    expect((await bench.model({ profile: { imageInputs: true } }).invoke([picture])).text).toBe("A cat");
    expect(bench.server.requests.map(({ path }) => path)).toEqual(["/api/chat"]);
  });

  it("is an error where the user's profile says that it cannot, whatever the server says", async () => {
    bench.server.on("/api/show", json(200, { capabilities: ["vision"] }));
    const error = await rejection(bench.model({ profile: { imageInputs: false } }).invoke([picture]));
    expect(error).toMatchObject({ message: expect.stringContaining("`profile.imageInputs` is false") });
    expect(bench.server.requests).toEqual([]);
  });

  it("is looked at in the server's words where the user's profile says other things", async () => {
    bench.server.on("/api/show", json(200, { capabilities: ["completion"] }));
    const error = await rejection(bench.model({ profile: { audioInputs: true, toolCalling: true } }).invoke([picture]));
    expect(error).toMatchObject({ message: expect.stringContaining("set `profile: { imageInputs: true }`") });
  });

  it("is no matter for texts: nothing is asked about the model", async () => {
    bench.server.reply(json(200, last()));
    await bench.model().invoke("Hi");
    expect(bench.server.requests.map(({ path }) => path)).toEqual(["/api/chat"]);
  });
});

it("O4: a message of a role that Ollama drops is an error", async () => {
  const error = await rejection(bench.model().invoke([new ChatMessage("x", "critic")]));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ message: expect.stringContaining("`critic`") });
  expect(bench.server.requests).toEqual([]);
});

describe("num_predict 0 is no limit", () => {
  it("so 0 is refused", async () => {
    expect(() => bench.model({ maxTokens: 0 })).toThrow("`maxTokens` is `0`");
    expect(() => bench.model({ numPredict: 0 })).toThrow(
      '`numPredict` is `0`, which Ollama takes for "no limit". Use at least 1.',
    );
    await expect(bench.model().invoke("Hi", { numPredict: 0 })).rejects.toThrow("`numPredict` is `0`");
    await expect(bench.model().invoke("Hi", { maxTokens: 0 })).rejects.toThrow("`maxTokens` is `0`");
    expect(bench.server.requests).toEqual([]);
  });
});

describe("a prompt that is too long", () => {
  it("is marked when it fills the window", async () => {
    bench.server.reply(recorded("small-num-ctx"), recorded("small-num-ctx"));
    expect((await bench.model({ numCtx: 16 }).invoke("Hi")).response_metadata.warnings).toEqual([
      expect.stringContaining("fills the context window of 16 tokens"),
    ]);
    expect((await bench.model().invoke("Hi", { numCtx: 17 })).response_metadata).not.toHaveProperty("warnings");
  });

  it("is marked by the Modelfile's window too, once the profile is loaded", async () => {
    bench.server
      .on("/api/show", recorded("show"))
      .reply(json(200, last({ prompt_eval_count: 2048 }, { content: "Hi" })));
    const model = bench.model();
    await model.loadProfile();
    expect((await model.invoke("Hi")).response_metadata.warnings).toEqual([
      expect.stringContaining("fills the context window of 2048 tokens"),
    ]);
  });

  it("is an error of its own kind where it may not be cut", async () => {
    bench.server.reply(recorded("context-overflow-no-truncate"));
    const error = await rejection(bench.model({ truncate: false }).invoke("Hi"));
    expect(ContextWindowError.isInstance(error)).toBe(true);
    expect(bench.body().truncate).toBe(false);
  });
});

describe("figures that are absent are not zero", () => {
  it("a duration", async () => {
    bench.server.reply(recorded("chat-num-predict-1-stream"));
    const chunks = await collect(await bench.model().stream("Hi"));
    const metadata = chunks.reduce((sum, chunk) => sum.concat(chunk)).response_metadata;
    expect(metadata).not.toHaveProperty("eval_duration");
    expect(metadata).toMatchObject({ eval_count: 1, total_duration: 1_145_631_176 });
  });

  it("all counts", async () => {
    const counts = { prompt_eval_count: undefined, eval_count: undefined };
    bench.server.reply(json(200, last(counts, { content: "Hey" })));
    const { usage_metadata, response_metadata } = await bench.model().invoke("Hi");
    expect(response_metadata).toMatchObject({ usage_source: "estimated", finish_reason: "stop" });
    expect(usage_metadata?.input_tokens).toBeGreaterThan(0);
  });
});

describe("an answer that the server gave up, with 200 and done false", () => {
  it.each<[string, Script]>([
    ["one object", json(200, line({ content: "the the the", thinking: "Hm" }))],
    ["half of one", json(200, { ...line({ content: "the the the" }), done: undefined })],
    [
      "lines that nobody asked for",
      ndjson([line({ thinking: "Hm" }), line({ content: "the the " }), line({ content: "the" })]),
    ],
  ])("is an error that has what came, counted: %s", async (_, script) => {
    bench.server.reply(script);
    const model = bench.model();
    const error = await rejection(model.invoke("Hi"));
    expect(error).toMatchObject({
      name: "StreamTruncatedError",
      partialOutput: { content: "the the the", response_metadata: { usage_source: "estimated" } },
    });
    const { usage_metadata } = (error as StreamTruncatedError).partialOutput ?? {};
    expect(usage_metadata?.output_tokens).toBeGreaterThanOrEqual(3);
    expect(model.costs.totals).toMatchObject({
      calls: 1,
      estimatedCalls: 1,
      outputTokens: usage_metadata?.output_tokens,
    });
    expect(bench.server.requests).toHaveLength(1);
  });

  it("has what was held back as it may have been a tag", async () => {
    bench.server.reply(ndjson([line({ content: " \n<thi" })]));
    const error = await rejection(bench.model().stream("Hi").then(collect));
    expect(error).toMatchObject({ name: "StreamTruncatedError", partialOutput: { content: " \n<thi" } });
  });
});

describe("figures that are not whole", () => {
  it("one count of the two is kept, and the other estimated", async () => {
    bench.server.reply(json(200, last({ eval_count: undefined }, { content: "The sea is deep." })));
    const { usage_metadata, response_metadata } = await bench.model().invoke("Hi");
    expect(response_metadata).toMatchObject({ usage_source: "estimated", usage_estimate: { inputTokens: [7, 7] } });
    expect(usage_metadata?.input_tokens).toBe(7);
    expect(usage_metadata?.output_tokens).toBeGreaterThan(2);
  });

  it("the count of an answer with a format misses its thinking on older servers: an estimate takes its place", async () => {
    bench.server.reply(
      ndjson([
        line({ thinking: "One two three four five six seven eight nine ten." }),
        line({ content: "{}" }),
        last({ eval_count: 1 }),
      ]),
    );
    const chunks = await collect(await bench.model({ format: "json" }).stream("Hi"));
    const { usage_metadata, response_metadata } = chunks.reduce((sum, chunk) => sum.concat(chunk));
    expect(response_metadata).toMatchObject({
      usage_source: "estimated",
      warnings: [expect.stringContaining("its thinking is in no count")],
      eval_count: 1,
    });
    expect(usage_metadata?.output_tokens).toBeGreaterThan(10);
  });
});
