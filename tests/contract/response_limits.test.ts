import { describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { ResponseTooLargeError } from "../../src/base/errors.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { stall, type Step } from "../support/wire_script.js";
import { collect, rejection } from "./paths.js";
import { chatsOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";
import { gzipSync } from "node:zlib";

const wire = useServer();
const input = "Say hello.";
const long = "x".repeat(50_000);
const limits = { maxResponseBytes: 20_000, maxEventBytes: 10_000 };

describe.each(subjects)("$name: an answer that is larger than it may be", (subject) => {
  const create = (fields: MeteredChatModelInput) => subject.create(wire.server.url, fields);
  /** Text, then an event without an end, then nothing: the client has to hang up. */
  const flood = (step: Step) => subject.scripts.streamed([{ text: "Hel" }, { text: "lo" }, step as string, stall]);

  it.each([
    ["maxResponseBytes", { maxResponseBytes: 20_000 }],
    ["maxEventBytes", { maxEventBytes: 20_000 }],
  ] as const)("ends a stream by `%s`, with what was delivered", async (option, fields) => {
    wire.server.reply(flood(long));
    const handler = new RecordingHandler();
    let text = "";
    const read = async () => {
      for await (const chunk of await create(fields).stream(input, { callbacks: [handler] })) text += chunk.text;
    };
    const error = await rejection(read());

    expect(error).toBeInstanceOf(ResponseTooLargeError);
    expect(error).toMatchObject({ option, limitBytes: 20_000 });
    expect(error.message).toContain(`\`${option}\` (20000 bytes)`);
    expect(error.message).toContain(`Raise \`${option}\``);
    expect(getRetryable(error)).toBe(false);
    expect(text).toBe("Hello");
    expect(error.partialOutput).toMatchObject({ text: "Hello", response_metadata: { usage_source: "estimated" } });
    expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { partialOutput: { text: "Hello" } } });
    const [request] = chatsOf(wire.server);
    await request?.closed;
    expect(request?.aborted).toBe(true);
    expect(chatsOf(wire.server)).toHaveLength(1);
  });

  it("ends one that comes whole", async () => {
    wire.server.reply(subject.scripts.whole({ text: long }));
    const error = await rejection(create({ maxResponseBytes: 20_000 }).invoke(input));
    expect(error).toBeInstanceOf(ResponseTooLargeError);
    expect(error).toMatchObject({ option: "maxResponseBytes", partialOutput: { usage_metadata: expect.anything() } });
    expect(chatsOf(wire.server)).toHaveLength(1);
  });

  it("counts bytes once they have been decompressed", async () => {
    const { steps, headers } = subject.scripts.whole({ text: long });
    const body = gzipSync(steps.join(""));
    expect(body.length).toBeLessThan(limits.maxResponseBytes);
    const packed = { ...headers, "content-encoding": "gzip", "content-length": String(body.length) };
    wire.server.reply({ status: 200, headers: packed, before: [], steps: [body], after: [] });
    expect(await rejection(create(limits).invoke(input))).toBeInstanceOf(ResponseTooLargeError);
  });

  it("keeps the server's figure where it came before", async () => {
    const [first, ...rest] = subject.scripts.streamed([{ text: "Hello" }]).steps;
    const steps = [first ?? "", ...rest, long, stall];
    wire.server.reply({ ...subject.scripts.streamed(), steps });
    const chunks = await collect(create(limits).stream(input));
    expect(chunks.map(({ text }) => text).join("")).toBe("Hello");
    expect(chunks.at(-1)?.response_metadata.usage_source).toBe("server");
  });

  it("is one that fits in all of its bounds", async () => {
    wire.server.reply(subject.scripts.streamed([{ text: "Hello" }]));
    expect((await collect(create(limits).stream(input))).map(({ text }) => text).join("")).toBe("Hello");
  });

  it("is not the explanation of an error", async () => {
    wire.server.reply(subject.scripts.refusal(400, `no: ${long}`));
    expect(await rejection(create({ maxResponseBytes: 100 }).invoke(input))).toMatchObject({ status: 400 });
  });

  it.each(["maxResponseBytes", "maxEventBytes"] as const)("is refused by its option: %s", (option) => {
    for (const value of [0, -1, 1.5, Infinity, 2 ** 29, "1"])
      expect(() => create({ [option]: value })).toThrow(`\`${option}\` is `);
    expect(create({ [option]: 2 ** 28 }).toJSON()).toMatchObject({ kwargs: expect.anything() });
  });
});
