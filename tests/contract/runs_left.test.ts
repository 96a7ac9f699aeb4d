import { describe, expect, it } from "@jest/globals";
import { StringOutputParser } from "@langchain/core/output_parsers";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "../../src/models/options.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { stall } from "../support/wire_script.js";
import { useClock } from "./clock.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const clock = useClock();
const input = "Say hello.";

class ReaderError extends Error {}

/** The ways in which a reader leaves a stream after some of its chunks. */
const exits: [
  string,
  (stream: AsyncIterable<unknown> & { cancel(): Promise<void> }, after: number) => Promise<void>,
][] = [
  [
    "break",
    async (stream, after) => {
      let count = 0;
      for await (const _ of stream) if (++count === after) break;
    },
  ],
  [
    "a throw in the loop",
    async (stream, after) => {
      let count = 0;
      const reading = (async () => {
        for await (const _ of stream) if (++count === after) throw new ReaderError();
      })();
      await expect(reading).rejects.toThrow(ReaderError);
    },
  ],
  [
    "cancel()",
    async (stream, after) => {
      const reader = (stream as unknown as ReadableStream).getReader();
      for (let count = 0; count < after; count++) await reader.read();
      await reader.cancel();
    },
  ],
  [
    "asyncDispose",
    async (stream, after) => {
      const items = stream[Symbol.asyncIterator]();
      for (let count = 0; count < after; count++) await items.next();
      await (stream as unknown as AsyncDisposable)[Symbol.asyncDispose]();
    },
  ],
];

const pieces = ["a ", "b ", "c ", "d ", "e "].map((text) => ({ text }));

describe.each(subjects)("$name: a stream that its reader leaves", (subject) => {
  const start = async (fields: MeteredChatModelInput = {}, options: Partial<MeteredCallOptions> = {}) => {
    const handler = new RecordingHandler();
    const model = subject.create(wire.server.url, { maxRetries: 0, ...fields });
    const stream = await model.stream(input, { callbacks: [handler], ...options });
    return { handler, stream };
  };

  describe.each(exits)("by %s", (_, leave) => {
    it.each([1, 2, 3])(
      "ends with what was delivered, after chunk %i of a server that is silent then",
      async (after) => {
        wire.server.reply(subject.scripts.streamed([...pieces.slice(0, after), stall]));
        const { handler, stream } = await start();
        await leave(stream, after);
        const run = expectOneRun(handler);
        expect(run.last.type).toBe("end");
        const message = messageOf(run);
        expect(message.text).toBe("a b c d e ".slice(0, 2 * after));
        expect(message.response_metadata).toMatchObject({
          usage_source: "estimated",
          usage_estimate: { reason: "the stream was left by its reader" },
        });
        expect(message.usage_metadata?.output_tokens).toBeGreaterThan(0);
        const request = await wire.server.received();
        await request.closed;
        expect(request.aborted).toBe(true);
      },
    );

    it("ends after any chunk of a server that goes on", async () => {
      for (let after = 1; after <= 6; after++) {
        wire.server.reply(subject.scripts.streamed(pieces));
        const { handler, stream } = await start();
        await leave(stream, after);
        const run = expectOneRun(handler);
        expect(run.last.type).toBe("end");
        expect(messageOf(run).usage_metadata?.input_tokens).toBeGreaterThan(0);
      }
      await wire.server.idle();
    });
  });

  it("ends when it is left before its first chunk was read", async () => {
    wire.server.reply(subject.scripts.streamed([...pieces, stall]));
    const { handler, stream } = await start();
    await stream.cancel();
    expect(expectOneRun(handler).last.type).toBe("end");
    await (
      await wire.server.received()
    ).closed;
  });

  it("starts no run when nobody asks for its first chunk", async () => {
    const handler = new RecordingHandler();
    const items = subject.create(wire.server.url)._streamIterator(input, { callbacks: [handler] });
    await items.return(undefined);
    expect(handler.events).toEqual([]);
    expect(wire.server.requests).toEqual([]);
  });

  it("reports no spend when it is left before its request was sent", async () => {
    const starting = gate();
    const handler = new RecordingHandler();
    const model = subject.create(wire.server.url, {
      callbacks: [{ awaitHandlers: true, handleChatModelStart: () => starting.opened }],
    });
    const items = model._streamIterator(input, { callbacks: [handler] });
    const first = items.next();
    await handler.when((events) => events.length > 0);
    const leaving = items.return(undefined);
    starting.open();
    await Promise.all([first, leaving]);
    const message = messageOf(expectOneRun(handler));
    expect(message.usage_metadata).toEqual({ input_tokens: 0, output_tokens: 0, total_tokens: 0 });
    expect(message.response_metadata).toMatchObject({
      usage_source: "estimated",
      usage_estimate: { inputTokens: [0, 0], outputTokens: [0, 0] },
    });
    expect(wire.server.requests).toEqual([]);
  });

  it("keeps the server's figure when only the end is not read", async () => {
    wire.server.reply(subject.scripts.streamed(pieces));
    const { handler, stream } = await start();
    for await (const chunk of stream) if (chunk.usage_metadata) break;
    const message = messageOf(expectOneRun(handler));
    expect(message.usage_metadata).toEqual(subject.scripts.usage({ input: 23, output: 7 }));
    expect(message.response_metadata.usage_source).toBe("server");
    expect(message.text).toBe("a b c d e ");
  });

  const behind: [
    string,
    (
      model: MeteredChatModel,
      options: Partial<MeteredCallOptions>,
    ) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>,
  ][] = [
    ["withConfig", (model, options) => model.withConfig({ tags: ["t"] }).stream(input, options)],
    ["a chain", (model, options) => model.pipe(new StringOutputParser()).stream(input, options)],
    ["withRetry", (model, options) => model.withRetry().stream(input, options)],
  ];

  it.each(behind)("ends behind %s", async (_, open) => {
    wire.server.reply(subject.scripts.streamed(pieces));
    const handler = new RecordingHandler();
    let count = 0;
    for await (const _ of await open(subject.create(wire.server.url), { callbacks: [handler] }))
      if (++count === 3) break;
    await handler.closed();
    expect(expectOneRun(handler).last.type).toBe("end");
    await wire.server.idle();
  });

  it.each(["v1", "v2"] as const)(
    "fails with what was delivered behind streamEvents %s, which aborts what is left",
    async (version) => {
      wire.server.reply(subject.scripts.streamed([...pieces, stall]));
      const handler = new RecordingHandler();
      const events = subject.create(wire.server.url).streamEvents(input, { callbacks: [handler], version });
      const leave = async () => {
        for await (const event of events) if (event.data.chunk?.text === "b ") break;
      };
      // Core 1.3 throws its own abort out of the loop that was left; 1.4 keeps it to itself.
      await leave().catch((error: unknown) => expect(error).toMatchObject({ name: "AbortError" }));
      await handler.closed();
      const run = expectOneRun(handler);
      expect(run.last).toMatchObject({ type: "error", error: { name: "ModelAbortError" } });
      expect(messageOf(run).text).toContain("a b ");
      await wire.server.idle();
    },
  );

  it("hands on to a caller of streamEvents v1 what the call was aborted with", async () => {
    wire.server.reply(subject.scripts.streamed([...pieces, stall]));
    const handler = new RecordingHandler();
    const controller = new AbortController();
    const options = { callbacks: [handler], signal: controller.signal, version: "v1" as const };
    const read = async () => {
      for await (const event of subject.create(wire.server.url).streamEvents(input, options))
        if (event.data.chunk?.text === "b ") controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: "AbortError" });
    expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { name: "ModelAbortError" } });
  });

  // Core does not hand a reader's leaving on there.
  it("fails behind withFallbacks after `idleTimeout`", async () => {
    wire.server.reply(subject.scripts.streamed(pieces));
    const handler = new RecordingHandler();
    const model = subject.create(wire.server.url, { idleTimeout: 30 }).withFallbacks([]);
    let count = 0;
    for await (const _ of await model.stream(input, { callbacks: [handler] })) if (++count === 3) break;
    await wire.server.idle();
    clock.pass(30);
    await handler.closed();
    expect(expectOneRun(handler).last).toMatchObject({
      type: "error",
      error: { name: "CallTimeoutError", limit: "idle" },
    });
    await wire.server.idle();
  });

  it("ends with all of the answer when a reader of streamEvents() stops reading: it is pulled to its end", async () => {
    wire.server.reply(subject.scripts.streamed(pieces));
    const handler = new RecordingHandler();
    for await (const _ of subject.create(wire.server.url).streamEvents(input, { callbacks: [handler] })) break;
    await handler.closed();
    const run = expectOneRun(handler);
    expect(run.last.type).toBe("end");
    expect(messageOf(run).response_metadata.usage_source).toBe("server");
  });

  it("fails when nobody reads it for longer than `idleTimeout`", async () => {
    wire.server.reply(subject.scripts.streamed([...pieces, ...pieces, ...pieces]));
    const { handler } = await start({ idleTimeout: 30 });
    await wire.server.idle();
    clock.pass(30);
    await handler.closed();
    const run = expectOneRun(handler);
    expect(run.last).toMatchObject({ type: "error", error: { name: "CallTimeoutError", limit: "idle", limitMs: 30 } });
    expect(String((run.last as { error: Error }).error.message)).toContain("Nobody read the stream");
    expect(messageOf(run).usage_metadata?.output_tokens).toBeGreaterThan(0);
    await wire.server.idle();
  });
});
