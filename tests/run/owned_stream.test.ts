import { describe, expect, it } from "@jest/globals";
import { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { Reader } from "../../src/run/leavable.js";
import { ModelCall } from "../../src/run/model_call.js";
import { ownStream } from "../../src/run/owned_stream.js";
import { Run } from "../../src/run/run.js";
import { settingsWith } from "./settings.js";

const chunk = (text: string) => new ChatGenerationChunk({ text, message: new AIMessageChunk(text) });

/** A stream whose second chunk is on its way when its call is aborted. */
function abortedOnTheWay() {
  const controller = new AbortController();
  const call = new ModelCall([], settingsWith(controller.signal), undefined, {});
  const run = new Run(undefined);
  async function* chunks() {
    yield chunk("a");
    controller.abort();
    yield chunk("b");
  }
  return { run, stream: ownStream(() => Promise.resolve({ run, call, chunks: chunks(), reader: new Reader() })) };
}

describe("a stream that is aborted while a chunk is on its way", () => {
  it("ends its run at once: a reader that has had enough asks for no more", async () => {
    const { run, stream } = abortedOnTheWay();
    expect((await stream.next()).value).toMatchObject([{ text: "a" }]);
    expect(run.isSettled).toBe(false);
    await expect(stream.next()).rejects.toMatchObject({ name: "AbortError" });
    expect(run.isSettled).toBe(true);
  });
});
