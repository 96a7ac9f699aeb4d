import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { ChatOllamaLite } from "../../src/providers/ollama/chat.js";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { Deadlines } from "../../src/transport/deadlines.js";
import { useClock } from "../contract/clock.js";
import { useServer, watch } from "../contract/server.js";
import { chunk, end, failure, modelOf, piece, spent } from "../support/completions.js";
import { gate } from "../support/gate.js";
import { frame, hello, raw } from "../support/raw_streams.js";
import { cut, ndjson, reset, stall, type Step } from "../support/wire_script.js";

const wire = useServer();
const clock = useClock();

/** Tells when the client has begun to wait for what may follow an answer. */
function graces(): { begun: () => Promise<void> } {
  let tell: () => void = () => {};
  let told = new Promise<void>((resolve) => (tell = resolve));
  beforeEach(() => {
    told = new Promise<void>((resolve) => (tell = resolve));
    const { grace } = Deadlines.prototype;
    jest.spyOn(Deadlines.prototype, "grace").mockImplementation(function (this: Deadlines, over) {
      grace.call(this, over);
      tell();
    });
  });
  afterEach(() => void jest.restoreAllMocks());
  return { begun: () => told };
}

const grace = graces();

const models: [name: string, make: (fields?: MeteredChatModelInput) => MeteredChatModel][] = [
  ["ChatOpenLLM", (fields) => modelOf(wire.server, fields)],
  [
    "ChatFireworks",
    (fields) =>
      new ChatFireworks({ model: "a/m", apiKey: "k", baseURL: `${wire.server.url}/v1`, maxRetries: 0, ...fields }),
  ],
];

const whole = frame(hello) + frame(end());
const used = frame(spent(3, 1));
const fromServer = ["Hello", "stop", "server", 4];

async function read(model: MeteredChatModel): Promise<unknown[]> {
  const { text, response_metadata: metadata, usage_metadata: usage } = await model.invoke("Hi");
  const source: unknown = metadata.usage_source;
  return [text, metadata.finish_reason, source, source === "server" ? usage?.total_tokens : undefined];
}

describe.each(models)("%s: an answer with its finish reason is whole", (_name, make) => {
  const ends: [how: string, steps: Step[], usage: boolean][] = [
    ["a reset after the usage", [whole + used, gate(), reset], true],
    ["a reset before it", [whole, gate(), reset], false],
    ["a connection that closes in the middle of the body", [whole, cut], false],
    ["one that closes without an end mark", [whole + used], true],
    ["words that are no event", [whole + used, "data: <html>502 Bad Gateway</html>\n\n"], true],
  ];

  it.each(ends)("%s", async (_how, steps, hasUsage) => {
    for (const step of steps) if (typeof step === "object" && "open" in step) step.open();
    wire.server.reply(raw(...steps));
    const expected = hasUsage ? fromServer : ["Hello", "stop", "estimated", undefined];
    expect(await read(make({ streaming: true }))).toEqual(expected);
    expect(wire.server.requests).toHaveLength(1);
  });

  const silences: [how: string, steps: Step[], fields: MeteredChatModelInput, ms: number][] = [
    ["silence", [stall], {}, 2_000],
    ["comments without end", [": ping\n\n", ": ping\n\n", stall], {}, 2_000],
    ["heartbeats without end", ["data: ping\n\n", "data: null\n\n", stall], {}, 2_000],
    ["silence that is longer than `idleTimeout`", [stall], { idleTimeout: 500 }, 2_000],
    ["silence beyond the `timeout` of the call", [stall], { timeout: 1_500 }, 1_500],
  ];

  it.each(silences)("%s: no longer than a moment", async (_how, steps, fields, ms) => {
    wire.server.reply(raw(whole + used, ...steps));
    const answer = watch(read(make({ streaming: true, ...fields })));
    await grace.begun();
    await clock.passSoon(ms - 1);
    expect(answer.settled).toBe(false);
    await clock.passSoon(1);
    // Then the connection has another moment in which it may close by itself.
    await clock.passSoon(50);
    expect(await answer).toEqual(fromServer);
    await wire.server.idle();
  });

  it("waits for its usage, and for what else belongs to it", async () => {
    const late = gate();
    wire.server.reply(raw(whole, late, used, frame(chunk({ content: " there" })), late, "data: [DONE]\n\n"));
    const answer = read(make({ streaming: true }));
    await grace.begun();
    await clock.passSoon(1_999);
    late.open();
    expect(await answer).toEqual(["Hello there", "stop", "server", 4]);
  });

  it("goes on under the usual limits where a reason came too early", async () => {
    const late = gate();
    const early = frame(chunk({ reasoning_content: "Hm" }, { finish_reason: "stop" }));
    wire.server.reply(raw(early, frame(hello), late, frame(end("length")), used, "data: [DONE]\n\n"));
    const stream = await make({}).stream("Hi");
    let text = "";
    let finish: unknown;
    for await (const { text: said, response_metadata: metadata } of stream) {
      text += said;
      finish ??= metadata.finish_reason;
      if (said !== "") setImmediate(() => (clock.pass(60_000), late.open()));
    }
    expect([text, finish]).toEqual(["Hello", "length"]);
  });

  it("has been cut where more came after the reason and the connection broke then", async () => {
    wire.server.reply(raw(whole, frame(chunk({ content: " the" })), cut));
    expect(await failure(make({ streaming: true }).invoke("Hi"))).toMatchObject({
      name: "ConnectionError",
      partialOutput: { text: "Hello the" },
    });
  });

  it("is an abort where its user aborts it all the same", async () => {
    wire.server.reply(raw(whole, stall));
    const controller = new AbortController();
    const answer = failure(make({ streaming: true }).invoke("Hi", { signal: controller.signal }));
    await grace.begun();
    controller.abort();
    expect(await answer).toMatchObject({ name: "ModelAbortError" });
    await wire.server.idle();
  });

  it("a call counts too", async () => {
    const call = piece({ index: 0, id: "a", function: { name: "f", arguments: '{"x":1}' } });
    wire.server.reply(raw(frame(call), frame(end("tool_calls")), reset));
    const answer = await make({ streaming: true }).invoke("Hi");
    expect(answer.tool_calls).toMatchObject([{ id: "a", name: "f", args: { x: 1 } }]);
  });
});

describe("ChatOllamaLite: an answer with its last line is whole", () => {
  const line = { model: "m", message: { role: "assistant", content: "Hello" }, done: false };
  const last = { model: "m", message: { content: "" }, done: true, done_reason: "stop", prompt_eval_count: 3 };

  it.each([
    ["a reset", reset],
    ["a cut", cut],
    ["silence", stall],
  ])("%s", async (_how, fault) => {
    wire.server.reply(ndjson([line, { ...last, eval_count: 1 }, fault]));
    const model = new ChatOllamaLite({ model: "m", baseURL: wire.server.url, maxRetries: 0, streaming: true });
    const answer = watch(read(model));
    while (!answer.settled) {
      await clock.passSoon(1);
      await new Promise(setImmediate);
    }
    expect(await answer).toEqual(fromServer);
  });
});
