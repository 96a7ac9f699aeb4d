import { getEventListeners } from "node:events";
import { describe, expect, it } from "@jest/globals";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun, expectRuns } from "../support/runs.js";
import { stall } from "../support/wire_script.js";
import { useClock } from "./clock.js";
import { collect, rejection } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const clock = useClock();

describe.each(subjects)("$name: calls do not disturb each other", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, { maxRetries: 0, ...fields });
  /** Answers to a prompt with "bad" in it fall silent after a piece; others wait there for the gate. */
  const script = (waiting = gate()) => {
    wire.server.always(({ text }) =>
      subject.scripts.streamed([
        { text: "one " },
        text.includes("bad") ? stall : waiting,
        { text: "two " },
        { text: "three" },
      ]),
    );
    return waiting;
  };

  it.each(["invoke", "stream"] as const)("leaves the siblings of an aborted %s whole", async (kind) => {
    const waiting = script();
    const model = create({ streaming: true });
    const controller = new AbortController();
    const handler = new RecordingHandler();
    const call = (prompt: string, signal?: AbortSignal) => {
      const options = { callbacks: [handler], signal };
      if (kind === "invoke") return model.invoke(prompt, options).then(({ text }) => text);
      return collect(model.stream(prompt, options)).then((chunks) => chunks.map(({ text }) => text).join(""));
    };
    const siblings = [call("good 1"), call("good 2")];
    const failing = rejection(call("bad", controller.signal));
    await handler.when((events) => events.filter(({ type }) => type === "token").length >= 3);
    controller.abort();
    await failing;
    await wire.server.when(({ openResponses }) => openResponses === 2);
    waiting.open();
    expect(await Promise.all(siblings)).toEqual(["one two three", "one two three"]);
    expect(
      expectRuns(handler, 3)
        .map(({ last }) => last.type)
        .sort(),
    ).toEqual(["end", "end", "error"]);
    const { requests } = wire.server;
    await Promise.all(requests.map(({ closed }) => closed));
    expect(requests.filter(({ aborted }) => aborted).map(({ text }) => text.includes("bad"))).toEqual([true]);
  });

  it("leaves the siblings of a stream whole that its reader left", async () => {
    const waiting = script();
    const model = create();
    const sibling = collect(model.stream("good"));
    for await (const _ of await model.stream("bad")) break;
    await wire.server.when(({ openResponses }) => openResponses === 1);
    waiting.open();
    expect((await sibling).map(({ text }) => text).join("")).toBe("one two three");
  });

  it("leaves the siblings of a call whole that timed out", async () => {
    const waiting = script();
    const handler = new RecordingHandler();
    const sibling = collect(create().stream("good"));
    const failing = rejection(create({ idleTimeout: 1_000, streaming: true }).invoke("bad", { callbacks: [handler] }));
    await handler.when((events) => events.some(({ type }) => type === "token"));
    clock.pass(1_000);
    await failing;
    waiting.open();
    expect((await sibling).map(({ text }) => text).join("")).toBe("one two three");
  });

  it("ends only its own calls when one signal is shared by some of them", async () => {
    const waiting = script();
    const model = create({ streaming: true });
    const controller = new AbortController();
    const shared = ["bad 1", "bad 2"].map((prompt) => rejection(model.invoke(prompt, { signal: controller.signal })));
    const sibling = model.invoke("good");
    await wire.server.received(3);
    controller.abort();
    const errors = await Promise.all(shared);
    expect(errors[0]).not.toBe(errors[1]);
    waiting.open();
    expect((await sibling).text).toBe("one two three");
  });

  it("listens once to a signal that many calls share: Node warns where there are more than ten", async () => {
    const waiting = script();
    const { signal } = new AbortController();
    const model = create({ streaming: true });
    const calls = Array.from({ length: 20 }, () => model.invoke("good", { signal }));
    await wire.server.received(20);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    waiting.open();
    await Promise.all(calls);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  describe("maxConcurrency", () => {
    it("counts a call until its body has ended", async () => {
      const atOnce: number[] = [];
      wire.server.always(() => {
        atOnce.push(wire.server.openResponses);
        return subject.scripts.streamed();
      });
      const model = create({ maxConcurrency: 1 });
      await Promise.all(["a", "b", "c", "d"].map((prompt) => collect(model.stream(prompt))));
      expect(atOnce).toEqual([1, 1, 1, 1]);
      const free = create();
      atOnce.length = 0;
      await Promise.all(["a", "b", "c", "d"].map((prompt) => collect(free.stream(prompt))));
      expect(Math.max(...atOnce)).toBeGreaterThan(1);
    });

    it.each<[string, (model: ReturnType<typeof create>) => Promise<unknown>]>([
      [
        "left",
        async (model) => {
          for await (const _ of await model.stream("bad")) break;
        },
      ],
      [
        "aborted",
        async (model) => {
          const controller = new AbortController();
          await rejection(
            (async () => {
              for await (const _ of await model.stream("bad", { signal: controller.signal })) controller.abort();
            })(),
          );
        },
      ],
      [
        "refused",
        async (model) => {
          wire.server.reply(subject.scripts.refusal(400, "no"));
          await rejection(model.invoke("bad"));
        },
      ],
    ])("frees the place of a call that is %s", async (_, end) => {
      script().open();
      const model = create({ maxConcurrency: 1 });
      await end(model);
      expect((await collect(model.stream("good"))).map(({ text }) => text).join("")).toBe("one two three");
    });

    it("frees the place of a stream that nobody reads after `idleTimeout`", async () => {
      wire.server.always(subject.scripts.streamed());
      const handler = new RecordingHandler();
      const model = create({ maxConcurrency: 1, idleTimeout: 1_000 });
      await model.stream("unread", { callbacks: [handler] });
      const next = collect(model.stream("good"));
      clock.pass(1_000);
      await handler.closed();
      expect((await next).length).toBeGreaterThan(1);
    });

    it("fails a call that is aborted while it waits for a place, without a request and without spend", async () => {
      const waiting = script();
      const model = create({ maxConcurrency: 1, streaming: true });
      const first = model.invoke("good");
      await waiting.reached;
      const controller = new AbortController();
      const handler = new RecordingHandler();
      const failing = rejection(model.invoke("bad", { signal: controller.signal, callbacks: [handler] }));
      await handler.when((events) => events.length > 0);
      controller.abort();
      expect((await failing).partialOutput).toBeUndefined();
      expect(expectOneRun(handler).last.type).toBe("error");
      waiting.open();
      await first;
      expect(wire.server.requests).toHaveLength(1);
      expect((await model.invoke("good")).text).toBe("one two three");
    });

    it("frees the place of a call that is aborted while it waits to try again", async () => {
      wire.server.reply(subject.scripts.refusal(503, "busy", { headers: { "retry-after": "30" } }));
      const controller = new AbortController();
      const failed = gate();
      const model = create({ maxConcurrency: 1, maxRetries: 1, onFailedAttempt: () => failed.arrive() });
      const failing = rejection(model.invoke("bad", { signal: controller.signal }));
      await failed.reached;
      controller.abort();
      await failing;
      wire.server.reply(subject.scripts.whole());
      expect((await model.invoke("good")).text).toBe("Hello there.");
      expect(wire.server.requests).toHaveLength(2);
    });
  });

  it("reads many streams at once without mixing them", async () => {
    wire.server.always(({ text }) => {
      const name = /name-(\d+)/.exec(text)?.[1] ?? "";
      return subject.scripts.streamed(
        [..."abcdef"].map((letter) => ({ text: `${letter}${name} ` })),
        { usage: { input: Number(name), output: 6 } },
      );
    });
    const handler = new RecordingHandler();
    const model = create();
    const names = Array.from({ length: 20 }, (_, index) => index + 1);
    await Promise.all(
      names.map((name) => collect(model.stream(`name-${name}`, { callbacks: [handler], runName: `${name}` }))),
    );
    for (const run of expectRuns(handler, 20)) {
      const message = messageOf(run);
      expect(message.text).toBe([..."abcdef"].map((letter) => `${letter}${run.start.runName} `).join(""));
      expect(message.usage_metadata?.input_tokens).toBe(Number(run.start.runName));
    }
    await wire.server.idle();
  });
});
