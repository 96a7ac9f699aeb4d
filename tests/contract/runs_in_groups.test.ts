import { describe, expect, it } from "@jest/globals";
import { AIMessageChunk } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { resplit } from "../support/split.js";
import { stall, type Script } from "../support/wire_script.js";
import { collect } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const input = "Say hello.";
const pieces = ["a ", "b ", "c "].map((text) => ({ text }));

describe.each(subjects)("$name: a stream whose pieces come in one packet", (subject) => {
  const start = async (script: Script, signal?: AbortSignal) => {
    // All that comes before a fault in one write.
    wire.server.reply(resplit(script, (bytes) => [bytes]));
    const handler = new RecordingHandler();
    const stream = await subject.create(wire.server.url).stream(input, { callbacks: [handler], signal });
    return { handler, stream };
  };

  it("gives its reader a chunk for each, and the end", async () => {
    const { handler, stream } = await start(subject.scripts.streamed(pieces));
    const texts = (await collect(Promise.resolve(stream))).map(({ text }) => text);
    expect(texts.filter((text) => text !== "")).toEqual(["a ", "b ", "c "]);
    expect(expectOneRun(handler).last.type).toBe("end");
  });

  it("ends with all that came where its reader leaves after the first", async () => {
    const { handler, stream } = await start(subject.scripts.streamed([...pieces, stall]));
    for await (const _ of stream) break;
    expect(messageOf(expectOneRun(handler)).text).toBe("a b c ");
  });

  it("gives nothing more to who aborts after the first, and ends its run with an error that has all that came", async () => {
    const controller = new AbortController();
    const { handler, stream } = await start(subject.scripts.streamed([...pieces, stall]), controller.signal);
    const first = await stream.next();
    expect((first.value as AIMessageChunk).text).toBe("a ");
    controller.abort();
    await expect(stream.next()).rejects.toMatchObject({ name: "AbortError" });
    const run = expectOneRun(handler);
    expect(run.last.type).toBe("error");
    expect(messageOf(run).text).toBe("a b c ");
  });

  it("tells handlers of each chunk", async () => {
    const { handler, stream } = await start(subject.scripts.streamed(pieces));
    await stream.next();
    await stream.cancel();
    const { tokens } = expectOneRun(handler);
    expect(tokens.slice(0, 3).map(({ token }) => token)).toEqual(["a ", "b ", "c "]);
  });

  it("gives as events what a subclass makes of its chunks", async () => {
    wire.server.reply(subject.scripts.streamed(pieces));
    const model = subject.create(wire.server.url);
    const chunks = model._streamResponseChunks.bind(model);
    model._streamResponseChunks = async function* (...given) {
      for await (const { text, message } of chunks(...given)) {
        const fields = { ...(message as AIMessageChunk), content: text.toUpperCase() };
        yield new ChatGenerationChunk({ text: text.toUpperCase(), message: new AIMessageChunk(fields) });
      }
    };
    expect(await model.streamEvents(input).text).toBe("A B C ");
  });
});
