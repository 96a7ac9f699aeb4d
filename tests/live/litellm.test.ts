import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { AIMessageChunk } from "@langchain/core/messages";
import { proxyPrices, startLiteLLM, type LiveProxy } from "../../scripts/live/litellm.js";
import { getWeather, parisQuestion } from "../../scripts/live/weather.js";
import { CostCallbackHandler, MemoryLedger } from "../../src/callbacks.js";
import { ChatOpenLLM, type ChatOpenLLMInput } from "../../src/openllm.js";
import { describeLive } from "./support.js";

interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  cost?: number;
}

/** What the proxy said of one exchange, read from its bytes with no code of the package in between. */
interface Said {
  cost: string | null;
  usage: Usage | undefined;
}

const input = "Name one ocean.";
/** The first start fetches the proxy's packages. */
const startTimeoutMs = 900_000;

describeLive("ChatOpenLLM behind a LiteLLM proxy", { template: "tools", contextTokens: 8192, slots: 4 }, (live) => {
  let proxy: LiveProxy | undefined;
  beforeAll(async () => {
    proxy = await startLiteLLM(live());
  }, startTimeoutMs);
  afterAll(() => proxy?.close());

  function metered(fields: ChatOpenLLMInput = {}) {
    if (!proxy) throw new Error("There is a proxy in tests only.");
    const said: Promise<Said>[] = [];
    const ledger = new MemoryLedger();
    const model = new ChatOpenLLM({
      model: proxy.priced,
      baseURL: `${proxy.url}/v1`,
      temperature: 0,
      seed: 1,
      maxTokens: 24,
      maxRetries: 0,
      costs: new CostCallbackHandler({ ledger }),
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (init.method === "POST") said.push(saidBy(response.clone()).catch(() => ({ cost: null, usage: undefined })));
        return response;
      },
      ...fields,
    });
    return { model, ledger, said };
  }

  const usageOf = ({ usage }: Said) => ({
    input_tokens: usage?.prompt_tokens,
    output_tokens: usage?.completion_tokens,
  });

  it("costs what the header says, with the usage that came", async () => {
    const { model, ledger, said } = metered();
    const answer = await model.invoke(input);
    const [only] = await Promise.all(said);
    expect(answer.usage_metadata).toMatchObject(usageOf(only as Said));
    expect(Number(only?.cost)).toBeGreaterThan(0);
    expect(ledger.entries).toMatchObject([{ cost: { status: "priced", basis: "server" } }]);
    expect(Number(ledger.entries[0]?.cost.usd)).toBeCloseTo(Number(only?.cost), 12);
  });

  it.each([false, true])(
    "costs less than a declared price where the user vouches for the proxy: %p",
    async (trustServerPrices) => {
      const pricing = { inputUsdPerMillion: "1000", outputUsdPerMillion: "1000" };
      const { model, ledger, said } = metered({ pricing, trustServerPrices });
      await model.invoke(input);
      const [only] = await Promise.all(said);
      expect(ledger.entries).toMatchObject([
        { cost: { status: "priced", basis: trustServerPrices ? "server" : "user" } },
      ]);
      const spent = Number(ledger.entries[0]?.cost.usd);
      if (trustServerPrices) expect(spent).toBeCloseTo(Number(only?.cost), 12);
      else expect(spent).toBeGreaterThan(Number(only?.cost));
    },
  );

  it("costs what the last usage of a stream says", async () => {
    const { model, ledger, said } = metered();
    let answer: AIMessageChunk | undefined;
    for await (const chunk of await model.stream(input)) answer = answer?.concat(chunk) ?? chunk;
    const [only] = await Promise.all(said);
    expect(answer?.usage_metadata).toMatchObject(usageOf(only as Said));
    expect(only?.usage?.cost).toBeGreaterThan(0);
    expect(Number(ledger.entries[0]?.cost.usd)).toBeCloseTo(only?.usage?.cost ?? NaN, 12);
    const { prompt_tokens: read = 0, completion_tokens: written = 0 } = only?.usage ?? {};
    expect(only?.usage?.cost).toBeLessThanOrEqual(read * proxyPrices.input + written * proxyPrices.output + 1e-12);
  });

  it("costs the sum of two requests in a run", async () => {
    const { model, ledger, said } = metered({ maxTokens: 64 });
    const forced = model.bindTools([getWeather], { tool_choice: "any" });
    // Whether a model of this size calls in the end is not what is asked here.
    await forced.invoke(parisQuestion).catch(() => undefined);
    const all = await Promise.all(said);
    const sum = all.reduce((total, { cost }) => total + Number(cost ?? NaN), 0);
    expect(all.length).toBeGreaterThan(1);
    expect(ledger.entries).toHaveLength(1);
    expect(Number(ledger.entries[0]?.cost.usd)).toBeCloseTo(sum, 12);
  });

  it.each(["break", "abort"])(
    "is unpriced where its stream ends by %s, and by a declared price where there is one",
    async (how) => {
      for (const pricing of [undefined, { inputUsdPerMillion: "1", outputUsdPerMillion: "2" }]) {
        const { model, ledger } = metered(pricing === undefined ? {} : { pricing });
        const controller = new AbortController();
        const read = async () => {
          for await (const _ of await model.stream(input, { signal: controller.signal })) {
            if (how === "break") break;
            controller.abort();
          }
        };
        await read().catch(() => undefined);
        expect(ledger.entries).toMatchObject([{ cost: { status: pricing === undefined ? "unpriced" : "priced" } }]);
      }
    },
  );

  it("is unpriced where the proxy has no price, streamed and not", async () => {
    const { model, ledger } = metered({ model: proxy?.unpriced ?? "" });
    await model.invoke(input);
    for await (const _ of await model.stream(input));
    expect(ledger.entries.map(({ cost }) => cost.status)).toEqual(["unpriced", "unpriced"]);
  });

  it("knows the window that the proxy lists", async () => {
    const { model } = metered();
    expect(await model.models()).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: "priced" }), expect.objectContaining({ id: "unpriced" })]),
    );
  });

  it("is unpriced where the proxy dies in the middle of a stream", async () => {
    const dying = await startLiteLLM(live());
    const { model, ledger } = metered({ baseURL: `${dying.url}/v1`, maxTokens: 80 });
    const read = async () => {
      for await (const _ of await model.stream("Tell me a long story.")) await dying.close();
    };
    await expect(read()).rejects.toThrow(/broke off/);
    expect(ledger.entries).toMatchObject([{ cost: { status: "unpriced" }, usage: { source: "estimated" } }]);
  });
});

async function saidBy(response: Response): Promise<Said> {
  const cost = response.headers.get("x-litellm-response-cost");
  const text = await response.text();
  const values = text.includes("data:")
    ? text.split("\n").flatMap((line) => /^data: (\{.*)$/.exec(line)?.[1] ?? [])
    : [text];
  const usages = values.flatMap((value) => (JSON.parse(value) as { usage?: Usage | null }).usage ?? []);
  return { cost, usage: usages.at(-1) };
}
