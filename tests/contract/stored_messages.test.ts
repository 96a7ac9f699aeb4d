import { describe, expect, it } from "@jest/globals";
import { load } from "@langchain/core/load";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import { ChatOpenLLM } from "../../src/providers/openllm/chat.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { sse } from "../support/wire_script.js";
import { collect } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";
import type { Piece } from "./wires/answer_script.js";

const wire = useServer();
const call = { id: "call_a", name: "weather", args: { city: "Łódź" } };

describe.each(subjects)("$name: messages that are stored and read again", (subject) => {
  const sumOf = async (pieces: Piece[], fields: MeteredChatModelInput) => {
    wire.server.reply(subject.scripts.streamed(pieces));
    const chunks = await collect(subject.create(wire.server.url, fields).stream("Say hello."));
    return chunks.reduce((sum, chunk) => concat(sum, chunk));
  };

  it.each<[string, Piece[], MeteredChatModelInput]>([
    ["text", [{ text: "Yes" }, { text: "." }], {}],
    ["reasoning, text and a call", [{ reasoning: "Hm." }, { text: "So:" }, { call }], {}],
    ["text in the v1 form", [{ text: "Yes" }, { text: "." }], { outputVersion: "v1" }],
  ])("a stream's sum: %s", async (_, pieces, fields) => {
    const sum = await sumOf(pieces, fields);
    expect(JSON.parse(JSON.stringify(sum))).toMatchObject({ id: ["langchain_core", "messages", "AIMessageChunk"] });
    const again = await load<AIMessageChunk>(JSON.stringify(sum));
    expect(AIMessageChunk.isInstance(again)).toBe(true);
    for (const key of ["id", "text", "tool_calls", "usage_metadata", "additional_kwargs", "response_metadata"] as const)
      expect([key, again[key]]).toEqual([key, sum[key]]);
  });

  it("an answer that handlers were given", async () => {
    wire.server.reply(subject.scripts.streamed());
    const handler = new RecordingHandler();
    await collect(subject.create(wire.server.url).stream("Say hello.", { callbacks: [handler] }));
    const again = await load<AIMessage>(JSON.stringify(messageOf(expectOneRun(handler))));
    expect(again.text).toBe("Hello there.");
  });
});

describe("a call that was cut off", () => {
  it("is not made whole by being stored", async () => {
    const model = new ChatOpenLLM({ model: "m", baseURL: wire.server.url });
    const delta = (tool: object) => ({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...tool }] } }] });
    wire.server.reply(
      sse([
        delta({ id: "call_a", type: "function", function: { name: "pay", arguments: '{"usd": 10' } }),
        { choices: [{ index: 0, delta: {}, finish_reason: "length" }] },
      ]),
    );
    const chunks = await collect(model.stream("Pay 1000."));
    const sum = chunks.reduce((whole, chunk) => concat(whole, chunk));
    const again = await load<AIMessage>(JSON.stringify(sum));
    expect(AIMessage.isInstance(again)).toBe(true);
    expect(again.tool_calls).toEqual([]);
    expect(again.invalid_tool_calls).toEqual([expect.objectContaining({ name: "pay", args: '{"usd": 10' })]);
  });
});
