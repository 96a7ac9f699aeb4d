import { describe, expect, it } from "@jest/globals";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { gate } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { hangUp, reset, stall, text, type Script } from "../support/wire_script.js";
import { useClock } from "./clock.js";
import { rejection } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects, type Subject } from "./subjects.js";

const wire = useServer();
const clock = useClock();
const input = "Say hello.";
/** Longer than any wait between two attempts. */
const anyWait = 20_000;
/** Bytes of the input, of a template, and of what it adds to a message. */
const MOST_INPUT = 10 + 2_048 + 64;

type Make = (subject: Subject) => Script;

const page: Make = () => text(504, "<html>504 Gateway Time-out</html>", { headers: { "content-type": "text/html" } });
const refused =
  (status: number): Make =>
  (subject) =>
    subject.scripts.refusal(status, "not now");

describe.each(subjects)("$name: a request that was lost on the way", (subject) => {
  /** Invokes a model whose first attempts fail. */
  const invoke = async (failures: Make[], fields: MeteredChatModelInput = {}) => {
    wire.server.reply(...failures.map((make) => make(subject)), subject.scripts.whole());
    let failed = gate();
    const handler = new RecordingHandler();
    const model = subject.create(wire.server.url, {
      maxRetries: failures.length,
      onFailedAttempt: () => failed.arrive(),
      ...fields,
    });
    const calling = model.invoke(input, { callbacks: [handler] }).catch(() => undefined);
    for (const _ of failures) {
      await failed.reached;
      failed = gate();
      await clock.passSoon(anyWait);
    }
    await calling;
    return messageOf(expectOneRun(handler));
  };

  it.each<[string, Make]>([
    ["a reset", () => hangUp(reset)],
    ["a hang-up", () => hangUp()],
    ["a gateway that gave up", page],
  ])("may have been charged too: %s", async (_, failure) => {
    const { usage_metadata, response_metadata } = await invoke([failure], { maxTokens: 50 });
    expect(usage_metadata).toEqual(subject.scripts.usage({ input: 23, output: 7 }));
    expect(response_metadata).toMatchObject({
      usage_source: "estimated",
      usage_estimate: {
        reason: "a request of the call was lost on the way, and may have been charged too",
        inputTokens: [23, 23 + MOST_INPUT],
        outputTokens: [7, 57],
      },
    });
  });

  it.each([429, 500, 503])("costs nothing when the server refused it with %i", async (status) => {
    const { usage_metadata, response_metadata } = await invoke([refused(status)]);
    expect(usage_metadata).toEqual(subject.scripts.usage({ input: 23, output: 7 }));
    expect(response_metadata.usage_source).toBe("server");
  });

  it("counts each that was lost, and nothing bounds them without a limit", async () => {
    const { response_metadata } = await invoke([() => hangUp(reset), refused(503), page]);
    expect(response_metadata.usage_estimate).toMatchObject({
      inputTokens: [23, 23 + 2 * MOST_INPUT],
      outputTokens: [7, undefined],
    });
  });

  it("is on the error when the last attempt was refused", async () => {
    wire.server.reply(hangUp(reset), subject.scripts.refusal(503, "busy"));
    const failed = gate();
    const model = subject.create(wire.server.url, {
      maxRetries: 1,
      maxTokens: 50,
      onFailedAttempt: () => failed.arrive(),
    });
    const failing = rejection(model.invoke(input));
    await failed.reached;
    await clock.passSoon(anyWait);
    expect(await failing).toMatchObject({
      status: 503,
      partialOutput: {
        response_metadata: {
          usage_source: "estimated",
          usage_estimate: { inputTokens: [0, MOST_INPUT], outputTokens: [0, 50] },
        },
      },
    });
  });

  it("may be one that was aborted before its answer began: that the prompt was read is not certain", async () => {
    wire.server.reply(subject.scripts.whole({}, { before: [stall] }));
    const controller = new AbortController();
    const failing = rejection(
      subject.create(wire.server.url, { maxTokens: 50 }).invoke("long ".repeat(100), { signal: controller.signal }),
    );
    await wire.server.received();
    controller.abort();
    expect(await failing).toMatchObject({
      partialOutput: {
        response_metadata: { usage_estimate: { inputTokens: [0, 500 + 2_048 + 64], outputTokens: [0, 50] } },
      },
    });
  });

  it("may be one that was answered with a page: who made it is not known", async () => {
    wire.server.reply(text(200, "<html>It works!</html>", { headers: { "content-type": "text/html" } }));
    const error = await rejection(subject.create(wire.server.url, { maxRetries: 0, maxTokens: 50 }).invoke(input));
    expect(error).toMatchObject({
      partialOutput: {
        response_metadata: {
          usage_source: "estimated",
          usage_estimate: { inputTokens: [0, expect.any(Number)], outputTokens: [0, 50] },
        },
      },
    });
  });
});
