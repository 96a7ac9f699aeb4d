import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import {
  ask,
  chunk,
  completion,
  end,
  lastMessages,
  type Mode,
  modelOf,
  modes,
  reasoningOf,
  saying,
  spent,
} from "../../support/completions.js";
import { json, sse } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import type { ChatOpenLLMInput } from "../../../src/openllm.js";

type Json = Record<string, unknown>;

const server = useWireServer();

function reply(mode: Mode, message: Json): void {
  server.always(
    mode === "stream"
      ? sse([chunk({ role: "assistant", ...message }), end(), spent(5, 5)])
      : json(200, completion(message)),
  );
}

describe.each(modes)("reasoning under each of its names (%s)", (mode) => {
  const rows: [name: string, message: Json, reasoning: string][] = [
    ["reasoning_content (SGLang, llama.cpp, LMDeploy)", { reasoning_content: "Hm." }, "Hm."],
    ["reasoning (vLLM from 0.16, Ollama, LocalAI)", { reasoning: "Hm." }, "Hm."],
    ["both (vLLM in between): once", { reasoning: "Hm.", reasoning_content: "Hm." }, "Hm."],
    ["both null", { reasoning: null, reasoning_content: null }, ""],
    ["an empty one beside the real one", { reasoning_content: "", reasoning: "Hm." }, "Hm."],
    ["thinking", { thinking: "Hm." }, "Hm."],
    ["reasoning_details", { reasoning_details: [{ type: "reasoning.text", text: "Hm" }, { text: "." }] }, "Hm."],
  ];

  it.each(rows)("%s", async (_name, fields, reasoning) => {
    reply(mode, { content: "Yes.", ...fields });
    const message = await ask(modelOf(server), mode);
    expect([message.text, reasoningOf(message)]).toEqual(["Yes.", reasoning]);
    expect(message.additional_kwargs.reasoning_content).toBe(reasoning === "" ? undefined : reasoning);
  });

  it("parts of kind `thinking` in the content", async () => {
    reply(mode, {
      content: [
        { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
        { type: "text", text: "Yes." },
      ],
    });
    const message = await ask(modelOf(server), mode);
    expect([message.text, reasoningOf(message)]).toEqual(["Yes.", "Hm."]);
  });
});

describe("`<think>` in the content", () => {
  const rows: [name: string, pieces: string[], fields: ChatOpenLLMInput, text: string, reasoning: string][] = [
    ["split over chunks", ["<th", "ink>a", "</thi", "nk>b"], {}, "b", "a"],
    [
      "in one piece, with what the template puts around it",
      ["<think>\nHm.\n</think>\n\nYes."],
      {},
      "\n\nYes.",
      "\nHm.\n",
    ],
    ["only the closing tag", ["Hm", ".\n</th", "ink>", "\n\nYes."], {}, "\n\nYes.", "Hm.\n"],
    ["only the closing tag, `off`", ["Hm.</think>Yes."], { thinkTags: "off" }, "Hm.</think>Yes.", ""],
    ["other tags", ["<thou", "ght>Hm.</thought>Yes."], {}, "Yes.", "Hm."],
    ["only the closing tag, `implicit`", ["Hm.</th", "ink>Yes."], { thinkTags: "implicit" }, "Yes.", "Hm."],
    ["`off`", ["<think>a</think>b"], { thinkTags: "off" }, "<think>a</think>b", ""],
    ["not at the beginning: in a code fence", ["```\n<think>a</think>\n```"], {}, "```\n<think>a</think>\n```", ""],
    ["what only looks like a tag", ["<thinner>a"], {}, "<thinner>a", ""],
    ["half a tag is all there is", ["<th"], {}, "<th", ""],
  ];

  it.each(rows)("%s", async (_name, pieces, fields, text, reasoning) => {
    server.always(sse([...pieces.map((content) => chunk({ content })), end(), spent(5, 5)]));
    const streamed = await ask(modelOf(server, fields), "stream");
    reply("whole", { content: pieces.join("") });
    const whole = await ask(modelOf(server, fields), "whole");
    for (const message of [streamed, whole]) expect([message.text, reasoningOf(message)]).toEqual([text, reasoning]);
  });

  it("only the closing tag: a stream has given the thought out as text, and takes it out of the message in the end", async () => {
    server.always(sse([chunk({ content: "Hm.\n" }), chunk({ content: "</think>Yes." }), end(), spent(5, 5)]));
    const model = modelOf(server);
    const texts: string[] = [];
    for await (const { text } of await model.stream("Hi")) texts.push(text);
    expect(texts.join("")).toBe("Hm.\n</think>Yes.");
    const handler = new RecordingHandler({ prefersStreaming: true });
    const events = await model.streamEvents("Hi").output;
    for (const message of [await model.invoke("Hi", { callbacks: [handler] }), events]) {
      expect([message.text, reasoningOf(message)]).toEqual(["Yes.", "Hm.\n"]);
      expect(message.response_metadata).not.toHaveProperty("thought_in_text");
    }
    expect(handler.events.at(-1)).toMatchObject({ output: { generations: [[{ text: "Yes." }]] } });
  });

  it.each(modes)("goes back with the calls that it led to, in its tags (%s)", async (mode) => {
    const call = { index: 0, id: "a", type: "function", function: { name: "get_weather", arguments: "{}" } };
    const rows: [said: string, fields: ChatOpenLLMInput, sent: unknown][] = [
      ["<think>\nHm.</think>\n", {}, "<think>\nHm.</think>\n"],
      ["[THINK]Hm.[/THINK]So", {}, "[THINK]Hm.[/THINK]So"],
      ["Hm.\n</think>\n", {}, "<think>Hm.\n</think>\n"],
      ["<think>Hm.</think>", { replayReasoning: false }, ""],
      ["<think>Hm.</think>", { thinkTags: "off" }, "<think>Hm.</think>"],
    ];
    for (const [content, fields, sent] of rows) {
      reply(mode, { content, tool_calls: [call] });
      const model = modelOf(server, fields);
      const answer = await ask(model, mode, {}, "Weather?");
      await model
        .invoke([new HumanMessage("Weather?"), answer, new ToolMessage({ content: "18", tool_call_id: "a" })])
        .catch(() => {});
      expect(lastMessages(server)[1]).toMatchObject({ content: sent, tool_calls: [{ id: "a" }] });
      expect(lastMessages(server)[1]).not.toHaveProperty("reasoning_content");
    }
  });

  it.each(modes)("never eats text when no tag ever closes (%s)", async (mode) => {
    server.always(saying("<think>The answer is 4.", "length"));
    const message = await ask(modelOf(server), mode);
    expect(message.text).toBe("<think>The answer is 4.");
    // A stream has handed the reasoning on by then.
    expect(reasoningOf(message)).toBe(mode === "stream" ? "The answer is 4." : "");
  });
});

describe("reasoning sent back", () => {
  const thought = {
    reasoning_content: "Hm.",
    content: "",
    tool_calls: [{ id: "a", type: "function", function: { name: "get_weather", arguments: "{}" } }],
  };
  const rows: [name: string, fields: ChatOpenLLMInput, field: string, sent: Json][] = [
    ["in a tool loop, under the name under which it came", {}, "reasoning_content", { reasoning_content: "Hm." }],
    ["the same for the other name", {}, "reasoning", { reasoning: "Hm." }],
    ["never, when it is turned off", { replayReasoning: false }, "reasoning", {}],
    ["always under one name", { replayReasoning: "reasoning_content" }, "reasoning", { reasoning_content: "Hm." }],
    ["under both", { replayReasoning: "both" }, "reasoning", { reasoning: "Hm.", reasoning_content: "Hm." }],
  ];

  it.each(rows)("%s", async (_name, fields, field, sent) => {
    const { reasoning_content: text, ...rest } = thought;
    server.always(json(200, completion({ ...rest, [field]: text }, { finish_reason: "tool_calls" })));
    const model = modelOf(server, fields);
    const call = await model.invoke("Weather?");
    await model.invoke([new HumanMessage("Weather?"), call, new ToolMessage({ content: "18", tool_call_id: "a" })]);
    const [, assistant] = lastMessages(server);
    const { reasoning, reasoning_content } = assistant ?? {};
    expect({ reasoning, reasoning_content }).toEqual({ reasoning: undefined, reasoning_content: undefined, ...sent });
  });

  it("not outside of tool loops, where it costs and helps nobody", async () => {
    reply("whole", { content: "Yes.", reasoning_content: "Hm." });
    const model = modelOf(server);
    const answer = await model.invoke("Is 7 prime?");
    await model.invoke([new HumanMessage("Is 7 prime?"), answer, new HumanMessage("And 9?")]);
    expect(JSON.stringify(server.requests.at(-1)?.json)).not.toContain("Hm.");
  });

  it("nor for a message that another provider made", async () => {
    reply("whole", { content: "Yes." });
    const foreign = new AIMessage({
      content: "",
      additional_kwargs: { reasoning_content: "Hm." },
      tool_calls: [{ id: "a", name: "f", args: {} }],
    });
    await modelOf(server).invoke([
      new HumanMessage("?"),
      foreign,
      new ToolMessage({ content: "1", tool_call_id: "a" }),
    ]);
    expect(JSON.stringify(server.requests.at(-1)?.json)).not.toContain("Hm.");
  });
});
