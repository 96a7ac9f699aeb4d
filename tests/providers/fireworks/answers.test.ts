import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { AIMessageChunk } from "@langchain/core/messages";
import { splitAtRandom, resplit } from "../../support/split.js";
import { sse } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { answers, ask, event, fireworks, lastEvent, MODEL, streamed, USAGE, WAYS, whole } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

describe.each(WAYS)("an answer, $way", ({ isStreamed }) => {
  it("has text, usage, the model that served, the reason of its end, and says where its usage is from", async () => {
    server.reply(answers({ content: "J'adore la programmation." }, isStreamed));
    const answer = await ask(fireworks(server), isStreamed);
    expect(answer.content).toBe("J'adore la programmation.");
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 35, output_tokens: 9, total_tokens: 44 });
    expect(answer.response_metadata).toMatchObject({
      model_provider: "fireworks",
      model_name: MODEL,
      finish_reason: "stop",
      usage_source: "server",
      id: "chatcmpl-1",
    });
    expect(answer.id).toMatch(/^run-/);
  });

  it.each(["stop", "length", "tool_calls"])("keeps the finish reason `%s`", async (reason) => {
    server.reply(
      isStreamed
        ? sse([event({ content: "Hi." }), lastEvent(undefined, reason)])
        : whole({ content: "Hi." }, { choice: { finish_reason: reason } }),
    );
    expect((await ask(fireworks(server), isStreamed)).response_metadata.finish_reason).toBe(reason);
  });

  it("shows reasoning apart from the text, in both forms of content", async () => {
    for (const outputVersion of ["v0", "v1"] as const) {
      server.reply(answers({ reasoning_content: "They greet.", content: "Hello." }, isStreamed));
      const answer = await ask(fireworks(server, { outputVersion }), isStreamed);
      expect(answer.text).toBe("Hello.");
      expect(answer.additional_kwargs.reasoning_content).toBe("They greet.");
      expect(answer.contentBlocks).toMatchObject([
        { type: "reasoning", reasoning: "They greet." },
        { type: "text", text: "Hello." },
      ]);
    }
  });

  it("keeps log probabilities of OpenAI's shape", async () => {
    const content = [
      {
        token: "Hi",
        bytes: [72, 105],
        logprob: -0.1,
        sampling_logprob: -0.2,
        text_offset: 0,
        token_id: 5,
        top_logprobs: [],
      },
    ];
    const choice = { logprobs: { content } };
    server.reply(
      isStreamed ? sse([event({ content: "Hi" }, { choice }), lastEvent()]) : whole({ content: "Hi" }, { choice }),
    );
    expect((await ask(fireworks(server), isStreamed)).response_metadata.logprobs).toEqual({ content });
  });

  it("keeps log probabilities of the older shape, arrays side by side", async () => {
    const slice = (token: string, offset: number) => ({
      tokens: [token],
      token_logprobs: [-0.5],
      top_logprobs: [{ [token]: -0.5 }],
      text_offset: [offset],
      token_ids: [offset],
    });
    const joined = {
      tokens: ["Hi", "."],
      token_logprobs: [-0.5, -0.5],
      top_logprobs: [{ Hi: -0.5 }, { ".": -0.5 }],
      text_offset: [0, 2],
      token_ids: [0, 2],
    };
    server.reply(
      isStreamed
        ? sse([
            event({ content: "Hi" }, { choice: { logprobs: slice("Hi", 0) } }),
            event({ content: "." }, { choice: { logprobs: slice(".", 2) } }),
            lastEvent(),
          ])
        : whole({ content: "Hi." }, { choice: { logprobs: joined } }),
    );
    expect((await ask(fireworks(server), isStreamed)).response_metadata.logprobs).toEqual(joined);
  });

  it("keeps what was asked for about the model's own view: raw output, token ids, performance", async () => {
    const raw_output = {
      completion: "Hi.<|end|>",
      prompt_fragments: ["<|user|>"],
      prompt_token_ids: [1, 2],
      completion_token_ids: [3],
    };
    const perf_metrics = { "prompt-tokens": 35, "server-time-to-first-token": 0.12 };
    server.reply(
      isStreamed
        ? sse([
            event({ content: "Hi" }, { prompt_token_ids: [1, 2], choice: { token_ids: [3] } }),
            event({ content: "." }, { choice: { token_ids: [4], raw_output } }),
            lastEvent({ usage: USAGE, perf_metrics }),
          ])
        : whole(
            { content: "Hi." },
            { prompt_token_ids: [1, 2], perf_metrics, choice: { raw_output, token_ids: [3, 4] } },
          ),
    );
    const answer = await ask(fireworks(server), isStreamed);
    expect(answer.response_metadata).toMatchObject({
      raw_output,
      perf_metrics,
      prompt_token_ids: [1, 2],
      token_ids: [3, 4],
    });
  });

  it("keeps Fireworks' headers and what is left of the limits", async () => {
    const headers = {
      "fireworks-server-processing-time": "0.5",
      "x-ratelimit-remaining-tokens-generated": "1000",
      "x-ratelimit-over-limit": "no",
      "x-other": "y",
    };
    server.reply(isStreamed ? streamed(undefined, undefined, { headers }) : whole(undefined, undefined, { headers }));
    const { fireworks_headers, rate_limit } = (await ask(fireworks(server), isStreamed)).response_metadata;
    expect(fireworks_headers).toEqual({ "server-processing-time": "0.5" });
    expect(rate_limit).toEqual({ "remaining-tokens-generated": "1000", "over-limit": "no" });
  });

  it("names the model that served another one's request", async () => {
    const model = "accounts/fireworks/models/kimi-k3";
    server.reply(
      isStreamed ? sse([event({ content: "Hi." }, { model }), { ...lastEvent(), model }]) : whole(undefined, { model }),
    );
    expect((await ask(fireworks(server, { model: "auto" }), isStreamed)).response_metadata.model_name).toBe(model);
  });
});

/** Contents with thoughts in them, as some models write them, and what is text and what is thought. */
const THOUGHTS: [title: string, content: string, text: string, reasoning: string | undefined][] = [
  ["a thought first", "<think>They greet.</think>Hello.", "Hello.", "They greet."],
  ["white space before the thought", "\n\n<think>\nThey greet.\n</think>\n\nHello.", "\n\nHello.", "\nThey greet.\n"],
  ["an empty thought", "<think></think>Hello.", "Hello.", undefined],
  ["no thought", "Hello.", "Hello.", undefined],
  ["a tag in the middle, which is talk about tags", "Write <think> first.", "Write <think> first.", undefined],
  [
    "a tag in the middle that is closed too",
    "Say <think>x</think> like this.",
    "Say <think>x</think> like this.",
    undefined,
  ],
  ["a second thought, which is text", "<think>a</think>b<think>c</think>d", "b<think>c</think>d", "a"],
  ["what looks like the beginning of a tag", "<thin ice", "<thin ice", undefined],
  ["nothing but the beginning of a tag", "<thi", "<thi", undefined],
  ["a broken closing tag in the thought", "<think>a</thin b</think>c", "c", "a</thin b"],
  ["other tags", "<thought>a</thought>c", "c", "a"],
  ["a closing tag alone", "They greet.\n</think>\nHi.", "\nHi.", "They greet.\n"],
];

describe("thoughts between tags in the content", () => {
  it.each(THOUGHTS)("whole: %s", async (_, content, text, reasoning) => {
    server.reply(whole({ content }));
    const answer = await ask(fireworks(server), false);
    expect([answer.text, answer.additional_kwargs.reasoning_content]).toEqual([text, reasoning]);
  });

  it.each(THOUGHTS)("streamed, cut between any two characters: %s", async (_, content, text, reasoning) => {
    for (let at = 0; at <= content.length; at++) {
      server.reply(streamed([{ content: content.slice(0, at) }, { content: content.slice(at) }]));
      const answer = await ask(fireworks(server), true);
      expect([answer.text, answer.additional_kwargs.reasoning_content]).toEqual([text, reasoning]);
    }
  });

  it("streamed, cut into any pieces, in any packets: the same text and thought", async () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...THOUGHTS),
        cuts,
        fc.nat(1000),
        async ([, content, text, reasoning], at, seed) => {
          const edges = [0, ...at.filter((edge) => edge < content.length).sort((a, b) => a - b), content.length];
          const deltas = edges.slice(1).map((edge, index) => ({ content: content.slice(edges[index], edge) }));
          server.reply(resplit(streamed(deltas), splitAtRandom(seed)));
          const answer = await ask(fireworks(server), true);
          expect([answer.text, answer.additional_kwargs.reasoning_content]).toEqual([text, reasoning]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(WAYS)("$way: tags stay where `thinkTags` says so", async ({ isStreamed }) => {
    server.reply(answers({ content: "<think>Hm.</think>Hi." }, isStreamed));
    expect((await ask(fireworks(server, { thinkTags: "off" }), isStreamed)).text).toBe("<think>Hm.</think>Hi.");
  });

  it.each(WAYS)("$way: a tag that never closes loses nothing", async ({ isStreamed }) => {
    server.reply(answers({ content: "<think>They greet. Hello." }, isStreamed));
    expect((await ask(fireworks(server), isStreamed)).text).toContain("They greet. Hello.");
  });

  it("streamed: the answer in the same piece as the closing tag is the answer, and the tags are in neither", async () => {
    server.reply(streamed([{ content: "<think>They" }, { content: " greet.</think>Hello" }, { content: "." }]));
    const answer = await ask(fireworks(server), true);
    expect([answer.text, answer.additional_kwargs.reasoning_content]).toEqual(["Hello.", "They greet."]);
  });

  it("streamed: content and reasoning in one piece stay what they are", async () => {
    server.reply(
      streamed([
        { content: "Hel", reasoning_content: "They " },
        { content: "lo.", reasoning_content: "greet." },
      ]),
    );
    const answer = await ask(fireworks(server), true);
    expect([answer.text, answer.additional_kwargs.reasoning_content]).toEqual(["Hello.", "They greet."]);
  });

  it("streamed: usage that comes inside an open tag is read", async () => {
    server.reply(
      sse([
        event({ content: "<think>They greet." }),
        { ...event({}), choices: [], usage: USAGE },
        event({ content: "</think>Hello." }),
        lastEvent({}),
      ]),
    );
    const answer = await ask(fireworks(server), true);
    expect(answer.text).toBe("Hello.");
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 35, output_tokens: 9 });
  });

  it("a question that mentions the tag changes nothing", async () => {
    server.reply(streamed([{ content: "It opens a thought." }]));
    expect((await ask(fireworks(server), true, "What does <think> mean?")).text).toBe("It opens a thought.");
  });
});

describe("a stream", () => {
  it("gives each piece of the wire as one chunk, with the usage on exactly one", async () => {
    server.reply(streamed([{ content: "a" }, { reasoning_content: "b" }, { content: "c" }]));
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await fireworks(server).stream("Hi.")) chunks.push(chunk);
    expect(chunks.map(({ text }) => text).filter((text) => text !== "")).toEqual(["a", "c"]);
    expect(chunks.filter((chunk) => chunk.usage_metadata !== undefined)).toHaveLength(1);
  });

  it("shows reasoning, text and calls as events of content blocks", async () => {
    server.reply(
      streamed([
        { reasoning_content: "Hm." },
        { content: "Hi." },
        { tool_calls: [{ index: 0, id: "c", function: { name: "t", arguments: "{}" } }] },
      ]),
    );
    const finished: unknown[] = [];
    for await (const streamEvent of fireworks(server).streamEvents("Hi."))
      if (streamEvent.event === "content-block-finish") finished.push(streamEvent.content);
    expect(finished).toMatchObject([
      { type: "reasoning", reasoning: "Hm." },
      { type: "text", text: "Hi." },
      { type: "tool_call", id: "c", name: "t", args: {} },
    ]);
  });
});

it("several answers to one request: each a generation, the usage counted once", async () => {
  const choices = ["one", "two", "three"].map((content, index) => ({
    index,
    finish_reason: "stop",
    message: { role: "assistant", content },
  }));
  server.reply(whole(undefined, { choices }));
  const model = fireworks(server, { n: 3 });
  const { generations } = await model.generate([[["human", "Hi."]]]);
  expect(generations[0]?.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 35, outputTokens: 9 });
});
