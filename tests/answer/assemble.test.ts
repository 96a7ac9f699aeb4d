import { describe, expect, it } from "@jest/globals";
import type { AIMessageChunk } from "@langchain/core/messages";
import { AIMessageChunk as PlainChunk } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import fc from "fast-check";
import { assembleChunks, toGeneration } from "../../src/answer/assemble.js";
import { toChunk } from "../../src/answer/chunk.js";
import { toV1 } from "../../src/answer/content_blocks.js";
import type { AnswerDelta } from "../../src/answer/delta.js";
import { toEvents } from "../../src/answer/events.js";
import { joinDeltas } from "../../src/answer/join.js";
import { ChatModelStream } from "@langchain/core/language_models/stream";
import { anyAnswer } from "../support/any_answer.js";

const chunksOf = (deltas: readonly AnswerDelta[]) => deltas.map((delta) => toChunk(delta, "metered-test", "run-1"));
const messageOf = (chunk: ChatGenerationChunk | undefined) => chunk?.message as AIMessageChunk;

describe("the sum of an answer's chunks", () => {
  it("is what core's own sum is", () => {
    fc.assert(
      fc.property(anyAnswer, (deltas) => {
        const chunks = chunksOf(deltas);
        const ours = assembleChunks(chunks);
        const cores = chunksOf(deltas).reduce((sum, chunk) => sum.concat(chunk));
        expect(ours?.text).toBe(cores.text);
        for (const key of [
          "id",
          "content",
          "tool_calls",
          "invalid_tool_calls",
          "usage_metadata",
          "response_metadata",
          "additional_kwargs",
        ] as const) {
          expect(messageOf(ours)[key]).toEqual(messageOf(cores)[key]);
        }
        // Core keeps the last chunk's log probabilities there; all of them are worth more.
        expect({ ...ours?.generationInfo, logprobs: undefined }).toEqual({
          ...cores.generationInfo,
          logprobs: undefined,
        });
        expect(ours?.generationInfo?.logprobs).toEqual(messageOf(cores).response_metadata.logprobs);
      }),
    );
  });

  it("says what the same answer says that was not streamed", () => {
    fc.assert(
      fc.property(anyAnswer, (deltas) => {
        const message = messageOf(assembleChunks(chunksOf(deltas)));
        const [whole] = joinDeltas(deltas);
        const generation = toGeneration(whole ?? {}, "metered-test");
        expect(message.text).toBe(generation.text);
        expect(message.tool_calls).toEqual((generation.message as AIMessageChunk).tool_calls);
        expect(message.additional_kwargs).toEqual(generation.message.additional_kwargs);
        expect(message.response_metadata).toEqual(generation.message.response_metadata);
        expect(message.usage_metadata).toEqual((generation.message as AIMessageChunk).usage_metadata);
      }),
    );
  });

  it("is what the events of the same chunks come to", async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, async (deltas) => {
        const chunks = chunksOf(deltas);
        const message = messageOf(assembleChunks(chunks));
        const fromEvents = await new ChatModelStream(toEvents(toAsync(chunks)));
        expect(fromEvents.text).toBe(message.text);
        expect(fromEvents.tool_calls).toEqual(message.tool_calls);
        expect(fromEvents.usage_metadata).toEqual(message.usage_metadata);
        expect(fromEvents.response_metadata).toMatchObject({
          model_name: "m",
          usage_source: "server",
          model_provider: "metered-test",
        });
        const reasoning = fromEvents.contentBlocks.flatMap((block) =>
          block.type === "reasoning" ? [block.reasoning] : [],
        );
        expect(reasoning.join("")).toBe(message.additional_kwargs.reasoning_content ?? "");
      }),
      { numRuns: 50 },
    );
  });

  it("has each call in an event of its own, also where ids repeat", async () => {
    const made = ['{"a":1}', '{"b":', '{"c":3}'].map((text, index) => ({ index, id: "0", name: "f", args: text }));
    const finished: unknown[] = [];
    for await (const event of toEvents(toAsync(chunksOf([{ toolCalls: made }])))) {
      if (event.event === "content-block-finish") finished.push(event.content);
    }
    expect(finished).toMatchObject([
      { type: "tool_call", args: { a: 1 } },
      { type: "invalid_tool_call", args: '{"b":' },
      { type: "tool_call", args: { c: 3 } },
    ]);
  });

  it("is nothing of nothing, and the one of one", () => {
    expect(assembleChunks([])).toBeUndefined();
    const [only] = chunksOf([{ text: "x" }]);
    expect(only && assembleChunks([only])).toBe(only);
  });

  it("is left to core where a chunk is not one of ours", () => {
    const chunks = [
      new ChatGenerationChunk({
        text: "a",
        message: new PlainChunk({ content: [{ type: "text", text: "a", index: 0 }] }),
      }),
      ...chunksOf([{ text: "b" }]),
    ];
    expect(assembleChunks(chunks)?.message.content).toEqual([
      { type: "text", text: "a", index: 0 },
      { type: "text", text: "b" },
    ]);
  });
});

describe("calls that were cut off", () => {
  const half: AnswerDelta[] = [{ toolCalls: [{ index: 0, id: "a", name: "pay", args: '{"to": "Ada", "amount": 10' }] }];

  it.each<[string, AnswerDelta]>([
    ["at the output limit", { finishReason: "length" }],
    ["by the server's own word for an end", { finishReason: "tool_calls" }],
    ["with the stream", { metadata: { usage_source: "estimated" } }],
  ])("%s are not calls that can be made", (_, end) => {
    const message = messageOf(assembleChunks(chunksOf([...half, end])));
    expect(message.tool_calls).toEqual([]);
    expect(message.invalid_tool_calls).toMatchObject([{ name: "pay", args: '{"to": "Ada", "amount": 10' }]);
    expect(message.contentBlocks).toMatchObject([{ type: "invalid_tool_call", name: "pay" }]);
    expect(toV1(message).content).toMatchObject([{ type: "invalid_tool_call", name: "pay" }]);
  });

  it("are shown as far as they came while they stream", () => {
    expect(messageOf(chunksOf(half)[0]).tool_calls).toEqual([
      { type: "tool_call", id: "a", name: "pay", args: { to: "Ada", amount: 10 } },
    ]);
  });
});

async function* toAsync<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
