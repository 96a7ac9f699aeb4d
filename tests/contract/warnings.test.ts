import type { AIMessageChunk } from "@langchain/core/messages";
import { describe, expect, it } from "@jest/globals";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredCallOptions, MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { paths, prepare, rejection } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";
import type { ScriptedAnswer } from "./wires/answer_script.js";

const wire = useServer();
const weather = {
  name: "get_weather",
  description: "Weather of a city",
  schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const written = '{"name": "get_weather", "arguments": {"city": "Rome"}}';

/** What comes, and what is said of it; `undefined` for nothing. */
const ANSWERS: [what: string, answer: ScriptedAnswer, warning: RegExp | undefined][] = [
  ["a plain answer", { text: "Sunny." }, undefined],
  ["thoughts and an answer", { reasoning: "Hm.", text: "Sunny." }, undefined],
  ["thoughts without an answer", { reasoning: "Hm." }, /^The model thought and gave no answer/],
  ["thoughts to the limit", { reasoning: "Hm.", finish: "length" }, /went into|cut off in its thinking/],
  ["a call in tags", { text: `<tool_call>${written}</tool_call>` }, /has a raw tool call in it/],
  ["a call as bare JSON", { text: written }, /is a call of `get_weather`, written out:/],
  ["a call in a fence", { text: `\`\`\`json\n${written}\n\`\`\`` }, /is a call of `get_weather`/],
  ["a list of calls", { text: `[${written}, ${written}]` }, /is a call of `get_weather`/],
  [
    "a call as OpenAI nests it",
    { text: `{"type":"function","function":${written.replace("arguments", "parameters")}}` },
    /is a call of `get_weather`/,
  ],
  ["a call under other names", { text: '{"tool":"get_weather","args":{"city":"Rome"}}' }, /is a call of `get_weather`/],
  ["a list under a name", { text: `{"tool_calls":[${written}]}` }, /is a call of `get_weather`/],
  ["a call in Python", { text: '[get_weather(city="Rome")]' }, /is a call of `get_weather`/],
  [
    "a call in Python, in a fence",
    { text: '```tool_code\nprint(default_api.get_weather(city="Rome"))\n```' },
    /is a call of `get_weather`/,
  ],
  ["a call in MiniMax' tags", { text: '<minimax:tool_call><invoke name="get_weather">' }, /has a raw tool call in it/],
  ["a text that begins with a name", { text: "get_weather(city) gives the weather of a city." }, undefined],
  ["a call of a tool that nobody has", { text: written.replace("get_weather", "get_time") }, undefined],
  ["JSON that is no call", { text: '{"name": "get_weather", "version": 2}' }, undefined],
  ["a text about a call", { text: `You could send ${written}.` }, undefined],
];

describe.each(subjects)("$name: signs of an answer that is less than it seems", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, { maxRetries: 0, ...fields });
  const options = { tools: [weather] } as Partial<MeteredCallOptions>;
  const reply = (answer: ScriptedAnswer, isStream: boolean) => {
    const { text, reasoning, ...end } = answer;
    const pieces = [
      ...(reasoning === undefined ? [] : [{ reasoning }]),
      ...[...(text ?? "")].map((each) => ({ text: each })),
    ];
    wire.server.reply(
      isStream ? subject.scripts.streamed(pieces, end) : subject.scripts.whole({ text: "", ...answer }),
    );
  };

  describe.each([
    ["invoke", false, (model: MeteredChatModel) => model.invoke("Weather in Rome?", options)],
    [
      "stream",
      true,
      async (model: MeteredChatModel) => {
        let sum: AIMessageChunk | undefined;
        for await (const chunk of await model.stream("Weather in Rome?", options)) sum = sum?.concat(chunk) ?? chunk;
        return sum;
      },
    ],
  ] as const)("%s", (_, isStream, call) => {
    it.each(ANSWERS)("%s", async (_what, answer, warning) => {
      reply(answer, isStream);
      const told: [string, object][] = [];
      const model = create({ onWarning: (said, about) => told.push([said, about]) });
      const message = await call(model);
      const warnings = (message?.response_metadata.warnings ?? []) as string[];
      expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
      expect(told).toEqual(warnings.map((said) => [said, { model: "test-model", runId: expect.any(String) }]));
    });
  });

  it.each(paths.map((path) => [path.name, path] as const))("are told once: %s", async (_, path) => {
    reply({ reasoning: "Hm." }, path.streams);
    const told: string[] = [];
    const trip = prepare(path, create, { onWarning: (said) => told.push(said) });
    await trip.go();
    expect(told).toEqual([expect.stringContaining("gave no answer")]);
    expect(messageOf(expectOneRun(trip.handler)).response_metadata.warnings).toEqual(told);
  });

  it.each([false, true])(
    "end the call where the user throws, with the answer on the error (stream: %p)",
    async (isStream) => {
      reply({ reasoning: "Hm." }, isStream);
      const handler = new RecordingHandler();
      const model = create({
        streaming: isStream,
        onWarning: (said) => {
          throw new Error(said);
        },
      });
      const error = await rejection(model.invoke("Hi", { callbacks: [handler] }));
      expect(error.message).toContain("gave no answer");
      expect(expectOneRun(handler).last.type).toBe("error");
      expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 23, outputTokens: 7 });
    },
  );

  it("are told to functions only", () => {
    expect(() => create({ onWarning: "yes" as never })).toThrow(/`onWarning`/);
  });
});
