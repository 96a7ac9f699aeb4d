import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { CostCallbackHandler } from "../../../src/books/cost_handler.js";
import { costOf } from "../../../src/books/cost_of.js";
import { ChatFireworks } from "../../../src/providers/fireworks/chat.js";
import { CallTimeoutError, ConfigurationError } from "../../../src/base/errors.js";
import { useClock } from "../../contract/clock.js";
import { gate } from "../../support/gate.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { bytes, json, sse, stall, type Script } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, event, fireworks, hello, KEY, lastBody, lastEvent, MODEL, streamed, WAYS, whole } from "./setup.js";

/** What users of the classes that came before this one rely on, or suffered from, where no other test says it. */
let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(hello);
});

afterEach(() => server.close());

describe("the model as LangChain knows it", () => {
  it("says who it is to tracers and serialisers", () => {
    const model = fireworks(server);
    expect(model._llmType()).toBe("fireworks");
    expect(ChatFireworks.lc_name()).toBe("ChatFireworks");
    expect(model.lc_serializable).toBe(true);
    expect(model.lc_secrets).toEqual({ apiKey: "FIREWORKS_API_KEY" });
    expect(model.getLsParams({})).toMatchObject({
      ls_provider: "fireworks",
      ls_model_name: MODEL,
      ls_model_type: "chat",
    });
  });

  it("is made of a name and options, or of options alone", () => {
    const options = { apiKey: KEY, temperature: 0 };
    for (const model of [new ChatFireworks(MODEL, options), new ChatFireworks({ model: MODEL, ...options })]) {
      expect([model.model, model.invocationParams()]).toEqual([MODEL, { model: MODEL, temperature: 0 }]);
    }
  });

  it("tries again twice unless it is told otherwise: three requests, no more", async () => {
    const failing = json(503, { error: "No." }, { headers: { "retry-after": "0" } });
    server.always(failing);
    await expect(fireworks(server, { maxRetries: undefined }).invoke("Hi.")).rejects.toThrow("503");
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [{ maxConcurrency: 0 }, "`maxConcurrency` is `0`"],
    [{ maxConcurrency: "ten" as never }, '`maxConcurrency` is `"ten"`'],
    [{ timeout: "soon" as never }, '`timeout` is `"soon"`'],
    [{ maxRetries: -1 }, "`maxRetries` is `-1`"],
  ])("names a limit that cannot work when it is made: %j", (fields, words) => {
    expect(() => fireworks(server, fields)).toThrow(ConfigurationError);
    expect(() => fireworks(server, fields)).toThrow(words);
  });

  it("has no more requests under way than `maxConcurrency` says", async () => {
    const doors = [gate(), gate(), gate()];
    doors.forEach((door) => server.reply(sse([event({ content: "a" }), door, lastEvent()])));
    const asking = fireworks(server, { maxConcurrency: 2, streaming: true }).batch(["1", "2", "3"]);
    await Promise.all([doors[0]?.reached, doors[1]?.reached]);
    expect(server.requests).toHaveLength(2);
    doors.forEach((door) => door.open());
    expect(await asking).toHaveLength(3);
    expect(server.requests).toHaveLength(3);
  });
});

describe("a call", () => {
  it("takes messages as pairs of role and text", async () => {
    await fireworks(server).invoke([
      ["system", "Translate."],
      ["human", "I love programming."],
      ["ai", "Gern."],
    ]);
    expect(lastBody(server).messages).toEqual([
      { role: "system", content: "Translate." },
      { role: "user", content: "I love programming." },
      { role: "assistant", content: "Gern." },
    ]);
  });

  it.each(WAYS)(
    "gives a message of LangChain's with content and text, $way, and no bare string",
    async ({ isStreamed }) => {
      const answer = await ask(fireworks(server), isStreamed);
      expect(isStreamed ? AIMessageChunk.isInstance(answer) : AIMessage.isInstance(answer)).toBe(true);
      expect([answer.content, answer.text]).toEqual(["Hello.", "Hello."]);
    },
  );

  it("gives the reply that the documentation shows, usage under both of its names", async () => {
    server.reply(whole({ content: "J'adore la programmation." }, { system_fingerprint: "fp_1" }));
    const answer = await fireworks(server).invoke("I love programming.");
    expect(answer).toMatchObject({
      content: "J'adore la programmation.",
      usage_metadata: { input_tokens: 35, output_tokens: 9, total_tokens: 44 },
      response_metadata: {
        tokenUsage: { promptTokens: 35, completionTokens: 9, totalTokens: 44 },
        model_name: MODEL,
        model_provider: "fireworks",
        system_fingerprint: "fp_1",
        finish_reason: "stop",
      },
    });
    expect(answer.id).toMatch(/^run-/);
  });

  it("is part of a chain: prompt, model, parser", async () => {
    server.reply(
      whole(
        { content: "Ich liebe das Programmieren." },
        { usage: { prompt_tokens: 30, completion_tokens: 7, total_tokens: 37 } },
      ),
    );
    const prompt = ChatPromptTemplate.fromMessages([
      ["system", "You translate {input_language} to {output_language}."],
      ["human", "{input}"],
    ]);
    const model = fireworks(server);
    const said = await prompt
      .pipe(model)
      .pipe(new StringOutputParser())
      .invoke({ input_language: "English", output_language: "German", input: "I love programming." });
    expect(said).toBe("Ich liebe das Programmieren.");
    expect(lastBody(server).messages).toMatchObject([
      { content: "You translate English to German." },
      { content: "I love programming." },
    ]);
    expect(model.costs.totals).toMatchObject({ inputTokens: 30, outputTokens: 7, totalTokens: 37 });
  });

  it("hands its tokens to handlers, and prints nothing", async () => {
    const out = jest.spyOn(process.stdout, "write").mockImplementation(() => true);
    const handler = new RecordingHandler();
    try {
      server.reply(streamed());
      await ask(fireworks(server), true, "Hi.", { callbacks: [handler] });
      expect(out).not.toHaveBeenCalled();
    } finally {
      out.mockRestore();
    }
    expect(handler.events.flatMap((each) => (each.type === "token" && each.token !== "" ? [each.token] : []))).toEqual([
      "Hel",
      "lo.",
    ]);
  });

  describe("whose time is limited", () => {
    const clock = useClock();

    it.each(WAYS)("ends when it is over, $way, for the model or the call", async ({ isStreamed }) => {
      const silent: Script = bytes([], {}, { before: [stall] });
      server.reply(silent, silent);
      const ofModel = ask(fireworks(server, { timeout: 30 }), isStreamed).catch((error: unknown) => error);
      await server.received(1);
      clock.pass(30);
      expect(await ofModel).toBeInstanceOf(CallTimeoutError);
      // Core makes a signal of this one, which keeps Node's own time. Whenever that is over, the answer has not come.
      await expect(ask(fireworks(server), isStreamed, "Hi.", { timeout: 30 })).rejects.toMatchObject({
        name: "CallTimeoutError",
      });
      await server.idle();
      expect(fireworks(server).timeout).toBeUndefined();
    });
  });

  it("is sent with the user's own fetch, so that a proxy can be put between", async () => {
    const urls: string[] = [];
    const through = (url: string, init: RequestInit) => {
      urls.push(url);
      return fetch(url, init);
    };
    await fireworks(server, { fetch: through }).invoke("Hi.");
    expect(urls).toEqual([`${server.url}/inference/v1/chat/completions`]);
  });
});

describe("the books", () => {
  it("add tokens and cost up, call by call and model by model", async () => {
    const costs = new CostCallbackHandler();
    const [a, b] = [
      fireworks(server, { callbacks: [costs] }),
      fireworks(server, { callbacks: [costs], model: "kimi-k3" }),
    ];
    await a.invoke("Hi.");
    await a.invoke("Hi.");
    server.reply(whole(undefined, { model: "accounts/fireworks/models/kimi-k3" }));
    await b.invoke("Hi.");
    // 35 x 0.15 + 9 x 0.60 twice, 35 x 3 + 9 x 15 once, per million
    expect(costs.totals).toMatchObject({ calls: 3, inputTokens: 105, outputTokens: 27, costUsd: "0.0002613" });
    expect(costs.getCosts()).toMatchObject({ totalPromptTokens: 105, totalCompletionTokens: 27, totalCost: 0.0002613 });
    expect(costs.byModel).toMatchObject({
      [`fireworks/${MODEL}`]: { calls: 2, costUsd: "0.0000213" },
      "fireworks/kimi-k3": { calls: 1, costUsd: "0.00024" },
    });
  });

  it("of one model know nothing of another's: there is no global sum", async () => {
    const [a, b] = [fireworks(server), fireworks(server)];
    await a.invoke("Hi.");
    expect([a.costs.totals.calls, b.costs.totals.calls]).toEqual([1, 0]);
  });

  it("never keep a reply from its reader: a price table that breaks is a warning", async () => {
    const table = {
      ...new CostCallbackHandler(),
      name: "broken",
      origin: "user",
      rows: [],
      aliases: [],
      lookup: () => {
        throw new Error("Bad table.");
      },
    };
    const costs = new CostCallbackHandler({ table: table as never });
    expect((await fireworks(server, { costs }).invoke("Hi.")).text).toBe("Hello.");
    expect(costs.totals).toMatchObject({
      calls: 1,
      inputTokens: 35,
      outputTokens: 9,
      costUsd: undefined,
      unpricedCalls: 1,
    });
  });

  it.each([
    ["on the usage", { prompt_tokens_details: { cached_tokens: 800 } }],
    ["in fields of hits and misses", { prompt_cache_hit_tokens: 800, prompt_cache_miss_tokens: 200 }],
    [
      "in both",
      { prompt_tokens_details: { cached_tokens: 800 }, prompt_cache_hit_tokens: 800, prompt_cache_miss_tokens: 200 },
    ],
  ])("bill cached input once and at its price, and the rest in full, where it is %s", async (_, details) => {
    const model = "accounts/fireworks/models/kimi-k2p6";
    server.reply(
      whole(undefined, {
        model,
        usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100, ...details },
      }),
    );
    const answer = await fireworks(server, { model }).invoke("Hi.");
    // 200 x 0.95 + 800 x 0.16 + 100 x 4, per million
    expect(costOf(answer, { at: new Date("2026-06-01") }).totalUsd).toBe("0.000718");
  });
});
