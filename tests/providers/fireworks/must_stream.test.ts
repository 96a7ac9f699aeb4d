import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { cut, json, sse } from "../../support/wire_script.js";
import { gate } from "../../support/gate.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { expectOneRun } from "../../support/runs.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { event, fireworks, lastBody, lastEvent, streamed, usageEvent } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

const message = "Requests with max_tokens > 4096 must have stream=true";
const refusal = json(400, { error: { message, param: "max_tokens", code: "BAD_REQUEST", type: "error" } });
const streams = () => server.requests.map(({ json: body }) => (body as { stream: boolean }).stream);
const large = { maxTokens: 8_000 } as const;

describe("a large request that Fireworks refuses unless it is streamed", () => {
  it("fails with words that say what to do, when nothing else was asked for", async () => {
    for (const streaming of [false, undefined]) {
      server.reply(refusal);
      const error = await fireworks(server, { ...large, streaming })
        .invoke("Hi.")
        .catch((reason: Error) => reason);
      expect(error).toMatchObject({ status: 400, code: "BAD_REQUEST", message: expect.stringContaining(message) });
      expect((error as Error).message).toContain('Use `stream`, set `streaming: "auto"`, or ask for fewer tokens.');
    }
    expect(streams()).toEqual([false, false]);
  });

  it('is streamed underneath with `streaming: "auto"`: one run, one answer, the usage once', async () => {
    server.reply(refusal, streamed([{ reasoning_content: "Hm." }, { content: "Hel" }, { content: "lo." }]));
    const handler = new RecordingHandler();
    const model = fireworks(server, { ...large, streaming: "auto" });
    const answer = await model.invoke("Hi.", { callbacks: [handler] });
    expect(answer).toMatchObject({
      content: "Hello.",
      additional_kwargs: { reasoning_content: "Hm." },
      usage_metadata: { input_tokens: 35, output_tokens: 9 },
    });
    expect(answer.response_metadata).toMatchObject({
      finish_reason: "stop",
      usage_source: "server",
      requests: [{ status: 400 }, { status: 200 }],
    });
    expect(streams()).toEqual([false, true]);
    expect(lastBody(server)).toMatchObject({ max_tokens: 8_000, stream_options: { include_usage: true } });
    expect(expectOneRun(handler).last.type).toBe("end");
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 35, outputTokens: 9 });
  });

  it('asks once, and not for a stream, where nothing is refused with `streaming: "auto"`', async () => {
    server.reply(json(200, { choices: [{ index: 0, finish_reason: "stop", message: { content: "Hello." } }] }));
    expect((await fireworks(server, { streaming: "auto" }).invoke("Hi.")).text).toBe("Hello.");
    expect(streams()).toEqual([false]);
  });

  it("is asked for a stream at once with `streaming: true`", async () => {
    server.reply(streamed());
    expect((await fireworks(server, { ...large, streaming: true }).invoke("Hi.")).text).toBe("Hello.");
    expect(streams()).toEqual([true]);
  });

  it("keeps tool calls, log probabilities and several answers when it is streamed underneath", async () => {
    const pieces = (index: number, text: string) => [
      event({}, { choice: { index, delta: { content: text }, logprobs: { content: [{ token: text, logprob: -1 }] } } }),
      event(
        {},
        {
          choice: {
            index,
            delta: { tool_calls: [{ index: 0, id: `call_${index}`, function: { name: "t", arguments: '{"a":' } }] },
          },
        },
      ),
      event({}, { choice: { index, delta: { tool_calls: [{ index: 0, function: { arguments: `${index}}` } }] } } }),
      event({}, { choice: { index, delta: {}, finish_reason: "tool_calls" } }),
    ];
    const [a, b] = [pieces(0, "one"), pieces(1, "two")];
    server.reply(refusal, sse([...a.flatMap((piece, at) => [b[at], piece]), usageEvent()]));
    const model = fireworks(server, { ...large, n: 2, streaming: "auto" });
    const { generations } = await model.generate([[["human", "Hi."]]]);
    expect(lastBody(server).n).toBe(2);
    expect(generations[0]).toMatchObject([
      {
        text: "one",
        message: {
          tool_calls: [{ id: "call_0", args: { a: 0 } }],
          response_metadata: { logprobs: { content: [{ token: "one", logprob: -1 }] } },
        },
      },
      { text: "two", message: { tool_calls: [{ id: "call_1", args: { a: 1 } }] } },
    ]);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 35, outputTokens: 9 });
  });

  it("has what came on its error when the stream underneath breaks", async () => {
    server.reply(refusal, sse([event({ content: "Tides " }), event({ content: "rise" }), cut], { done: false }));
    const model = fireworks(server, { ...large, streaming: "auto" });
    await expect(model.invoke("Hi.")).rejects.toMatchObject({
      partialOutput: { content: "Tides rise", response_metadata: { usage_source: "estimated" } },
    });
    expect(model.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1 });
  });

  it("is aborted as any other, with what came", async () => {
    const aborting = new AbortController();
    const halfway = gate();
    server.reply(refusal, sse([event({ content: "Tides " }), halfway, lastEvent()]));
    const handler = new RecordingHandler();
    const asking = fireworks(server, { ...large, streaming: "auto" }).invoke("Hi.", {
      signal: aborting.signal,
      callbacks: [handler],
    });
    await halfway.reached;
    aborting.abort();
    await expect(asking).rejects.toThrow();
    await handler.closed();
    expect(expectOneRun(handler).last.type).toBe("error");
    await server.idle();
  });

  it("is not sent again for another refusal", async () => {
    server.reply(json(400, { error: { message: "The value of stream_options is wrong." } }));
    await expect(fireworks(server, { ...large, streaming: "auto" }).invoke("Hi.")).rejects.toThrow("stream_options");
    expect(streams()).toEqual([false]);
  });
});
