// Defects of ChatOllama (@langchain/ollama 1.3.0) that this model does not have: aborts, time-outs, retries, concurrency.
import { describe, expect, it } from "@jest/globals";
import { getRetryable, ModelAbortError } from "@langchain/core/errors";
import { useClock } from "../../contract/clock.js";
import { gate } from "../../support/gate.js";
import { hangUp, json, ndjson, reset, stall } from "../../support/wire_script.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { expectOneRun } from "../../support/runs.js";
import { Bench, collect, last, line, rejection } from "../../wires/ollama/support.js";

const bench = new Bench();
const answer = (text: string) => [line({ content: text }), last()];

describe("an aborted call", () => {
  it("rejects at once, hangs up, and tells its handlers what came", async () => {
    bench.server.reply(ndjson([line({ content: "Hel" }), stall]));
    const controller = new AbortController();
    const handler = new RecordingHandler();
    const reason = new Error("enough");
    const streamed: string[] = [];
    const read = async () => {
      for await (const chunk of await bench.model().stream("Hi", { signal: controller.signal, callbacks: [handler] })) {
        streamed.push(chunk.text);
        controller.abort(reason);
      }
    };
    expect(await rejection(read())).toBe(reason);
    expect(streamed).toEqual(["Hel"]);
    const { last: end } = expectOneRun(handler);
    expect(end).toMatchObject({
      type: "error",
      error: {
        name: "ModelAbortError",
        partialOutput: { content: "Hel", response_metadata: { usage_source: "estimated" } },
      },
    });
    await bench.server.idle();
    expect(bench.server.requests[0]?.aborted).toBe(true);
  });

  it("rejects invoke too, and never resolves with half an answer", async () => {
    const closed = gate();
    bench.server.reply(ndjson([line({ content: "Hel" }), closed, ...answer("lo")]));
    const controller = new AbortController();
    const call = rejection(bench.model({ streaming: true }).invoke("Hi", { signal: controller.signal }));
    await closed.reached;
    controller.abort();
    expect(ModelAbortError.isInstance(await call)).toBe(true);
    await bench.server.idle();
    expect(bench.server.requests[0]?.aborted).toBe(true);
  });

  it("rejects while the model loads, before any header", async () => {
    const loading = gate();
    bench.server.reply(json(200, last({}, { content: "late" }), { before: [loading] }));
    const controller = new AbortController();
    const call = rejection(bench.model().invoke("Hi", { signal: controller.signal }));
    await loading.reached;
    controller.abort();
    expect(ModelAbortError.isInstance(await call)).toBe(true);
    await bench.server.idle();
    expect(bench.server.requests).toHaveLength(1);
    expect(bench.server.requests[0]?.aborted).toBe(true);
  });
});

describe("aborting one call", () => {
  it.each(["invoke", "stream"] as const)("leaves its sibling on the same model whole: %s", async (path) => {
    const gates = [gate(), gate()];
    let arrived = 0;
    bench.server.always(() => {
      const number = arrived++;
      const [first, second] = [line({ content: "He" }), line({ content: `y${number}` })];
      return ndjson([first, gates[number] ?? "", second, last()]);
    });
    const model = bench.model({ streaming: true });
    const controller = new AbortController();
    const run = async (signal?: AbortSignal) => {
      if (path === "invoke") return (await model.invoke("Hi", { signal })).text;
      return (await collect(await model.stream("Hi", { signal }))).map(({ text }) => text).join("");
    };
    const aborted = rejection(run(controller.signal));
    const reason = new Error("enough");
    await gates[0]?.reached;
    const sibling = run();
    await gates[1]?.reached;
    controller.abort(reason);
    const error = await aborted;
    expect(path === "stream" ? error : (error as Error).cause).toBe(reason);
    gates[1]?.open();
    expect(await sibling).toBe("Hey1");
  });
});

describe("a time-out", () => {
  const clock = useClock();

  it("is kept before the headers", async () => {
    bench.server.reply(json(200, last(), { before: [stall] }));
    const failing = rejection(bench.model({ timeout: 50 }).invoke("Hi"));
    await bench.server.received();
    clock.pass(50);
    const error = await failing;
    expect(error).toMatchObject({ name: "CallTimeoutError", limit: "call", limitMs: 50 });
  });

  it("is kept per call", async () => {
    bench.server.reply(json(200, last(), { before: [stall] }));
    // Core makes a signal of this one, which keeps Node's own time. Whenever that is over, the answer has not come.
    expect(await rejection(bench.model().invoke("Hi", { timeout: 50 }))).toMatchObject({ name: "CallTimeoutError" });
  });

  it("is kept in the middle of an answer, between two pieces", async () => {
    bench.server.reply(ndjson([line({ content: "He" }), stall]));
    const stream = await bench.model({ idleTimeout: 50 }).stream("Hi");
    await stream.next();
    const failing = rejection(stream.next());
    clock.pass(50);
    const error = await failing;
    expect(error).toMatchObject({ name: "CallTimeoutError", limit: "idle", partialOutput: { content: "He" } });
  });
});

describe("a stream that is left", () => {
  it("hangs up, so that the server stops generating", async () => {
    bench.server.reply(ndjson([line({ content: "a" }), gate(), ...answer("b")]));
    for await (const chunk of await bench.model().stream("Hi")) {
      expect(chunk.text).toBe("a");
      break;
    }
    await bench.server.idle();
    expect(bench.server.requests[0]?.aborted).toBe(true);
  });
});

describe("retries and the concurrency limit", () => {
  const busy = json(503, { error: "server busy, please try again.  maximum pending requests exceeded" });

  it("a busy server is asked three times, and no fourth time", async () => {
    bench.server.always(busy);
    expect(await rejection(bench.model().invoke("Hi"))).toMatchObject({ status: 503 });
    expect(bench.server.requests).toHaveLength(3);
  });

  it.each<[string, number, string]>([
    ["a used-up allowance", 429, "you (someone) have reached your weekly usage limit, upgrade for higher limits"],
    ["a conversation of the wrong form", 500, "system message must be at the beginning"],
    ["a refusal inside a failure", 502, '{"StatusCode":400,"Status":"400 Bad Request","error":"no"}'],
  ])("%s is asked for once, and the error says that it comes again", async (_, status, error) => {
    bench.server.always(json(status, { error }));
    const model = bench.model();
    for (const ask of [() => model.invoke("Hi"), () => model.stream("Hi").then(collect)])
      expect(getRetryable(await rejection(ask()))).toBe(false);
    expect(bench.server.requests).toHaveLength(2);
  });

  it("a call that the server could not read in what the model wrote is asked for again, whatever stands in it", async () => {
    const words = `error parsing tool call: raw='{"content":"maximum context length, usage limit"}]', err=invalid character`;
    const retryAfter = { headers: { "retry-after": "0" } };
    bench.server.reply(json(500, { error: words }, retryAfter), json(200, last({}, { content: "Hey" })));
    expect((await bench.model().invoke("Hi")).text).toBe("Hey");
    expect(bench.server.requests).toHaveLength(2);
  });

  it.each<[string, object, object]>([
    [
      "its status",
      { StatusCode: 400, Status: "400 Bad Request", error: "a thought_signature is missing" },
      { status: 400 },
    ],
    [
      "the status inside its text",
      { error: '{"StatusCode":400,"error":"a thought_signature is missing"}' },
      { status: 400 },
    ],
  ])("an error of the cloud in the middle of a stream has %s", async (_, envelope, expected) => {
    bench.server.always(ndjson([line({ content: "Half" }), envelope]));
    for (const ask of [() => bench.model().stream("Hi").then(collect), () => bench.model().invoke("Hi")]) {
      const error = await rejection(ask());
      expect(error).toMatchObject({
        ...expected,
        message: expect.stringMatching(/: a thought_signature is missing\. Ollama's API /),
        partialOutput: { content: "Half" },
      });
      expect(getRetryable(error)).toBe(false);
    }
  });

  it.each([
    ["closed", hangUp()],
    ["reset", hangUp(reset)],
  ])("a connection that is %s before an answer is made again", async (_, failure) => {
    bench.server.reply(failure, json(200, last({}, { content: "Hey" })));
    expect((await bench.model().invoke("Hi")).text).toBe("Hey");
    expect(bench.server.requests).toHaveLength(2);
  });

  it("maxRetries is obeyed", async () => {
    bench.server.always(busy);
    await rejection(bench.model({ maxRetries: 0 }).invoke("Hi"));
    expect(bench.server.requests).toHaveLength(1);
  });

  it("nothing is asked again after the first byte of an answer", async () => {
    bench.server.reply(ndjson([line({ content: "He" }), reset]));
    const error = await rejection(bench.model().stream("Hi").then(collect));
    expect(error).toMatchObject({ name: "ConnectionError", partialOutput: { content: "He" } });
    expect(bench.server.requests).toHaveLength(1);
  });

  it("maxConcurrency is kept, until the body of an answer has ended", async () => {
    const gates = [gate(), gate()];
    let arrived = 0;
    bench.server
      .on("/barrier", json(200, {}))
      .always(() => ndjson([line({ content: "x" }), gates[arrived++] ?? "", last()]));
    const model = bench.model({ maxConcurrency: 1, streaming: true });
    const calls = Promise.all([model.invoke("1"), model.invoke("2")]);
    await gates[0]?.reached;
    // Had the second been sent, it would be here before these, which are sent after it.
    for (let times = 0; times < 3; times++) await fetch(`${bench.server.url}/barrier`);
    expect(arrived).toBe(1);
    gates.forEach((each) => each.open());
    expect((await calls).map(({ text }) => text)).toEqual(["x", "x"]);
  });
});
