import { expect, it } from "@jest/globals";
import { ChatOpenAI } from "@langchain/openai";
import * as fc from "fast-check";
import { Budget, withBudget } from "../../src/index.js";
import { chunk, completion, counts, end, spent } from "../support/completions.js";
import { cut, json, sse, type Script } from "../support/wire_script.js";
import { WireServer } from "../support/wire_server.js";

/** What a server does with a request, and what its client does with the answer. */
const server = fc.constantFrom("answers", "fails once it has answered", "refuses", "cuts", "answers in part");
const client = fc.constantFrom("invokes", "streams", "leaves", "aborts", "batches", "reads events");
const calls = fc.array(fc.record({ server, client, words: fc.integer({ min: 1, max: 400 }) }), {
  minLength: 8,
  maxLength: 16,
});

const NANO_PER_INPUT_TOKEN = 1_000;
const NANO_PER_OUTPUT_TOKEN = 2_000;
const LONGEST_TEMPLATE = 2_000;
const LIMIT_USD = "0.03";
const LIMIT_NANO = 30_000_000;

/** A server that bills each request that it does not refuse, before its client hears of it, and does what the prompt says. */
class BillingServer extends WireServer {
  bill = 0;
  worstBill = 0;
  billed = 0;
  readonly seen = new Map<string, number>();

  constructor() {
    super();
    this.always(({ json: body, text }) => this.#answer(body as { max_tokens: number; stream?: boolean }, text));
  }

  #answer({ max_tokens: most, stream }: { max_tokens: number; stream?: boolean }, text: string): Script {
    const [, does = "", id = ""] = /do: ([a-z ]+); (\d+)/.exec(text) ?? [];
    const attempt = (this.seen.get(id) ?? 0) + 1;
    this.seen.set(id, attempt);
    if (does === "refuses") return json(400, { error: { message: "no" } });
    // Nearly as much as the longest template and the worst vocabulary would make of the prompt, so that little is held in vain.
    const input = (/"content":"([^"]*)"/.exec(text)?.[1]?.length ?? 0) + LONGEST_TEMPLATE;
    const output = does === "answers in part" ? Math.ceil(most / 7) : most;
    this.bill += input * NANO_PER_INPUT_TOKEN + output * NANO_PER_OUTPUT_TOKEN;
    this.billed++;
    this.worstBill = Math.max(this.worstBill, this.bill);
    if (does === "fails once it has answered" && attempt === 1) return json(500, { error: { message: "lost" } });
    if (stream !== true) return json(200, completion({ content: "Hello" }, {}, { usage: counts(input, output) }));
    const begun = [chunk({ role: "assistant", content: "Hel" }), chunk({ content: "lo" })];
    if (does === "cuts") return sse([...begun, cut], { done: false });
    return sse([...begun, end(), spent(input, output)]);
  }
}

async function call(model: ChatOpenAI, does: string, prompt: string): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  switch (does) {
    case "invokes":
      return void (await model.invoke(prompt));
    case "batches":
      return void (await model.batch([prompt, prompt, prompt], { maxConcurrency: 2 }));
    case "reads events":
      for await (const _ of model.streamEvents(prompt));
      return;
    default:
      for await (const _ of await model.stream(prompt, { signal })) {
        if (does === "leaves") break;
        if (does === "aborts") controller.abort();
      }
  }
}

it("never passes the limit on the server's own bill, and holds nothing in the end", async () => {
  await fc.assert(
    fc.asyncProperty(calls, async (list) => {
      const billing = new BillingServer();
      await billing.listen();
      const budget = new Budget({ limitUsd: LIMIT_USD });
      const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: "2" };
      const configuration = { baseURL: billing.url };
      const bare = new ChatOpenAI({ model: "gpt-4o", apiKey: "k", maxRetries: 1, configuration });
      const model = withBudget(bare, budget, { pricing });
      await Promise.allSettled(
        list.map(({ server: does, client: reads, words }, id) =>
          call(model, reads, `${"word ".repeat(words)}do: ${does}; ${id}`),
        ),
      );
      // A stream that was aborted is settled by its listener, and an attempt that was under way when it fails.
      const { spent: used, held } = await budget.state();
      await billing.close();
      expect(billing.worstBill).toBeLessThanOrEqual(LIMIT_NANO);
      expect(held).toBe("0");
      expect(Number(used) * 1e9).toBeGreaterThanOrEqual(billing.bill);
      expect(Number(used)).toBeLessThanOrEqual(Number(LIMIT_USD));
    }),
    { numRuns: 6 },
  );
});

it("uses most of a limit that single calls go up to", async () => {
  const billing = new BillingServer();
  await billing.listen();
  const budget = new Budget({ limitUsd: LIMIT_USD });
  const configuration = { baseURL: billing.url };
  const model = withBudget(new ChatOpenAI({ model: "gpt-4o", apiKey: "k", maxRetries: 0, configuration }), budget, {
    pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" },
  });
  for (let asked = 0; asked < 200; asked++) await model.invoke("do: answers; 1").catch(() => undefined);
  await billing.close();
  expect(billing.worstBill).toBeLessThanOrEqual(LIMIT_NANO);
  expect(billing.worstBill).toBeGreaterThanOrEqual(0.7 * LIMIT_NANO);
});
