import { describe, expect, it } from "@jest/globals";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { stall } from "../support/wire_script.js";
import { useClock } from "./clock.js";
import { paths, prepare, rejection, streamingPaths, type Path } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const clock = useClock();
const input = "Say hello.";
const limitMs = 5_000;

describe.each(subjects)("$name: a call that takes too long", (subject) => {
  const create = (fields: MeteredChatModelInput) => subject.create(wire.server.url, fields);
  const silent = () => subject.scripts.whole({}, { before: [stall] });
  const begun = () => subject.scripts.streamed([{ text: "Hel" }, { text: "lo" }, stall]);
  const timedOut = (limit: string) => ({ type: "error", error: { name: "CallTimeoutError", limit, limitMs } });
  const hasToken = (handler: RecordingHandler) =>
    handler.when((events) => events.some(({ type }) => type === "token" || type === "stream"));

  describe.each(paths)("$name", (path: Path) => {
    it.each([
      ["timeout", "call"],
      ["firstByteTimeout", "firstByte"],
    ])("fails before its answer after `%s`, and closes its socket", async (option, limit) => {
      wire.server.reply(silent());
      const { handler, go } = prepare(path, create, { [option]: limitMs });
      const failing = rejection(go());
      const request = await wire.server.received();
      clock.pass(limitMs - 1);
      expect(handler.events.at(-1)?.type).toBe("start");
      clock.pass(1);
      await failing;
      await handler.closed();
      const run = expectOneRun(handler);
      expect(run.last).toMatchObject(timedOut(limit));
      expect(messageOf(run).response_metadata.usage_source).toBe("estimated");
      await request.closed;
      expect(request.aborted).toBe(true);
    });

    it("fails after the call option `timeout`", async () => {
      wire.server.reply(silent());
      const { handler, go } = prepare(path, create);
      // Core makes a signal of this one, which keeps Node's own time. Whenever that is over, the answer has not come.
      await rejection(go({ timeout: 20 }));
      await handler.closed();
      expect(expectOneRun(handler).last).toMatchObject({
        type: "error",
        error: { name: "CallTimeoutError", limit: "call" },
      });
      await wire.server.idle();
    });
  });

  describe.each(streamingPaths)("$name", (path: Path) => {
    it.each([
      ["timeout", "call"],
      ["idleTimeout", "idle"],
    ])("fails in the middle after `%s`, with what was delivered", async (option, limit) => {
      wire.server.reply(begun());
      const { handler, go } = prepare(path, create, { [option]: limitMs });
      const failing = rejection(go());
      await hasToken(handler);
      clock.pass(limitMs);
      await failing;
      await handler.closed();
      const run = expectOneRun(handler);
      expect(run.last).toMatchObject(timedOut(limit));
      expect(messageOf(run).text).toMatch(/^Hel(lo)?$/);
      await wire.server.idle();
    });
  });

  it.each([
    ["timeout", silent],
    ["firstByteTimeout", silent],
    ["idleTimeout", begun],
  ])("rejects with an error that names the limit: %s", async (option, script) => {
    wire.server.reply(script());
    const handler = new RecordingHandler();
    const failing = rejection(create({ [option]: limitMs, streaming: true, callbacks: [handler] }).invoke(input));
    await (option === "idleTimeout" ? hasToken(handler) : wire.server.received());
    clock.pass(limitMs);
    const error = await failing;
    expect(error.message).toContain(`\`${option}\``);
    expect(error.message).toContain(`${limitMs} ms`);
    expect(error).toMatchObject({ limitMs, partialOutput: { usage_metadata: { input_tokens: expect.any(Number) } } });
  });

  it.each([
    ["idleTimeout", "idle"],
    ["timeout", "call"],
  ])("ends a stream that nobody reads after `%s`", async (option, limit) => {
    wire.server.reply(subject.scripts.streamed([{ text: "a " }, { text: "b " }, { text: "c " }, { text: "d " }]));
    const handler = new RecordingHandler();
    const stream = await create({ [option]: limitMs }).stream(input, { callbacks: [handler] });
    await wire.server.idle();
    clock.pass(limitMs);
    await handler.closed();
    expect(expectOneRun(handler).last).toMatchObject(timedOut(limit));
    const error = await rejection(
      (async () => {
        for await (const _ of stream);
      })(),
    );
    expect(error).toMatchObject({ name: "CallTimeoutError", limit });
    expect(error.message).toContain(limit === "idle" ? "Nobody read the stream" : "`timeout`");
  });

  it("lets a reader take its time where the user set no limit", async () => {
    wire.server.reply(subject.scripts.streamed([{ text: "a " }, { text: "b " }, { text: "c " }, { text: "d " }]));
    const handler = new RecordingHandler();
    const stream = await create({}).stream(input, { callbacks: [handler] });
    clock.pass(500_000);
    let text = "";
    for await (const chunk of stream) text += chunk.text;
    expect(text).toBe("a b c d ");
    expect(expectOneRun(handler).last.type).toBe("end");
  });

  it("is not ended by limits of 0, which switch them off", async () => {
    wire.server.reply(begun());
    const handler = new RecordingHandler();
    const stream = await create({ timeout: 0, idleTimeout: 0, firstByteTimeout: 0 }).stream(input, {
      callbacks: [handler],
    });
    clock.pass(10_000_000);
    for await (const _ of stream) break;
    expect(expectOneRun(handler).last.type).toBe("end");
  });
});
