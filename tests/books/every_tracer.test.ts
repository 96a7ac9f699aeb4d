import { describe, expect, it } from "@jest/globals";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { AIMessage } from "@langchain/core/messages";
import { BaseTracer, type Run } from "@langchain/core/tracers/base";
import { PriceNotFoundError, ServerError } from "../../src/base/errors.js";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { factsIn } from "../support/traced_facts.js";
import { PRICES } from "./prices.js";
import { FACTS, ScriptedModel, type Answer } from "./scripted_model.js";

/** A tracer of one's own: what its runs look like at the hook, and when they are sent. */
class OwnTracer extends BaseTracer {
  readonly name: string;
  readonly atHook: (object | undefined)[] = [];
  readonly sent: { facts: Record<string, unknown>; outputs: unknown }[] = [];

  constructor(name: string, isAwaited: boolean) {
    super({ _awaitHandler: isAwaited });
    this.name = name;
  }

  override onLLMError(run: Run): void {
    this.atHook.push(run.outputs);
  }

  protected async persistRun(): Promise<void> {}

  override async onRunUpdate(run: Run): Promise<void> {
    this.sent.push({ facts: factsIn(run.extra?.["metadata"]), outputs: run.outputs });
  }
}

const usage_metadata = { input_tokens: 1_000_000, output_tokens: 500_000, total_tokens: 1_500_000 };
const used = { content: "hi", usage_metadata };
const words = "the server's own words";
const cut = () =>
  new ServerError("cut", {
    partialOutput: new AIMessage({
      ...used,
      response_metadata: {
        usage_source: "estimated",
        usage_estimate: { reason: words, inputTokens: [1_000_000, 1_000_000], outputTokens: [500_000, 1_000_000] },
        requests: [{ status: 503, error: words, reached: true }, { reached: true }],
      },
    }),
  });
const priced = {
  metered_usage_source: "server",
  metered_cost_status: "priced",
  metered_cost_low_usd: "3",
  metered_cost_high_usd: "3",
  metered_price_row: expect.any(String),
  usage_metadata: expect.objectContaining({ total_cost: 3 }),
};
const knowing = () => new CostCallbackHandler({ table: PRICES });
const clueless = () => new CostCallbackHandler({ table: definePriceTable([]) });

async function call(answer: Answer, callbacks: BaseCallbackHandler[], ofModel: BaseCallbackHandler[] = []) {
  const model = new ScriptedModel({ answer, facts: FACTS, callbacks: ofModel, maxRetries: 0 });
  const error = await model.invoke("hi", { callbacks }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await awaitAllCallbacks();
  return error;
}

describe.each([
  ["awaited", true],
  ["in the background", false],
])("tracers that are %s", (_how, isAwaited) => {
  const tracers = () => ["first", "second"].map((name) => new OwnTracer(name, isAwaited));

  describe.each([
    ["before the handler", (all: OwnTracer[]): BaseCallbackHandler[] => [...all, knowing()]],
    ["after the handler", (all: OwnTracer[]): BaseCallbackHandler[] => [knowing(), ...all]],
    [
      "around several handlers",
      ([a, b]: OwnTracer[]) => [clueless(), a, knowing(), b, clueless()] as BaseCallbackHandler[],
    ],
  ])("and %s", (_where, order) => {
    it("hear all that is known of a call, each", async () => {
      const all = tracers();
      await call({ messages: [used] }, order(all));
      for (const { sent } of all) expect(sent).toEqual([{ facts: priced, outputs: expect.anything() }]);
    });

    it("read what came before an error at once, and without its words", async () => {
      const all = tracers();
      await call({ error: cut() }, order(all));
      for (const { atHook, sent } of all) {
        const [{ facts, outputs } = { facts: {}, outputs: {} }] = sent;
        expect(facts).toMatchObject({
          metered_usage_source: "estimated",
          // All of the prompt may have come from the cache.
          metered_cost_low_usd: "2.1",
          metered_cost_high_usd: "5",
        });
        expect(atHook).toEqual([outputs]);
        expect(outputs).toMatchObject({
          generations: [[{ text: "hi", message: { content: "hi", usage_metadata } }]],
          llmOutput: { tokenUsage: { promptTokens: 1_000_000, completionTokens: 500_000, totalTokens: 1_500_000 } },
        });
        expect(JSON.stringify(outputs)).not.toContain(words);
      }
    });
  });

  it("hear of a call that was denied that nothing was spent", async () => {
    const [tracer] = tracers();
    const denial = new PriceNotFoundError("No price.", { model: "roadrunner", provider: "acme" });
    await call({ error: denial }, [tracer as OwnTracer], [knowing()]);
    expect(tracer?.sent).toEqual([
      {
        facts: { metered_cost_status: "none", metered_cost_low_usd: "0", metered_cost_high_usd: "0" },
        outputs: undefined,
      },
    ]);
  });

  it("keep the runs of many calls apart", async () => {
    const all = tracers();
    const model = new ScriptedModel({ answer: { messages: [used] }, facts: FACTS, callbacks: [knowing()] });
    await model.batch(Array.from({ length: 20 }, String), { callbacks: all });
    await awaitAllCallbacks();
    for (const tracer of all) {
      expect(tracer.sent.map(({ facts }) => facts)).toEqual(Array.from({ length: 20 }, () => priced));
      expect(Object.keys(tracer)).not.toContain("handleLLMEnd");
    }
  });

  it("are hooked once by both builds of the package", async () => {
    const [tracer] = tracers();
    // A module of its own, as the other build is.
    const module = "../../src/books/cost_handler.js?other-build";
    const other = (await import(module)) as {
      CostCallbackHandler: typeof CostCallbackHandler;
    };
    expect(other.CostCallbackHandler).not.toBe(CostCallbackHandler);
    const handlers = [new other.CostCallbackHandler({ table: PRICES }), clueless()];
    await call({ messages: [used] }, [tracer as OwnTracer, ...handlers]);
    await call({ messages: [used] }, [tracer as OwnTracer, ...handlers.toReversed()]);
    expect(tracer?.sent.map(({ facts }) => facts)).toEqual([priced, priced]);
  });
});
