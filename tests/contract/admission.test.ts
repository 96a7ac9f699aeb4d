import { describe, expect, it } from "@jest/globals";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { InMemoryCache } from "@langchain/core/caches";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { BudgetExceededError } from "../../src/base/errors.js";
import type { Admission, CallGate, ProposedCall } from "../../src/seam/gate.js";
import { gate as openable } from "../support/gate.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { useClock } from "./clock.js";
import { collect, paths, prepare, rejection } from "./paths.js";
import { useServer, watch } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const clock = useClock();
const input = "Say hello.";

/** A gate that does what a test says and keeps what it was asked. */
class TestGate extends BaseCallbackHandler implements CallGate {
  readonly name = `test_gate_${crypto.randomUUID()}`;
  readonly asked: ProposedCall[] = [];

  constructor(private readonly answer: () => Admission | Promise<Admission>) {
    super({ _awaitHandler: true });
  }

  async admit(call: ProposedCall): Promise<Admission> {
    this.asked.push(call);
    return this.answer();
  }
}

const denial = () =>
  new BudgetExceededError("The budget is spent.", { limit: "1.00", spent: "1.00", held: "0", scope: "test" });
const denying = () =>
  new TestGate(() => {
    throw denial();
  });
const granting = (maxOutputTokens?: number) => new TestGate(() => ({ maxOutputTokens }));

/** The output limit in a request, where each API has it. */
function limitIn(json: unknown): number | undefined {
  const { max_tokens, options } = json as { max_tokens?: number; options?: { num_predict?: number } };
  return max_tokens ?? options?.num_predict;
}

describe.each(subjects)("$name: gates come before any request", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, fields);
  const answerAll = () =>
    wire.server.always(({ json }) =>
      (json as { stream?: boolean }).stream ? subject.scripts.streamed() : subject.scripts.whole(),
    );

  describe.each(paths)("$name", (path) => {
    it("sends nothing that a gate denies, and the run ends with the denial", async () => {
      const { handler, go } = prepare(path, create);
      const denier = denying();
      const error = await rejection(go({ callbacks: [handler, denier] }));
      expect(expectOneRun(handler).last).toMatchObject({
        type: "error",
        error: { name: "BudgetExceededError", status: 402 },
      });
      expect(error).toMatchObject({ name: "BudgetExceededError" });
      expect(error.partialOutput).toBeUndefined();
      expect(denier.asked).toHaveLength(1);
      expect(wire.server.requests).toEqual([]);
    });

    it("sends the lower limit that a gate leaves", async () => {
      answerAll();
      const { handler, go } = prepare(path, create, { maxTokens: 500 });
      await go({ callbacks: [handler, granting(120)] });
      expect(wire.server.requests.map(({ json }) => limitIn(json))).toEqual([120]);
    });
  });

  it.each<[string, MeteredChatModelInput, { maxTokens?: number }, (number | undefined)[], number | undefined]>([
    ["no limit, none granted", {}, {}, [undefined], undefined],
    ["a limit, none granted", { maxTokens: 50 }, {}, [undefined], 50],
    ["a limit per call, none granted", { maxTokens: 50 }, { maxTokens: 40 }, [undefined], 40],
    ["no limit, one granted", {}, {}, [30], 30],
    ["a lower limit than granted", { maxTokens: 20 }, {}, [30], 20],
    ["a higher limit than granted", { maxTokens: 90 }, {}, [30], 30],
    ["the lowest of several", { maxTokens: 90 }, {}, [60, 10, 40], 10],
    ["never none at all", { maxTokens: 90 }, {}, [0], 1],
    ["never a fraction", {}, {}, [12.9], 12],
  ])("sends %s", async (_, fields, options, granted, sent) => {
    answerAll();
    await create(fields).invoke(input, { ...options, callbacks: granted.map((limit) => granting(limit)) });
    expect(limitIn(wire.server.requests[0]?.json)).toBe(sent);
  });

  it("asks gates in the order of the handlers, each with what the one before left", async () => {
    answerAll();
    const gates = [granting(60), granting(undefined), granting(10)];
    await create({ maxTokens: 90 }).invoke(input, { callbacks: gates });
    expect(gates.map(({ asked }) => asked[0]?.maxOutputTokens)).toEqual([90, 60, 60]);
  });

  it("asks no gate after one that denied", async () => {
    const later = granting(1);
    await rejection(create().invoke(input, { callbacks: [denying(), later] }));
    expect(later.asked).toEqual([]);
  });

  it("tells a gate all that it needs to know of the call", async () => {
    answerAll();
    const asked = granting();
    const handler = new RecordingHandler();
    const tool = {
      type: "function",
      function: { name: "look", description: "Looks.", parameters: { type: "object", properties: {} } },
    };
    const model = create({ maxTokens: 50, pricing: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 } });
    await model.invoke(input, { tools: [tool], callbacks: [asked, handler] });
    const { handlers, ...call } = asked.asked[0] ?? { handlers: [] };
    expect(call).toMatchObject({
      runId: expectOneRun(handler).id,
      provider: subject.provider,
      model: "test-model",
      maxOutputTokens: 50,
      n: 1,
      messages: [{ content: input }],
      metadata: {
        metered: {
          requested_model: "test-model",
          private_host: true,
          pricing: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
        },
      },
    });
    expect(JSON.stringify((call as ProposedCall).tools)).toContain("Looks.");
    expect(handlers).toEqual(expect.arrayContaining([asked, handler]));
  });

  it("asks the gates that came with the model, and those of its own tally", async () => {
    answerAll();
    const own = granting(5);
    await create({ callbacks: [own] }).invoke(input);
    expect(own.asked).toHaveLength(1);
    expect(limitIn(wire.server.requests[0]?.json)).toBe(5);
  });

  it("asks once for requests of which only the last can cost something", async () => {
    wire.server.reply(
      subject.scripts.refusal(503, "busy", { headers: { "retry-after": "0" } }),
      subject.scripts.whole(),
    );
    const asked = granting();
    const calling = watch(create().invoke(input, { callbacks: [asked] }));
    while (!calling.settled) await clock.passSoon(1);
    expect(wire.server.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
    expect(asked.asked).toHaveLength(1);
  });

  it("asks nobody for what a cache has", async () => {
    answerAll();
    const model = create({ cache: new InMemoryCache() });
    await model.invoke(input);
    const asked = denying();
    expect((await model.invoke(input, { callbacks: [asked] })).text).toBe("Hello there.");
    expect(asked.asked).toEqual([]);
  });

  it.each<[string, MeteredChatModelInput, string]>([
    ["an abort", {}, "ModelAbortError"],
    ["`timeout`", { timeout: 30 }, "CallTimeoutError"],
  ])("does not wait after %s for a gate that does not answer", async (_, fields, name) => {
    const thinking = openable();
    const silent = new TestGate(async () => {
      thinking.arrive();
      await thinking.opened;
      return {};
    });
    const handler = new RecordingHandler();
    const controller = new AbortController();
    const failing = rejection(
      collect(create(fields).stream(input, { callbacks: [silent, handler], signal: controller.signal })),
    );
    await thinking.reached;
    if (fields.timeout === undefined) controller.abort();
    else clock.pass(fields.timeout);
    await failing;
    expect(expectOneRun(handler).last).toMatchObject({ type: "error", error: { name } });
    thinking.open();
    expect(wire.server.requests).toEqual([]);
  });
});
