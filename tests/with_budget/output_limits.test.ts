import { describe, expect, it } from "@jest/globals";
import { BaseCallbackHandler, type CallbackHandlerMethods } from "@langchain/core/callbacks/base";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { useWireServer } from "../support/use_server.js";
import { behind, RecordingGate } from "./recording_gate.js";
import { subjects } from "./subjects.js";

const server = useWireServer();

/** The ways to ask a model: with the hook of core that each comes to. */
const ways: Readonly<Record<string, (model: BaseChatModel) => Promise<unknown>>> = {
  invoke: (model) => model.invoke("Hi"),
  stream: async (model) => {
    for await (const _ of await model.stream("Hi"));
  },
  "invoke, for a handler of chunks": (model) =>
    model.invoke("Hi", { callbacks: [wanting({ lc_prefer_streaming: true })] }),
  "invoke, for a handler of core's events": (model) =>
    model.invoke("Hi", { callbacks: [wanting({ lc_prefer_chat_model_stream_events: true })] }),
  streamEvents: async (model) => {
    for await (const _ of model.streamEvents("Hi"));
  },
  'streamEvents, "v2"': async (model) => {
    for await (const _ of model.streamEvents("Hi", { version: "v2" }));
  },
};

function wanting(preference: object): CallbackHandlerMethods {
  return Object.assign(BaseCallbackHandler.fromMethods({ handleChatModelStreamEvent() {} }), preference);
}

describe.each(Object.entries(ways))("%s", (_, ask) => {
  it.each(subjects.map((subject) => [subject.name, subject] as const))(
    "%s sends the limit that was granted, and is charged once",
    async (_name, { model, answer, limit }) => {
      server.always(answer);
      const before = server.requests.length;
      const gate = new RecordingGate({ maxOutputTokens: 77 });
      await ask(behind(model(server.url), gate));
      const bodies = server.requests.slice(before).map(({ json }) => json);
      expect(bodies).toHaveLength(1);
      expect(bodies[0]).toHaveProperty([...limit], 77);
      expect(gate.records.map(({ sent, settled }) => ({ sent, settled }))).toEqual([
        { sent: 1, settled: [{ mayHaveCost: true }] },
      ]);
      expect(gate.bill).toEqual(["0.00178"]); // 1600 x 1 + 90 x 2 = 1780
    },
  );
});
