import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { stall } from "../support/wire_script.js";
import { collect, paths, prepare, rejection, streamingPaths } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const input = "Say hello.";
type Event =
  | "handleChatModelStart"
  | "handleLLMNewToken"
  | "handleChatModelStreamEvent"
  | "handleLLMEnd"
  | "handleLLMError";

/** A handler that throws at one kind of event. */
class Thrower extends BaseCallbackHandler {
  readonly name = `thrower_${crypto.randomUUID()}`;

  constructor(event: Event, raiseError: boolean) {
    super({ raiseError, _awaitHandler: true });
    Object.assign(this, { [event]: () => Promise.reject(new Error(`No more: ${event}.`)) });
  }
}

beforeEach(() => {
  // Core prints what handlers throw.
  for (const method of ["error", "warn"] as const) jest.spyOn(console, method).mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(subjects)("$name: handlers that throw", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, { maxRetries: 0, ...fields });
  const answers = () =>
    wire.server.always(({ json }) =>
      (json as { stream?: boolean }).stream ? subject.scripts.streamed() : subject.scripts.whole(),
    );

  describe.each(paths)("$name", (path) => {
    it("fail no call unless they ask for it", async () => {
      answers();
      for (const event of [
        "handleChatModelStart",
        "handleLLMNewToken",
        "handleChatModelStreamEvent",
        "handleLLMEnd",
      ] as const) {
        const { handler, go } = prepare(path, create);
        await go({ callbacks: [handler, new Thrower(event, false)] });
        expect(expectOneRun(handler).last.type).toBe("end");
      }
    });

    it("fail the call before its request where they ask for it", async () => {
      const { handler, go } = prepare(path, create);
      const error = await rejection(go({ callbacks: [new Thrower("handleChatModelStart", true), handler] }));
      expect(error.message).toContain("No more: handleChatModelStart.");
      expect(wire.server.requests).toEqual([]);
      expect(expectOneRun(handler).last).toMatchObject({ type: "error", error });
    });

    it("fail the call at its end where they ask for it, and the run ends once", async () => {
      answers();
      const { handler, go } = prepare(path, create);
      const error = await rejection(go({ callbacks: [handler, new Thrower("handleLLMEnd", true)] }));
      expect(error.message).toContain("No more: handleLLMEnd.");
      expect(expectOneRun(handler).last.type).toBe("end");
    });

    it("hide no failure of the call", async () => {
      wire.server.reply(subject.scripts.refusal(400, "no such option"));
      const { handler, go } = prepare(path, create);
      await rejection(go({ callbacks: [handler, new Thrower("handleLLMError", true)] }));
      expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { status: 400 } });
    });
  });

  it.each(streamingPaths)(
    "end the run in the middle where they ask for it, and the socket is closed: $name",
    async (path) => {
      wire.server.reply(subject.scripts.streamed([{ text: "Hel" }, { text: "lo" }, stall]));
      const { handler, go } = prepare(path, create);
      const throwers = [new Thrower("handleLLMNewToken", true), new Thrower("handleChatModelStreamEvent", true)];
      const error = await rejection(go({ callbacks: [handler, ...throwers] }));
      expect(error.message).toContain("No more: ");
      await handler.closed();
      const run = expectOneRun(handler);
      expect(run.last.type).toBe("error");
      expect(messageOf(run).usage_metadata?.input_tokens).toBeGreaterThan(0);
      await wire.server.idle();
    },
  );

  it("harm nobody when a call fails while its reader has a chunk in hand", async () => {
    wire.server.reply(subject.scripts.streamed([{ text: "a " }, { text: "b " }, { text: "c " }, stall]));
    const handler = new RecordingHandler();
    const controller = new AbortController();
    await create().stream(input, {
      callbacks: [handler, new Thrower("handleLLMError", true)],
      signal: controller.signal,
    });
    controller.abort();
    await handler.closed();
    await wire.server.idle();
    expect(expectOneRun(handler).last.type).toBe("error");
  });
});

describe.each(subjects)("$name: handlers that take their time", (subject) => {
  it("are waited for: what they know is there when the call returns", async () => {
    for (const kind of ["invoke", "stream", "streamEvents"] as const) {
      wire.server.reply(kind === "invoke" ? subject.scripts.whole() : subject.scripts.streamed());
      const slow = gate();
      const known: string[] = [];
      const handler = {
        awaitHandlers: true,
        handleLLMEnd: async () => {
          slow.arrive();
          await slow.opened;
          known.push(kind);
        },
      };
      const model = subject.create(wire.server.url, { callbacks: [handler] });
      const calling = kind === "stream" ? collect(model.stream(input)) : Promise.resolve(model[kind](input));
      await slow.reached;
      expect(known).toEqual([]);
      slow.open();
      await calling;
      expect(known).toEqual([kind]);
    }
  });

  it("are told of tools as the model sends them, however they were passed", async () => {
    wire.server.reply(subject.scripts.whole({ usage: null }));
    const weather = tool(() => "Rain.", {
      name: "weather",
      description: "Says it.",
      schema: z.object({ city: z.string() }),
    });
    const plain = { name: "time", description: "Says it.", schema: z.object({ place: z.string() }) };
    const asked: unknown[] = [];
    const watcher = Object.assign(new RecordingHandler(), {
      admit: (call: { tools?: unknown }) => {
        asked.push(call.tools);
        return Promise.resolve({});
      },
    });
    const message = await subject
      .create(wire.server.url)
      .invoke(input, { tools: [weather, plain as never], callbacks: [watcher] });
    expect(asked).toMatchObject([
      [
        { function: { name: "weather", parameters: { properties: { city: {} } } } },
        { function: { name: "time", parameters: { properties: { place: {} } } } },
      ],
    ]);
    // Two schemas are more than the message.
    expect(message.usage_metadata?.input_tokens).toBeGreaterThan(40);
    expect(message.usage_metadata?.input_tokens).toBeLessThan(400);
  });
});
