import { describe, expect, it } from "@jest/globals";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { RecordingHandler } from "../support/recording_handler.js";

/** A chat model as core wants it, with nothing of ours: it says "abc". */
class PlainModel extends BaseChatModel {
  constructor() {
    super({});
  }

  _llmType(): string {
    return "plain";
  }

  _generate(): Promise<ChatResult> {
    return Promise.resolve({ generations: [{ text: "abc", message: new AIMessage("abc") }] });
  }

  override async *_streamResponseChunks(): AsyncGenerator<ChatGenerationChunk> {
    for (const text of "abc") yield new ChatGenerationChunk({ text, message: new AIMessageChunk(text) });
  }
}

/**
 * What our models do because core does not. When one of these fails, core has begun to do it itself: look whether a run
 * is handled twice now, and what of `run_owner.ts` is no longer needed.
 */
describe("what core leaves to us", () => {
  const types = (handler: RecordingHandler) =>
    handler.events.map(({ type }) => type).filter((type) => type !== "token");

  it("does not end the run of a stream that its reader leaves", async () => {
    const handler = new RecordingHandler();
    for await (const _ of await new PlainModel().stream("x", { callbacks: [handler] })) break;
    await new Promise(setImmediate);
    expect(types(handler)).toEqual(["start"]);
  });

  it("does not end the run of a stream that is aborted while its reader has a chunk in hand", async () => {
    const handler = new RecordingHandler();
    const controller = new AbortController();
    const items = new PlainModel()._streamIterator("x", { callbacks: [handler], signal: controller.signal });
    await items.next();
    controller.abort();
    await new Promise(setImmediate);
    expect(types(handler)).toEqual(["start"]);
  });

  it("starts no run in streamEvents() without a version", async () => {
    const handler = new RecordingHandler();
    const message = await new PlainModel().streamEvents("x", { callbacks: [handler] });
    expect(message.text).toBe("abc");
    expect(types(handler)).toEqual([]);
  });

  it("ends a stream that is read to its end, so that the above are no accident of this model", async () => {
    const handler = new RecordingHandler();
    for await (const _ of await new PlainModel().stream("x", { callbacks: [handler] }));
    expect(types(handler)).toEqual(["start", "end"]);
  });
});
