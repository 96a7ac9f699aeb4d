import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { AIMessage } from "@langchain/core/messages";
import { costOf } from "../../../src/books/cost_of.js";
import { cut, sse, type Script } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, event, fireworks, lastEvent, streamed, USAGE, usageEvent, WAYS, whole } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

const read = (message: AIMessage) => {
  const { input_tokens, output_tokens, total_tokens } = message.usage_metadata ?? {};
  return [input_tokens, output_tokens, total_tokens, message.response_metadata.usage_source];
};

const words = [event({ content: "Hel" }), event({ content: "lo." })];
const growing = (completion_tokens: number) => ({
  prompt_tokens: 35,
  completion_tokens,
  total_tokens: 35 + completion_tokens,
});

describe("usage in a stream is read once, wherever it comes", () => {
  it.each<[string, Script]>([
    ["on the chunk with the finish reason, as documented", sse([...words, lastEvent({ usage: USAGE })])],
    ["on a last chunk without choices", sse([...words, lastEvent({}), usageEvent()])],
    ["on both: it is not added up", sse([...words, lastEvent({ usage: USAGE }), usageEvent()])],
    ["on both, the first of them null", sse([...words, lastEvent({ usage: null }), usageEvent()])],
    [
      "on both, the second of them null",
      sse([...words, lastEvent({ usage: USAGE }), { ...usageEvent(), usage: null }]),
    ],
    [
      "on every chunk, growing: the last one counts",
      sse([
        event({ content: "Hel" }, { usage: growing(3) }),
        event({ content: "lo." }, { usage: growing(6) }),
        lastEvent({ usage: growing(9) }),
      ]),
    ],
    ["before the finish reason", sse([event({ content: "Hello." }), usageEvent(), lastEvent({})])],
    ["with no end marker after it", sse([...words, lastEvent({ usage: USAGE })], { done: false })],
    [
      "on the chunk with everything",
      sse([event({ content: "Hello." }, { usage: USAGE, choice: { finish_reason: "stop" } })]),
    ],
  ])("%s", async (_, script) => {
    server.reply(script);
    const model = fireworks(server);
    expect(read(await ask(model, true))).toEqual([35, 9, 44, "server"]);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 35, outputTokens: 9, estimatedCalls: 0 });
  });
});

describe.each(WAYS)("$way", ({ isStreamed }) => {
  it.each<[string, Record<string, unknown>]>([
    ["nothing about usage", {}],
    ["null", { usage: null }],
    ["an empty object", { usage: {} }],
    ["words", { usage: { prompt_tokens: "many", completion_tokens: "few" } }],
    ["negative counts", { usage: { prompt_tokens: -1, completion_tokens: -9 } }],
    ["fractions", { usage: { prompt_tokens: 1.5, completion_tokens: 0.5 } }],
    ["zeros beside an answer", { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } }],
  ])("a server that says %s: an estimate that says it is one, never zero", async (_, body) => {
    server.reply(isStreamed ? sse([...words, lastEvent(body)]) : whole(undefined, { usage: undefined, ...body }));
    const model = fireworks(server);
    const answer = await ask(model, isStreamed);
    expect(answer.response_metadata.usage_source).toBe("estimated");
    expect(answer.usage_metadata?.input_tokens).toBeGreaterThan(0);
    expect(answer.usage_metadata?.output_tokens).toBeGreaterThan(0);
    expect(model.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1 });
    expect(costOf(answer).status).toBe("priced");
  });

  it.each<[string, Record<string, unknown>, Record<string, string>, number | undefined]>([
    ["the usage", { usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 20 } } }, {}, 20],
    [
      "the usage, although others say something else",
      {
        usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 20 } },
        perf_metrics: { "cached-prompt-tokens": 7 },
      },
      { "fireworks-cached-prompt-tokens": "8" },
      20,
    ],
    [
      "the performance metrics",
      { usage: USAGE, perf_metrics: { "prompt-tokens": 35, "cached-prompt-tokens": 21 } },
      {},
      21,
    ],
    ["the performance metrics, as text", { usage: USAGE, perf_metrics: { "cached-prompt-tokens": "21" } }, {}, 21],
    ["the headers", { usage: USAGE }, { "fireworks-prompt-tokens": "35", "fireworks-cached-prompt-tokens": "22" }, 22],
    [
      "the usage, which says none",
      { usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 0 } } },
      { "fireworks-cached-prompt-tokens": "22" },
      0,
    ],
    ["nowhere", { usage: { ...USAGE, prompt_tokens_details: null } }, {}, undefined],
    ["a header that is no number", { usage: USAGE }, { "fireworks-cached-prompt-tokens": "some" }, undefined],
    ["a header that says more than there was", { usage: USAGE }, { "fireworks-cached-prompt-tokens": "36" }, undefined],
    [
      "fields of hits and misses: a miss is ordinary input and no cache write",
      { usage: { ...USAGE, prompt_cache_hit_tokens: 20, prompt_cache_miss_tokens: 15 } },
      {},
      20,
    ],
  ])("cached tokens from %s", async (_, body, headers, cached) => {
    server.reply(isStreamed ? streamed(undefined, body, { headers }) : whole(undefined, body, { headers }));
    const answer = await ask(fireworks(server), isStreamed);
    expect(read(answer)).toEqual([35, 9, 44, "server"]);
    expect(answer.usage_metadata?.input_token_details?.cache_read).toBe(cached);
  });

  it("an answer without choices fails, with what it cost", async () => {
    server.reply(isStreamed ? sse([usageEvent()]) : whole(undefined, { choices: [] }));
    const model = fireworks(server);
    await expect(ask(model, isStreamed)).rejects.toMatchObject({
      partialOutput: { usage_metadata: { input_tokens: 35, output_tokens: 9 } },
    });
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 35, outputTokens: 9 });
  });

  it("tokens of a thought are part of the output; their number is not made up", async () => {
    server.reply(
      isStreamed
        ? streamed([{ reasoning_content: "Hm." }, { content: "Hi." }])
        : whole({ reasoning_content: "Hm.", content: "Hi." }),
    );
    expect((await ask(fireworks(server), isStreamed)).usage_metadata?.output_token_details?.reasoning).toBeUndefined();
  });
});

it("a stream that is cut fails, and the spend until then is an estimate", async () => {
  server.reply(sse([event({ content: "Tides are caused by the Moon" }), cut], { done: false }));
  const model = fireworks(server);
  const failing = ask(model, true);
  await expect(failing).rejects.toMatchObject({
    partialOutput: {
      content: "Tides are caused by the Moon",
      response_metadata: { usage_source: "estimated" },
      usage_metadata: { output_tokens: expect.any(Number) },
    },
  });
  expect(model.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1 });
});

it("a stream that ends without any chunk is an error, not an empty answer", async () => {
  server.reply(sse([]), sse([], { done: false }));
  await expect(ask(fireworks(server), true)).rejects.toThrow("without an answer");
  await expect(ask(fireworks(server), true)).rejects.toThrow();
});
