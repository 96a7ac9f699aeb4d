import { describe, expect, it } from "@jest/globals";
import { ModelAbortError } from "@langchain/core/errors";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { stall } from "../support/wire_script.js";
import { paths, prepare, rejection, streamingPaths, type Path } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const input = "Say hello.";

describe.each(subjects)("$name: a call that is aborted", (subject) => {
  const create = (fields: MeteredChatModelInput) => subject.create(wire.server.url, fields);
  const aborted = { type: "error", error: { name: "ModelAbortError" } };

  describe.each(paths)("$name", (path: Path) => {
    it("sends nothing when it was aborted before", async () => {
      const { handler, go } = prepare(path, create);
      await rejection(go({ signal: AbortSignal.abort() }));
      // A chain may see the signal before its model does, and not wait for it.
      if (handler.events.length === 0) return;
      await handler.closed();
      expect(expectOneRun(handler).last).toMatchObject(aborted);
      expect(wire.server.requests).toEqual([]);
    });

    it("fails before the headers, and closes its socket", async () => {
      wire.server.reply(subject.scripts.whole({}, { before: [stall] }));
      const controller = new AbortController();
      const { handler, go } = prepare(path, create);
      const failing = rejection(go({ signal: controller.signal }));
      const request = await wire.server.received();
      controller.abort();
      await failing;
      await handler.closed();
      const run = expectOneRun(handler);
      expect(run.last).toMatchObject(aborted);
      expect(messageOf(run)).toMatchObject({
        text: "",
        usage_metadata: { output_tokens: 0 },
        response_metadata: { usage_source: "estimated" },
      });
      expect(messageOf(run).usage_metadata?.input_tokens).toBeGreaterThan(0);
      await request.closed;
      expect(request.aborted).toBe(true);
    });
  });

  describe.each(streamingPaths)("$name", (path: Path) => {
    it("fails between two chunks, with what was delivered", async () => {
      const waiting = gate();
      wire.server.reply(subject.scripts.streamed([{ text: "Hel" }, { text: "lo" }, waiting, { text: " there" }]));
      const controller = new AbortController();
      const { handler, go } = prepare(path, create);
      const failing = rejection(go({ signal: controller.signal }));
      await waiting.reached;
      await handler.when((events) => events.filter(({ type }) => type === "token" || type === "stream").length >= 2);
      controller.abort();
      await failing;
      await handler.closed();
      const run = expectOneRun(handler);
      expect(run.last).toMatchObject(aborted);
      expect(messageOf(run).text).toMatch(/^Hel(lo)?$/);
      expect(messageOf(run).usage_metadata?.output_tokens).toBeGreaterThan(0);
      await wire.server.idle();
    });

    it("fails when a handler aborts it in the middle of a token", async () => {
      wire.server.reply(subject.scripts.streamed());
      const controller = new AbortController();
      const { handler, go, model } = prepare(path, create);
      const abort = () => controller.abort();
      model.callbacks = [{ awaitHandlers: true, handleLLMNewToken: abort, handleChatModelStreamEvent: abort }];
      await rejection(go({ signal: controller.signal }));
      await handler.closed();
      expect(expectOneRun(handler).last).toMatchObject(aborted);
      await wire.server.idle();
    });
  });

  it("fails at once when it is aborted while its reader has a chunk in hand", async () => {
    wire.server.reply(
      subject.scripts.streamed([{ text: "a " }, { text: "b " }, { text: "c " }, { text: "d " }, stall]),
    );
    const controller = new AbortController();
    const handler = new RecordingHandler();
    const stream = await create({}).stream(input, { callbacks: [handler], signal: controller.signal });
    await handler.when((events) => events.filter(({ type }) => type === "token").length >= 1);
    controller.abort();
    await handler.closed();
    const run = expectOneRun(handler);
    expect(run.last).toMatchObject(aborted);
    expect(messageOf(run).text).toMatch(/^a /);
    const request = await wire.server.received();
    await request.closed;
    expect(request.aborted).toBe(true);
    const error = await rejection(
      (async () => {
        for await (const _ of stream);
      })(),
    );
    expect(error).toBe(controller.signal.reason);
  });

  it("gives the reader of a stream the error that it aborted with, once the run's handlers know", async () => {
    wire.server.reply(subject.scripts.streamed([{ text: "a " }, stall]));
    const controller = new AbortController();
    const handler = new RecordingHandler();
    const stream = await create({}).stream(input, { callbacks: [handler], signal: controller.signal });
    const reason = new Error("Enough.");
    const error = await rejection(
      (async () => {
        for await (const _ of stream) controller.abort(reason);
      })(),
    );
    expect(error).toBe(reason);
    expect(expectOneRun(handler).last).toMatchObject({ ...aborted, error: { cause: reason } });
  });

  it("rejects `invoke` with an error of LangChain's own that has what was spent", async () => {
    wire.server.reply(subject.scripts.whole({}, { before: [stall] }));
    const controller = new AbortController();
    const failing = rejection(create({}).invoke(input, { signal: controller.signal }));
    await wire.server.received();
    controller.abort("Enough.");
    const error = await failing;
    expect(ModelAbortError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ cause: "Enough.", lc_error_code: "MODEL_ABORTED" });
    expect(error).toMatchObject({ partialOutput: { usage_metadata: { output_tokens: 0 } } });
  });

  it("sends nothing when a handler aborts it as it starts", async () => {
    const controller = new AbortController();
    const handler = new RecordingHandler();
    const aborting = { awaitHandlers: true, handleChatModelStart: () => controller.abort() };
    await rejection(create({}).invoke(input, { callbacks: [handler, aborting], signal: controller.signal }));
    expect(expectOneRun(handler).last).toMatchObject(aborted);
    expect(wire.server.requests).toEqual([]);
  });

  it("leaves no listener on a signal that outlives it", async () => {
    wire.server.always(subject.scripts.whole());
    const { signal } = new AbortController();
    const model = create({});
    const counts = { added: 0, removed: 0 };
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => (
      counts.added++,
      addEventListener.apply(signal, args)
    );
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => (
      counts.removed++,
      removeEventListener.apply(signal, args)
    );
    for (let call = 0; call < 3; call++) await model.invoke(input, { signal });
    expect(counts.added).toBeGreaterThan(0);
    expect(counts.removed).toBe(counts.added);
  });
});
