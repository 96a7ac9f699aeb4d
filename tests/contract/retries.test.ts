import { describe, expect, it } from "@jest/globals";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "../../src/models/options.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { hangUp, reset, text } from "../support/wire_script.js";
import { refusedUrl } from "../support/wire_server.js";
import { useClock } from "./clock.js";
import { collect, rejection } from "./paths.js";
import { chatsOf, messageOf, useServer, watch } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const clock = useClock();
const input = "Say hello.";
/** Longer than any wait of the default policy between two attempts. */
const anyWait = 20_000;

const kinds: [string, (model: MeteredChatModel, options?: Partial<MeteredCallOptions>) => Promise<unknown>][] = [
  ["invoke", (model, options) => model.invoke(input, options)],
  ["stream", (model, options) => collect(model.stream(input, options))],
];

describe.each(subjects)("$name: one retry layer", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, fields);
  const refusal = (status: number, headers: Record<string, string> = {}) =>
    subject.scripts.refusal(status, "not now", { headers });
  const answer = (kind: string) => (kind === "stream" ? subject.scripts.streamed() : subject.scripts.whole());

  describe.each(kinds)("%s", (kind, call) => {
    it("closes the socket of an error whose page is too long to read, once another attempt has been answered", async () => {
      const page = text(503, "x".repeat(8_000_000));
      wire.server.reply(page, answer(kind));
      const failed = gate();
      const calling = call(create({ onFailedAttempt: () => failed.arrive() }));
      await failed.reached;
      await clock.passSoon(anyWait);
      await calling;
      await wire.server.when(({ openResponses }) => openResponses === 0);
    });

    it.each([
      ["a 503", () => refusal(503), { status: 503 }],
      ["a 500", () => refusal(500), { status: 500 }],
      ["a 429 without a hint", () => refusal(429), { status: 429 }],
      ["a reset", () => hangUp(reset), {}],
      ["a hang-up", () => hangUp(), {}],
    ])("tries again after %s, in the same run", async (_, script, attempt) => {
      wire.server.reply(script(), answer(kind));
      const handler = new RecordingHandler();
      const failed = gate();
      const calling = call(create({ onFailedAttempt: () => failed.arrive() }), { callbacks: [handler] });
      await failed.reached;
      await clock.passSoon(anyWait);
      await calling;
      const message = messageOf(expectOneRun(handler));
      expect(message.text).toBe("Hello there.");
      expect(message.usage_metadata).toEqual(subject.scripts.usage({ input: 23, output: 7 }));
      expect(message.response_metadata.requests).toEqual([
        { ...attempt, error: expect.any(String), reached: true },
        { status: 200, reached: true, usage: message.usage_metadata },
      ]);
      expect(wire.server.requests.map(({ text }) => text)).toEqual(
        Array.from({ length: 2 }, () => wire.server.requests[0]?.text),
      );
    });

    it.each([400, 401, 402, 403, 404, 413, 422])("does not send again what was answered %i", async (status) => {
      wire.server.reply(refusal(status));
      const error = await rejection(call(create()));
      expect(error).toMatchObject({ name: "ServerError", status });
      expect(chatsOf(wire.server)).toHaveLength(1);
    });

    it("waits as long as the server says, and no longer", async () => {
      wire.server.reply(refusal(429, { "retry-after": "7" }), answer(kind));
      const failed = gate();
      const calling = call(create({ onFailedAttempt: () => failed.arrive() }));
      await failed.reached;
      await clock.passSoon(6_999);
      expect(chatsOf(wire.server)).toHaveLength(1);
      await clock.passSoon(1);
      await calling;
      expect(chatsOf(wire.server)).toHaveLength(2);
    });

    it("gives up at once when the server asks for more than a minute", async () => {
      wire.server.reply(refusal(429, { "retry-after": "61" }));
      expect(await rejection(call(create()))).toMatchObject({ status: 429, retryAfterMs: 61_000 });
      expect(chatsOf(wire.server)).toHaveLength(1);
    });

    it("makes as many attempts as `maxRetries` allows, in the constructor and per call", async () => {
      wire.server.always(refusal(503, { "retry-after": "0" }));
      for (const [fields, options, attempts] of [
        [{}, {}, 3],
        [{ maxRetries: 1 }, {}, 2],
        [{ maxRetries: 0 }, {}, 1],
        [{ maxRetries: 0 }, { maxRetries: 1 }, 2],
        [{ maxRetries: 4 }, { maxRetries: 0 }, 1],
      ] as const) {
        const before = wire.server.requests.length;
        const calling = watch(rejection(call(create(fields), options)));
        while (!calling.settled) await clock.passSoon(1);
        expect(await calling).toMatchObject({ status: 503 });
        expect(wire.server.requests.length - before).toBe(attempts);
      }
    });

    it("sends nothing more when it is aborted while it waits", async () => {
      wire.server.reply(refusal(503));
      const controller = new AbortController();
      const failed = gate();
      const handler = new RecordingHandler();
      const calling = rejection(
        call(create({ onFailedAttempt: () => failed.arrive() }), { signal: controller.signal, callbacks: [handler] }),
      );
      await failed.reached;
      await clock.passSoon(500);
      controller.abort();
      await calling;
      expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { name: "ModelAbortError" } });
      await clock.passSoon(anyWait);
      expect(chatsOf(wire.server)).toHaveLength(1);
    });

    it("counts its waits towards `timeout`", async () => {
      wire.server.reply(refusal(503, { "retry-after": "50" }));
      const failed = gate();
      const calling = rejection(call(create({ timeout: 10_000, onFailedAttempt: () => failed.arrive() })));
      await failed.reached;
      await clock.passSoon(10_000);
      expect(await calling).toMatchObject({ name: "CallTimeoutError", limit: "call" });
      expect(chatsOf(wire.server)).toHaveLength(1);
    });

    it("tells the user's `onFailedAttempt` of each failure, and stops when it throws", async () => {
      wire.server.always(refusal(503));
      const told: unknown[] = [];
      const enough = new Error("Enough.");
      const model = create({
        onFailedAttempt: (error: unknown) => {
          told.push(error);
          throw enough;
        },
      });
      expect(await rejection(call(model))).toBe(enough);
      expect(told).toMatchObject([{ status: 503 }]);
      expect(chatsOf(wire.server)).toHaveLength(1);
    });
  });

  it("does not send again once an answer has begun", async () => {
    wire.server.always(subject.scripts.streamed([{ text: "Hel" }, reset], { ended: false }));
    expect(await rejection(collect(create().stream(input)))).toMatchObject({
      name: "ConnectionError",
      partialOutput: { content: "Hel" },
    });
    expect(chatsOf(wire.server)).toHaveLength(1);
  });

  it("does not send again what came as an error inside an answer", async () => {
    wire.server.always(subject.scripts.errorInBody("overloaded"));
    await rejection(create().invoke(input));
    expect(chatsOf(wire.server)).toHaveLength(1);
  });

  it("tries again where nobody listens, and spends nothing there", async () => {
    let failures = 0;
    const failed = [gate(), gate(), gate()];
    const model = subject.create(await refusedUrl(), { onFailedAttempt: () => failed[failures++]?.arrive() });
    const calling = rejection(model.invoke(input));
    for (const { reached } of failed) {
      await reached;
      await clock.passSoon(anyWait);
    }
    const error = await calling;
    expect(error).toMatchObject({ name: "ConnectionError", code: "ECONNREFUSED" });
    expect(error.partialOutput).toBeUndefined();
    expect(failures).toBe(3);
  });
});
