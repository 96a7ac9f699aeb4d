import { describe, expect, it } from "@jest/globals";
import { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { Reader } from "../../src/chat_models/leavable.js";
import { ModelCall } from "../../src/chat_models/model_call.js";
import { ownStream } from "../../src/chat_models/owned_stream.js";
import { Run } from "../../src/chat_models/run.js";

const chunk = (text: string) => new ChatGenerationChunk({ text, message: new AIMessageChunk(text) });

/** A stream whose second chunk is on its way when its call is aborted. */
function abortedOnTheWay() {
  const controller = new AbortController();
  const call = new ModelCall([], undefined, {}, controller.signal);
  const run = new Run(undefined);
  async function* chunks() {
    yield chunk("a");
    controller.abort();
    yield chunk("b");
  }
  const owner = {
    isV1: false,
    reader: new Reader(),
    partial: () => Promise.resolve(chunk("")),
    failure: (error: unknown) => Promise.resolve(error),
  };
  return { run, stream: ownStream(() => Promise.resolve({ run, call, chunks: chunks(), owner })) };
}

describe("a stream that is aborted while a chunk is on its way", () => {
  it("ends its run at once: a reader that has had enough asks for no more", async () => {
    const { run, stream } = abortedOnTheWay();
    expect((await stream.next()).value).toMatchObject({ text: "a" });
    expect(run.isSettled).toBe(false);
    await expect(stream.next()).rejects.toMatchObject({ name: "AbortError" });
    expect(run.isSettled).toBe(true);
  });
});
