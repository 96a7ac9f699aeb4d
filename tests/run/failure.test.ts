import { describe, expect, it } from "@jest/globals";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { HumanMessage, type AIMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import fc from "fast-check";
import type { AnswerDelta } from "../../src/answer/delta.js";
import { MeteredError, ServerError } from "../../src/base/errors.js";
import { streamChunks } from "../../src/models/stream_answer.js";
import type { ModelHandle, Provider } from "../../src/models/provider.js";
import { failureOf } from "../../src/run/failure.js";
import { LeavableStream, Reader } from "../../src/run/leavable.js";
import { ModelCall } from "../../src/run/model_call.js";
import { ownStream } from "../../src/run/owned_stream.js";
import { Run } from "../../src/run/run.js";
import { settingsWith } from "./settings.js";

/** Keeps the messages of the ends of a run. */
class Ends extends BaseCallbackHandler {
  name = "ends";
  readonly messages: (AIMessage | undefined)[] = [];

  constructor() {
    super({ _awaitHandler: true });
  }

  override handleLLMEnd({ generations }: LLMResult): void {
    this.messages.push((generations[0]?.[0] as { message?: AIMessage } | undefined)?.message);
  }

  override handleLLMError(error: { partialOutput?: AIMessage }): void {
    this.messages.push(error.partialOutput);
  }
}

const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 };

type Way = "fails" | "completes" | "is left" | "is aborted while nobody asks";
const WAYS: readonly Way[] = ["fails", "completes", "is left", "is aborted while nobody asks"];

/** Fails the accesses to a call that it is told to, from the moment on when its end begins. */
type Fault = (name: string, count: number) => boolean;

function faulty(call: ModelCall, fault: Fault): { call: ModelCall; arm: () => void; accesses: () => number } {
  let count = 0;
  let isArmed = false;
  const proxy = new Proxy(call, {
    get(target, name, receiver): unknown {
      if (isArmed && typeof name === "string" && name !== "end" && fault(name, count++)) throw new Error(`No ${name}.`);
      return Reflect.get(target, name, receiver);
    },
  });
  return { call: proxy, arm: () => (isArmed = true), accesses: () => count };
}

/** Makes a call that reports its usage and then ends in one of the ways, with faults in the steps of its end. */
async function endWith(way: Way, fault: Fault) {
  const controller = new AbortController();
  const ends = new Ends();
  const manager = new CallbackManagerForLLMRun("run", [ends], [], [], [], {}, {});
  const raw = new ModelCall([new HumanMessage("Hi")], settingsWith(controller.signal), manager, {});
  const { call, arm, accesses } = faulty(raw, fault);
  async function* stream(): AsyncGenerator<AnswerDelta[]> {
    raw.startAttempt().status = 200;
    yield [{ text: "Hello", usage }];
    arm();
    if (way === "fails") throw new ServerError("It broke.");
  }
  const provider: Pick<Provider, "name" | "stream"> = { name: "test", stream };
  const handle: Pick<ModelHandle, "settled"> = { settled: {} };
  const chunks = streamChunks(call, handle as ModelHandle, provider as Provider);
  const reader = new Reader();
  const started = { run: new Run(manager), call, chunks, reader };
  const items = new LeavableStream(
    ownStream(() => Promise.resolve(started)),
    reader,
  );
  await items.next();
  if (way === "is left" || way === "is aborted while nobody asks") arm();
  if (way === "is aborted while nobody asks") controller.abort();
  else if (way !== "is left") for (;;) if ((await items.next().catch(() => ({ done: true }))).done) break;
  await items.return().catch(() => undefined);
  return { ends: ends.messages, isOver: raw.isOver, isStopped: raw.signal.aborted, accesses: accesses() };
}

const NAMES = [
  ...Object.getOwnPropertyNames(new ModelCall([], settingsWith(undefined), undefined, {})),
  ...Object.getOwnPropertyNames(ModelCall.prototype),
  ...Object.getOwnPropertyNames(Object.getPrototypeOf(ModelCall.prototype)),
].filter((name) => name !== "end" && name !== "constructor");

describe.each(WAYS)("a run whose call %s", (way) => {
  it("ends once, with what the server reported, whichever step of its end fails", async () => {
    const { accesses, ends } = await endWith(way, () => false);
    expect(ends).toHaveLength(1);
    expect(accesses).toBeGreaterThan(5);
    for (let failing = 0; failing < accesses; failing++) {
      const { ends: one, isOver, isStopped } = await endWith(way, (_, count) => count === failing);
      expect({ failing, isOver, isStopped, usage: one.map((message) => message?.usage_metadata) }).toMatchObject({
        failing,
        isOver: true,
        isStopped: true,
        usage: [usage],
      });
    }
  });

  it("ends once whatever of its call fails again and again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(NAMES), async (failing) => {
        const { ends, isOver } = await endWith(way, (name) => failing.includes(name));
        expect({ count: ends.length, isOver }).toEqual({ count: 1, isOver: true });
      }),
    );
  });

  it.each(NAMES.filter((name) => name !== "usage"))(
    "ends with what the server reported without its `%s`",
    async (name) => {
      const { ends } = await endWith(way, (each) => each === name);
      expect(ends.map((message) => message?.usage_metadata)).toMatchObject([usage]);
    },
  );
});

describe("the failure of a call", () => {
  function answeredCall(): ModelCall {
    const call = new ModelCall([new HumanMessage("Hi")], settingsWith(undefined), undefined, {});
    call.startAttempt().status = 200;
    call.book({ usage });
    return call;
  }

  const hostile = Object.defineProperty(new Error("x"), "message", {
    get: () => {
      throw new Error("No message.");
    },
  });

  it.each<[string, unknown, string]>([
    ["an error that nothing can be put on", Object.freeze(new Error("Frozen.")), "Frozen."],
    ["a text", "Just words.", "Just words."],
    ["nothing", undefined, "The call failed, and its error could not be read."],
  ])("of %s has what was spent on an error around it", async (_, thrown, words) => {
    const failure = await failureOf(thrown, answeredCall());
    expect(MeteredError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ message: words, partialOutput: { usage_metadata: usage } });
  });

  it("is the error itself where that cannot even be read", async () => {
    expect(await failureOf(hostile, answeredCall())).toBe(hostile);
    expect(Reflect.get(hostile, "partialOutput")).toMatchObject({ usage_metadata: usage });
  });

  it("is typed where an answer was too much for the engine", async () => {
    const overflow: () => number = () => 1 + overflow();
    let thrown: unknown;
    try {
      overflow();
    } catch (error) {
      thrown = error;
    }
    const failure = await failureOf(thrown, answeredCall());
    expect(ServerError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ status: 200, cause: thrown, partialOutput: { usage_metadata: usage } });
  });

  it("is what was thrown where that is an error of somebody's own", async () => {
    const own = new RangeError("Out of my range.");
    expect(await failureOf(own, answeredCall())).toBe(own);
    expect(own).toMatchObject({ partialOutput: { usage_metadata: usage } });
  });
});
