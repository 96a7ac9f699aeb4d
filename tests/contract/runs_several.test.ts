import { describe, expect, it } from "@jest/globals";
// Initialises the store by which runs know their parents.
import "@langchain/core/context";
import { InMemoryCache } from "@langchain/core/caches";
import { RunnableLambda } from "@langchain/core/runnables";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun, expectRuns } from "../support/runs.js";
import { collect, rejection } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const input = "Say hello.";

describe.each(subjects)("$name: several calls, several runs", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, { maxRetries: 0, ...fields });

  it("has one run for each prompt of a batch", async () => {
    wire.server.always(subject.scripts.whole());
    const handler = new RecordingHandler();
    await create().batch(["a", "b", "c"], { callbacks: [handler] });
    expect(expectRuns(handler, 3).map(({ last }) => last.type)).toEqual(["end", "end", "end"]);
    expect(wire.server.requests).toHaveLength(3);
  });

  it("ends every run of a batch when one of its calls fails", async () => {
    wire.server.always(({ text }) =>
      text.includes("bad") ? subject.scripts.refusal(400, "no") : subject.scripts.whole(),
    );
    const handler = new RecordingHandler();
    const answers = await create().batch(["good", "bad", "good"], { callbacks: [handler] }, { returnExceptions: true });
    expect(answers.map((answer) => answer instanceof Error)).toEqual([false, true, false]);
    expect(
      expectRuns(handler, 3)
        .map(({ last }) => last.type)
        .sort(),
    ).toEqual(["end", "end", "error"]);
  });

  it("ends every run of `generate` when one of its prompts fails", async () => {
    wire.server.always(({ text }) =>
      text.includes("bad") ? subject.scripts.refusal(400, "no") : subject.scripts.whole(),
    );
    const handler = new RecordingHandler();
    await rejection(create().generate([[["human", "good"]], [["human", "bad"]]], { callbacks: [handler] }));
    expect(
      expectRuns(handler, 2)
        .map(({ last }) => last.type)
        .sort(),
    ).toEqual(["end", "error"]);
  });

  it("sums the usage of `generate`'s prompts", async () => {
    wire.server.always(subject.scripts.whole());
    const { generations, llmOutput } = await create().generate([[["human", "a"]], [["human", "b"]]]);
    expect(generations.map((list) => list.length)).toEqual([1, 1]);
    expect(llmOutput).toEqual({ tokenUsage: { promptTokens: 46, completionTokens: 14, totalTokens: 60 } });
  });

  it("ends the first model's run with an error and the fallback's with its answer", async () => {
    wire.server.reply(subject.scripts.refusal(503, "busy"), subject.scripts.whole());
    const handler = new RecordingHandler();
    const answer = await create()
      .withFallbacks([create()])
      .invoke(input, { callbacks: [handler] });
    expect(answer.text).toBe("Hello there.");
    expect(expectRuns(handler, 2).map(({ last }) => last.type)).toEqual(["error", "end"]);
  });

  it("falls back in a stream too, before its first chunk", async () => {
    wire.server.reply(subject.scripts.refusal(503, "busy"), subject.scripts.streamed());
    const handler = new RecordingHandler();
    const chunks = await collect(
      create()
        .withFallbacks([create()])
        .stream(input, { callbacks: [handler] }),
    );
    expect(chunks.map((chunk) => chunk.text).join("")).toBe("Hello there.");
    expect(expectRuns(handler, 2).map(({ last }) => last.type)).toEqual(["error", "end"]);
  });

  it("has one run for each attempt of `withRetry`", async () => {
    wire.server.reply(subject.scripts.refusal(503, "busy"), subject.scripts.whole());
    const handler = new RecordingHandler();
    const model = create().withRetry({ stopAfterAttempt: 2, onFailedAttempt: () => undefined });
    await model.invoke(input, { callbacks: [handler] });
    expect(expectRuns(handler, 2).map(({ last }) => last.type)).toEqual(["error", "end"]);
  });

  it("ends the run of a cache hit, with nothing used and no request", async () => {
    wire.server.reply(subject.scripts.whole());
    const model = create({ cache: new InMemoryCache() });
    await model.invoke(input);
    const handler = new RecordingHandler();
    const answer = await model.invoke(input, { callbacks: [handler] });
    expect(answer.text).toBe("Hello there.");
    expect(answer.usage_metadata).toEqual({ input_tokens: 0, output_tokens: 0, total_tokens: 0 });
    expect(expectOneRun(handler).last.type).toBe("end");
    expect(wire.server.requests).toHaveLength(1);
  });

  it("ends both kinds of run when a cache answers one of two prompts", async () => {
    wire.server.always(subject.scripts.whole());
    const model = create({ cache: new InMemoryCache() });
    await model.generate([[["human", "known"]]]);
    const handler = new RecordingHandler();
    const { generations } = await model.generate([[["human", "known"]], [["human", "new"]]], { callbacks: [handler] });
    expect(generations.map((list) => list[0]?.text)).toEqual(["Hello there.", "Hello there."]);
    expect(expectRuns(handler, 2).map(({ last }) => last.type)).toEqual(["end", "end"]);
    expect(wire.server.requests).toHaveLength(2);
  });

  it("gives a run of its own to each of two streams of one chain", async () => {
    wire.server.always(subject.scripts.streamed());
    const handler = new RecordingHandler();
    const chain = RunnableLambda.from((text: string) => text).pipe(create());
    await Promise.all([
      collect(chain.stream("a", { callbacks: [handler] })),
      collect(chain.stream("b", { callbacks: [handler] })),
    ]);
    const runs = expectRuns(handler, 2);
    expect(runs.map((run) => messageOf(run).text)).toEqual(["Hello there.", "Hello there."]);
    expect(runs.every((run) => run.start.parentRunId !== undefined)).toBe(true);
  });

  it("is the child of the run in which it is called, without being told", async () => {
    wire.server.always(({ json }) =>
      (json as { stream: boolean }).stream ? subject.scripts.streamed() : subject.scripts.whole(),
    );
    const model = create();
    const calls = [
      () => model.invoke(input),
      () => collect(model.stream(input)),
      async () => model.streamEvents(input),
    ];
    for (const call of calls) {
      const handler = new RecordingHandler();
      const runId = crypto.randomUUID();
      await RunnableLambda.from(async () => void (await call())).invoke("x", { callbacks: [handler], runId });
      expect(expectOneRun(handler).start.parentRunId).toBe(runId);
    }
  });

  it("uses the `runId`, name, tags and metadata that the caller gave", async () => {
    wire.server.always(({ json }) =>
      (json as { stream: boolean }).stream ? subject.scripts.streamed() : subject.scripts.whole(),
    );
    for (const call of ["invoke", "stream", "streamEvents"] as const) {
      const handler = new RecordingHandler();
      const runId = crypto.randomUUID();
      const options = { callbacks: [handler], runId, runName: "greet", tags: ["t"], metadata: { user: "u1" } };
      const model = create({ tags: ["own"], metadata: { team: "x" } });
      await (call === "stream" ? collect(model.stream(input, options)) : model[call](input, options));
      const { id, start } = expectOneRun(handler);
      expect(id).toBe(runId);
      expect(start.runName).toBe("greet");
      expect(start.tags.toSorted()).toEqual(["own", "t"]);
      expect(start.metadata).toMatchObject({
        user: "u1",
        team: "x",
        ls_provider: subject.provider,
        ls_model_name: "test-model",
      });
      expect(start.extraParams).toMatchObject({ batch_size: 1, invocation_params: expect.anything() });
    }
  });
});

describe.each(subjects.filter(({ scripts }) => scripts.several))("$name: several answers to one prompt", (subject) => {
  it.each<MeteredChatModelInput>([{}, { streaming: true }])(
    "is one run with the usage on one generation: %j",
    async (fields) => {
      const answers = [{ text: "One." }, { text: "Two." }, { text: "Three." }];
      const script = subject.scripts.several?.(answers, { input: 23, output: 21 });
      if (script) wire.server.reply(script);
      const handler = new RecordingHandler({ prefersStreaming: true });
      const model = subject.create(wire.server.url, { n: 3, ...fields });
      const { generations } = await model.generate([[["human", input]]], { callbacks: [handler] });
      expect(generations[0]?.map(({ text }) => text)).toEqual(["One.", "Two.", "Three."]);
      const { last } = expectOneRun(handler);
      const messages =
        last.type === "end"
          ? last.output.generations[0]?.map(
              (generation) => (generation as unknown as { message: { usage_metadata?: unknown } }).message,
            )
          : [];
      expect(messages?.map((message) => message.usage_metadata)).toEqual([
        subject.scripts.usage({ input: 23, output: 21 }),
        undefined,
        undefined,
      ]);
      expect(wire.server.requests[0]?.json).toMatchObject({ n: 3, stream: false });
    },
  );
});
