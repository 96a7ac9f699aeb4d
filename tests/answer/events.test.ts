import { describe, expect, it } from "@jest/globals";
import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatModelStreamEvent } from "@langchain/core/language_models/event";
import type { ChatGenerationChunk } from "@langchain/core/outputs";
import fc from "fast-check";
import { toChunk } from "../../src/answer/chunk.js";
import { isOnlyText, type AnswerDelta } from "../../src/answer/delta.js";
import { EventWriter, toEvents } from "../../src/answer/events.js";
import { anyAnswer } from "../support/any_answer.js";

const chunkOf = (delta: AnswerDelta) => toChunk(delta, "metered-test", "run-1");

async function eventsOfChunks(deltas: readonly AnswerDelta[]): Promise<ChatModelStreamEvent[]> {
  async function* chunks(): AsyncGenerator<ChatGenerationChunk> {
    for (const delta of deltas) yield chunkOf(delta);
  }
  const events: ChatModelStreamEvent[] = [];
  for await (const event of toEvents(chunks())) events.push(event);
  return events;
}

describe("the events of an answer", () => {
  it("are the same where no chunk is made of what is text alone", async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, async (deltas) => {
        const writer = new EventWriter();
        const events: ChatModelStreamEvent[] = [];
        for (const [at, delta] of deltas.entries()) {
          if (at > 0 && isOnlyText(delta)) writer.addText(delta, events);
          else writer.add(chunkOf(delta).message as AIMessageChunk, events);
        }
        writer.finish(events);
        expect(events).toEqual(await eventsOfChunks(deltas));
      }),
    );
  });

  it("begin and end where nothing came", async () => {
    expect(await eventsOfChunks([])).toEqual([
      { event: "message-start" },
      { event: "message-finish", reason: "stop", usage: undefined, responseMetadata: {} },
    ]);
  });

  it("say nothing of a figure that a subclass's chunk has as `null`", async () => {
    const chunk = chunkOf({ text: "a" });
    Object.assign(chunk.message, { usage_metadata: null });
    const events: ChatModelStreamEvent[] = [];
    new EventWriter().add(chunk.message as AIMessageChunk, events);
    expect(events.map(({ event }) => event)).toEqual(["message-start", "content-block-start", "content-block-delta"]);
  });

  it("have a thought and a text that came in one piece in blocks of their own", async () => {
    const events = await eventsOfChunks([{ text: "a", reasoning: "r" }, { text: "b" }]);
    const deltas = events.flatMap((event) => (event.event === "content-block-delta" ? [event] : []));
    expect(deltas).toEqual([
      { event: "content-block-delta", index: 0, delta: { type: "reasoning-delta", reasoning: "r" } },
      { event: "content-block-delta", index: 1, delta: { type: "text-delta", text: "a" } },
      { event: "content-block-delta", index: 1, delta: { type: "text-delta", text: "b" } },
    ]);
  });
});
