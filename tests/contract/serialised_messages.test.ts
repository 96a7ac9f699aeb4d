import { describe, expect, it } from "@jest/globals";
import { load } from "@langchain/core/load";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import { MeteredMessageChunk } from "../../src/answer/chunk.js";
import { collect } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

/** Checkpointers and stores keep messages as JSON, and read them with `load`, which knows core's classes only. */
const wire = useServer();
const call = { id: "abc123", name: "adder", args: { a: 1, b: 2 } };

const reload = (message: AIMessage): Promise<AIMessage> => load<AIMessage>(JSON.stringify(message));

describe.each(subjects)("$name: messages as JSON", (subject) => {
  it("come back as they were, streamed or whole", async () => {
    wire.server.always(({ json }) =>
      (json as { stream?: boolean }).stream
        ? subject.scripts.streamed([{ text: "Let me see." }, { call }])
        : subject.scripts.whole({ text: "Let me see.", calls: [call] }),
    );
    const chunks = await collect(subject.create(wire.server.url).stream("1 + 2?"));
    const sum = chunks.reduce((total, chunk) => concat(total, chunk));
    const streamed = await subject.create(wire.server.url, { streaming: true }).invoke("1 + 2?");
    for (const message of [...chunks, sum, streamed]) {
      const loaded = await reload(message);
      expect(loaded).toBeInstanceOf(AIMessageChunk);
      const { content, usage_metadata, response_metadata, tool_calls } = message;
      expect(loaded).toMatchObject({ content, response_metadata, tool_calls });
      expect(loaded.usage_metadata).toEqual(usage_metadata);
    }
    const whole = await subject.create(wire.server.url).invoke("1 + 2?");
    expect(await reload(whole)).toEqual(whole);
  });
});

it("keeps a call that was cut off from being completed by a guess", async () => {
  const message = new MeteredMessageChunk({
    content: "",
    tool_call_chunks: [{ type: "tool_call_chunk", index: 0, id: "abc123", name: "adder", args: '{"a": 1' }],
    response_metadata: { finish_reason: "length" },
  });
  const loaded = await reload(message);
  expect(loaded).toBeInstanceOf(AIMessage);
  expect(loaded.tool_calls).toEqual([]);
  expect(loaded.invalid_tool_calls).toMatchObject([{ id: "abc123", name: "adder", args: '{"a": 1' }]);
});
