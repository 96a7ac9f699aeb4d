import { describe, expect, it } from "@jest/globals";
import { ask, chunk, completion, counts, end, modelOf, spent } from "../../support/completions.js";
import { json, sse } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";

type Json = Record<string, unknown>;

const server = useWireServer();

const hello = chunk({ role: "assistant", content: "Hello there" });

/** What a user sees of usage: the figures and where they come from. */
async function usageOf(mode: "stream" | "whole", reply: Json[] | Json) {
  server.always(Array.isArray(reply) ? sse(reply) : json(200, reply));
  const { usage_metadata: usage, response_metadata: metadata } = await ask(modelOf(server), mode);
  const { input_token_details: input, output_token_details: output, ...totals } = usage ?? {};
  return { ...totals, ...input, ...output, source: metadata.usage_source, metadata };
}

describe("usage that is not there is estimated, flagged, and never zero", () => {
  const rows: [quirk: string, mode: "stream" | "whole", reply: Json[] | Json][] = [
    [
      "usage absent (FastChat-like, proxies)",
      "whole",
      completion({ content: "Hello there" }, {}, { usage: undefined }),
    ],
    ["usage null", "whole", completion({ content: "Hello there" }, {}, { usage: null })],
    ["no usage in a stream (the server ignores include_usage)", "stream", [hello, end()]],
    ["usage all zeros though text came (LocalAI with tools), streamed", "stream", [hello, end(), spent(0, 0)]],
    [
      "usage all zeros though text came, whole",
      "whole",
      completion({ content: "Hello there" }, {}, { usage: counts(0, 0) }),
    ],
    [
      "usage all zeros though a tool was called",
      "whole",
      completion({ tool_calls: [{ id: "a", function: { name: "f", arguments: "{}" } }] }, {}, { usage: counts(0, 0) }),
    ],
    [
      "negative, NaN and text where numbers should be",
      "whole",
      completion(
        { content: "Hello there" },
        {},
        { usage: { prompt_tokens: -1, completion_tokens: "5", total_tokens: Number.NaN } },
      ),
    ],
  ];

  it.each(rows)("%s", async (_quirk, mode, reply) => {
    const usage = await usageOf(mode, reply);
    expect(usage.source).toBe("estimated");
    expect(usage.input_tokens).toBeGreaterThan(5);
    expect(usage.output_tokens).toBeGreaterThan(0);
    expect(usage.total_tokens).toBe(Number(usage.input_tokens) + Number(usage.output_tokens));
    expect(usage.metadata.usage_estimate).toMatchObject({
      reason: "the server reported no usage",
      inputTokens: [expect.any(Number), expect.any(Number)],
    });
  });

  it.each<["stream" | "whole", Json[] | Json]>([
    ["stream", [chunk({ role: "assistant", content: "" }), end()]],
    ["whole", completion({ content: null }, {}, { usage: undefined })],
  ])("of an answer without a word: its end alone is a token (%s)", async (mode, reply) => {
    expect(await usageOf(mode, reply)).toMatchObject({ output_tokens: 1, source: "estimated" });
  });

  it("one count of the two: the server's is kept, the other is estimated", async () => {
    const usage = await usageOf(
      "whole",
      completion({ content: "Hello there" }, {}, { usage: { prompt_tokens: 5, completion_tokens: null } }),
    );
    expect(usage).toMatchObject({ input_tokens: 5, source: "estimated" });
    expect(usage.output_tokens).toBeGreaterThan(0);
    expect(usage.metadata.usage_estimate).toMatchObject({ inputTokens: [5, 5] });
  });

  it("the other count of the two", async () => {
    const usage = await usageOf("stream", [
      hello,
      end(),
      { choices: [], usage: { prompt_tokens: 0, completion_tokens: 4 } },
    ]);
    expect(usage).toMatchObject({ output_tokens: 4, source: "estimated" });
    expect(usage.input_tokens).toBeGreaterThan(5);
    expect(usage.metadata.usage_estimate).toMatchObject({ outputTokens: [4, 4] });
  });
});

describe("usage is read wherever servers put it", () => {
  const timings = { prompt_n: 3, cache_n: 20, predicted_n: 7, prompt_ms: 1.5, predicted_ms: 2 };
  const rows: [quirk: string, mode: "stream" | "whole", reply: Json[] | Json, expected: Json][] = [
    [
      "usage on every chunk, cumulative",
      "stream",
      [
        chunk({ content: "A" }, {}, { usage: counts(5, 0) }),
        chunk({ content: "B" }, {}, { usage: counts(5, 1) }),
        end("stop", { usage: counts(5, 2) }),
      ],
      { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
    ],
    [
      "usage null on all chunks but the last",
      "stream",
      [chunk({ content: "A" }, {}, { usage: null }), end("stop", { usage: null }), spent(5, 1)],
      { input_tokens: 5, output_tokens: 1, total_tokens: 6 },
    ],
    [
      "zeros at the end take nothing back",
      "stream",
      [hello, end("stop", { usage: counts(5, 2) }), spent(0, 0)],
      { input_tokens: 5, output_tokens: 2, total_tokens: 7, source: "server" },
    ],
    [
      "usage in choices[0].usage (Moonshot)",
      "stream",
      [hello, chunk({}, { finish_reason: "stop", usage: counts(8, 3) })],
      { input_tokens: 8, output_tokens: 3, total_tokens: 11 },
    ],
    [
      "usage in choices[0].usage beside another choice",
      "whole",
      completion(
        {},
        {},
        {
          choices: [
            { index: 0, message: { content: "A" }, finish_reason: "stop", usage: counts(8, 3) },
            { index: 1, message: { content: "B" }, finish_reason: "stop" },
          ],
          usage: null,
        },
      ),
      { input_tokens: 8, output_tokens: 3, total_tokens: 11 },
    ],
    [
      "usage chunk without `choices`",
      "stream",
      [hello, end(), { usage: counts(9, 4) }],
      { input_tokens: 9, output_tokens: 4, total_tokens: 13 },
    ],
    [
      "usage under x_groq",
      "stream",
      [hello, end("stop", { x_groq: { usage: counts(9, 4) } })],
      { input_tokens: 9, output_tokens: 4, total_tokens: 13 },
    ],
    [
      "`timings` only (llama.cpp), streamed",
      "stream",
      [hello, end("stop", { timings })],
      { input_tokens: 23, output_tokens: 7, total_tokens: 30, cache_read: 20 },
    ],
    [
      "`timings` on one chunk and usage on the next, which does not say what was cached (older llama.cpp)",
      "stream",
      [hello, end("stop", { timings }), spent(23, 7)],
      { input_tokens: 23, output_tokens: 7, total_tokens: 30, cache_read: 20 },
    ],
    [
      "`timings` beside usage that does not say what was cached",
      "whole",
      completion({ content: "Hi" }, {}, { usage: counts(23, 7), timings }),
      { input_tokens: 23, output_tokens: 7, cache_read: 20 },
    ],
    [
      "what usage says of the cache counts more than `timings`",
      "whole",
      completion(
        { content: "Hi" },
        {},
        { usage: counts(23, 7, { prompt_tokens_details: { cached_tokens: 4 } }), timings },
      ),
      { input_tokens: 23, output_tokens: 7, cache_read: 4 },
    ],
    [
      "`timings` only, whole",
      "whole",
      completion({ content: "Hi" }, {}, { usage: undefined, timings }),
      { input_tokens: 23, output_tokens: 7, cache_read: 20 },
    ],
    [
      "`timings` beside a usage of zeros",
      "whole",
      completion({ content: "Hi" }, {}, { usage: counts(0, 0), timings }),
      { input_tokens: 23, output_tokens: 7 },
    ],
    [
      "reasoning_tokens at the top of usage (SGLang)",
      "whole",
      completion({ content: "Hi" }, {}, { usage: counts(5, 9, { reasoning_tokens: 6 }) }),
      { output_tokens: 9, reasoning: 6 },
    ],
    [
      "reasoning_tokens in the details (vLLM)",
      "stream",
      [hello, end(), spent(5, 9, { completion_tokens_details: { reasoning_tokens: 6 } })],
      { output_tokens: 9, reasoning: 6 },
    ],
    [
      "cached_tokens 7",
      "whole",
      completion({ content: "Hi" }, {}, { usage: counts(9, 1, { prompt_tokens_details: { cached_tokens: 7 } }) }),
      { input_tokens: 9, cache_read: 7 },
    ],
    [
      "cached_tokens 0 is a figure",
      "whole",
      completion({ content: "Hi" }, {}, { usage: counts(9, 1, { prompt_tokens_details: { cached_tokens: 0 } }) }),
      { cache_read: 0 },
    ],
    [
      "written to the cache",
      "whole",
      completion(
        { content: "Hi" },
        {},
        { usage: counts(9, 1, { prompt_tokens_details: { cached_tokens: 4, created_cache_tokens: 3 } }) },
      ),
      { cache_read: 4, cache_creation: 3 },
    ],
    [
      "a total that disagrees is computed anew",
      "whole",
      completion({ content: "Hi" }, {}, { usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 99 } }),
      { total_tokens: 10 },
    ],
  ];

  it.each(rows)("%s", async (_quirk, mode, reply, expected) => {
    expect(await usageOf(mode, reply)).toMatchObject({ ...expected, source: "server" });
  });

  it.each([null, undefined, {}])("cached_tokens absent (details are %p): no detail is made up", async (details) => {
    server.always(
      json(
        200,
        completion(
          { content: "Hi" },
          {},
          { usage: counts(9, 1, { prompt_tokens_details: details, completion_tokens_details: details }) },
        ),
      ),
    );
    const { usage_metadata: usage } = await ask(modelOf(server), "whole");
    expect(usage).toEqual({ input_tokens: 9, output_tokens: 1, total_tokens: 10 });
  });

  it("`timings` that cannot be of this prompt say nothing of its cache", async () => {
    server.always(json(200, completion({ content: "Hi" }, {}, { usage: counts(10, 7), timings })));
    const { usage_metadata: usage } = await ask(modelOf(server), "whole");
    expect(usage).toEqual({ input_tokens: 10, output_tokens: 7, total_tokens: 17 });
  });

  it("keeps llama.cpp's timings in the metadata", async () => {
    expect((await usageOf("stream", [hello, end("stop", { timings })])).metadata.timings).toEqual(timings);
  });

  it("emits usage on exactly one chunk", async () => {
    server.always(
      sse([
        chunk({ content: "A" }, {}, { usage: counts(5, 1) }),
        chunk({ content: "B" }, {}, { usage: counts(5, 2) }),
        end(),
        spent(5, 2),
      ]),
    );
    const reported = [];
    for await (const each of await modelOf(server).stream("Hi"))
      if (each.usage_metadata) reported.push(each.usage_metadata.output_tokens);
    expect(reported).toEqual([2]);
  });
});
