import { describe, expect, it } from "@jest/globals";
import type { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { cut, hangUp, reset } from "../support/wire_script.js";
import { refusedUrl } from "../support/wire_server.js";
import { collect, paths, prepare, rejection, streamingPaths } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";
import type { ScriptedUsage } from "./wires/answer_script.js";

const wire = useServer();
const input = "Say hello.";

interface Metadata {
  usage_source: string;
  usage_estimate?: { reason: string; inputTokens: [number, number]; outputTokens: [number, number | undefined] };
}

const metadataOf = (message: AIMessage | AIMessageChunk) => message.response_metadata as unknown as Metadata;

describe.each(subjects)("$name: every end carries usage", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, { maxRetries: 0, ...fields });
  const answer = (streams: boolean, usage?: ScriptedUsage | null) =>
    streams ? subject.scripts.streamed(undefined, { usage }) : subject.scripts.whole({ usage });

  describe.each(paths)("$name", (path) => {
    it.each<ScriptedUsage>([
      { input: 23, output: 7 },
      { input: 23, output: 7, cached: 16 },
      { input: 23, output: 7, cached: 0, reasoning: 3 },
      { input: 23, output: 7, reasoning: 0 },
    ])("ends with the server's figure: %j", async (usage) => {
      wire.server.reply(answer(path.streams, usage));
      const { handler, go } = prepare(path, create);
      await go();
      const message = messageOf(expectOneRun(handler));
      expect(message.usage_metadata).toEqual(subject.scripts.usage(usage));
      expect(metadataOf(message).usage_source).toBe("server");
      expect(metadataOf(message).usage_estimate).toBeUndefined();
    });

    it("ends with an estimate that says so where the server gave no figure", async () => {
      wire.server.reply(answer(path.streams, null));
      const { handler, go } = prepare(path, create);
      await go();
      const message = messageOf(expectOneRun(handler));
      const { usage_source, usage_estimate } = metadataOf(message);
      const { input_tokens = 0, output_tokens = 0, total_tokens } = message.usage_metadata ?? {};
      expect(usage_source).toBe("estimated");
      expect(usage_estimate?.reason).toBe("the server reported no usage");
      expect(total_tokens).toBe(input_tokens + output_tokens);
      // "Hello there." is three tokens by any vocabulary that is near.
      expect(output_tokens).toBeGreaterThanOrEqual(2);
      expect(output_tokens).toBeLessThanOrEqual(5);
      expect(input_tokens).toBeGreaterThan(0);
      expectWithin(input_tokens, usage_estimate?.inputTokens);
      expect(usage_estimate?.outputTokens[0]).toBeLessThanOrEqual(output_tokens);
      // A server may generate and charge for more than it shows, such as reasoning; only a limit bounds that.
      expect(usage_estimate?.outputTokens[1]).toBeUndefined();
    });
  });

  describe.each(streamingPaths)("$name", (path) => {
    it.each([
      ["a cut", cut],
      ["a reset", reset],
      ["an error event", subject.scripts.errorPiece("out of memory")],
    ])("fails after %s with the spend on the error", async (_, fault) => {
      wire.server.reply(
        subject.scripts.streamed([{ text: "Hello there, " }, { text: "how are you?" }, fault], { ended: false }),
      );
      const { handler, go } = prepare(path, create, { maxTokens: 50 });
      const error = await rejection(go());
      const run = expectOneRun(handler);
      const message = messageOf(run);
      expect(message.text).toBe("Hello there, how are you?");
      expect(error.partialOutput).toBe(message);
      expect(metadataOf(message).usage_source).toBe("estimated");
      expect(message.usage_metadata?.output_tokens).toBeGreaterThan(3);
      // More may have been generated than was delivered, up to the limit of the request.
      expect(metadataOf(message).usage_estimate?.outputTokens[1]).toBe(50);
      expect(metadataOf(message).usage_estimate?.reason).toBe(error.message);
    });
  });

  it("has the figure on exactly one chunk, and on the one with it says where it is from", async () => {
    for (const usage of [{ input: 23, output: 7 }, null]) {
      wire.server.reply(subject.scripts.streamed(undefined, { usage }));
      const chunks = await collect(create().stream(input));
      const withUsage = chunks.filter((chunk) => chunk.usage_metadata !== undefined);
      const withSource = chunks.filter((chunk) => "usage_source" in chunk.response_metadata);
      expect(withUsage).toHaveLength(1);
      expect(withSource).toEqual(withUsage);
    }
  });

  it("shows handlers the chunk with the usage as a token too", async () => {
    wire.server.reply(subject.scripts.streamed());
    const handler = new RecordingHandler();
    await collect(create().stream(input, { callbacks: [handler] }));
    const { tokens } = expectOneRun(handler);
    const messages = tokens.map(({ chunk }) => (chunk as unknown as { message: AIMessageChunk }).message);
    expect(messages.filter((message) => message.usage_metadata)).toHaveLength(1);
  });

  it("gives a user who adds up the chunks what the run's handlers were given", async () => {
    const pieces = [
      { reasoning: "Let me " },
      { reasoning: "think." },
      { text: "I will " },
      { text: "look." },
      { call: { id: "call_a", name: "look", args: { at: "it", deep: { n: 1 } } } },
      { call: { id: "call_b", name: "look", args: {} } },
    ];
    wire.server.reply(subject.scripts.streamed(pieces, { usage: { input: 23, output: 7, cached: 4 } }));
    const handler = new RecordingHandler();
    const chunks = await collect(create().stream(input, { callbacks: [handler] }));
    const sum = chunks.reduce((total, chunk) => concat(total, chunk));
    const message = messageOf(expectOneRun(handler));
    expect(sum.content).toEqual(message.content);
    expect(sum.tool_calls).toEqual(message.tool_calls);
    expect(sum.invalid_tool_calls).toEqual([]);
    // Core's sum has an empty object where a detail is not known.
    expect(sum.usage_metadata).toMatchObject({ ...message.usage_metadata });
    expect(sum.additional_kwargs).toEqual(message.additional_kwargs);
    expect(sum.response_metadata).toEqual(message.response_metadata);
    expect(sum.id).toBe(message.id);
  });

  it("gives the same facts streamed and not", async () => {
    wire.server.reply(
      subject.scripts.whole({ reasoning: "Hm.", text: "Yes." }),
      subject.scripts.streamed([{ reasoning: "Hm." }, { text: "Yes." }]),
    );
    const whole = await create().invoke(input);
    const streamed = await create({ streaming: true }).invoke(input);
    const { created: _, metered_timing: __, ...facts } = whole.response_metadata;
    expect(streamed.response_metadata).toMatchObject(facts);
    expect(streamed.text).toBe(whole.text);
    expect(streamed.additional_kwargs).toEqual(whole.additional_kwargs);
    expect(streamed.usage_metadata).toEqual(whole.usage_metadata);
  });

  it("counts nothing on an error where nothing was answered", async () => {
    wire.server.reply(subject.scripts.refusal(400, "no"));
    expect((await rejection(create().invoke(input))).partialOutput).toBeUndefined();
    const unreachable = subject.create(await refusedUrl(), { maxRetries: 0 });
    expect((await rejection(unreachable.invoke(input))).partialOutput).toBeUndefined();
  });

  it("counts the prompt where the server may have worked on it before it hung up", async () => {
    for (const fault of [cut, reset]) {
      wire.server.reply(hangUp(fault));
      const { partialOutput } = await rejection(create().invoke("A question of some length, to be counted."));
      const message = partialOutput as AIMessage;
      expect(message.usage_metadata).toMatchObject({ output_tokens: 0 });
      expect(message.usage_metadata?.input_tokens).toBeGreaterThan(8);
      expect(metadataOf(message).usage_estimate?.inputTokens[1]).toBeGreaterThan(8);
      expect(metadataOf(message).usage_estimate?.outputTokens).toEqual([0, undefined]);
    }
  });

  it("says when, where and for whom: what pricing needs", async () => {
    wire.server.reply(subject.scripts.whole({ model: "served-by-this" }));
    const before = Math.floor(Date.now() / 1000);
    const message = await create({ pricing: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 } }).invoke(input);
    expect(message.response_metadata).toMatchObject({
      model_name: "served-by-this",
      model: "served-by-this",
      model_provider: subject.provider,
      metered: {
        requested_model: "test-model",
        private_host: true,
        host: new URL(wire.server.url).host,
        pricing: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
      },
    });
    expect(message.response_metadata.created).toBeGreaterThanOrEqual(before);
  });
});

function expectWithin(value: number, bounds: readonly [number, number | undefined] | undefined): void {
  expect(bounds?.[0]).toBeLessThanOrEqual(value);
  expect(bounds?.[1] ?? 0).toBeGreaterThanOrEqual(value);
}
