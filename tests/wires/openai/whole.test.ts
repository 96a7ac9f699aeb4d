import { describe, expect, it } from "@jest/globals";
import type { AnswerDelta } from "../../../src/answer/delta.js";
import type { MeteredError } from "../../../src/base/errors.js";
import { openLLMDialect } from "../../../src/providers/openllm/dialect.js";
import { completionWire } from "../../../src/wires/openai/wire.js";

const request = { url: "", headers: {}, messages: [], params: {}, stream: false, includeUsage: true };

function read(text: string): AnswerDelta[] {
  let ids = 0;
  const wire = completionWire(request, openLLMDialect({}), { server: "it" }, () => `new_${++ids}`);
  return wire.readWhole(text, new Headers());
}

function failureOf(text: string): MeteredError {
  try {
    read(text);
  } catch (error) {
    return error as MeteredError;
  }
  throw new Error("It was read.");
}

const whole = (...messages: object[]) =>
  JSON.stringify({ choices: messages.map((message) => ({ message, finish_reason: "stop" })) });
const events = (...chunks: object[]) => chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
const piece = (content: string, rest: object = {}) => ({ choices: [{ index: 0, delta: { content }, ...rest }] });

describe("heartbeats in front of a whole answer", () => {
  it.each([": keep-alive\n\n", "\n\n\n", "\uFEFF: a\r\n\r\n: b\n", " : a\n"])("%j", (beats) => {
    expect(read(beats + whole({ content: "Yes." }))).toMatchObject([{ text: "Yes.", finishReason: "stop" }]);
  });
});

describe("an answer that came whole", () => {
  const call = { function: { name: "f", arguments: "" } };
  const rows: [name: string, messages: object[], answers: AnswerDelta[]][] = [
    ["an unclosed tag is text", [{ content: "<think>Hm." }], [{ text: "<think>Hm." }]],
    [
      "thoughts in a field go before those in tags",
      [{ content: "<think>b</think>c", reasoning_content: "a" }],
      [{ text: "c", reasoning: "ab", metadata: { reasoning_field: "reasoning_content" } }],
    ],
    [
      "calls that look alike are several",
      [{ content: null, tool_calls: [call, call] }],
      [
        {
          finishReason: "tool_calls",
          metadata: { finish_reason_raw: "stop" },
          toolCalls: [
            { index: 0, id: "new_1", name: "f", args: "" },
            { index: 1, id: "new_2", name: "f", args: "" },
          ],
        },
      ],
    ],
    [
      "choices are told apart by their place",
      [{ content: "a" }, { content: "b" }],
      [{ text: "a" }, { choice: 1, text: "b" }],
    ],
  ];

  it.each(rows)("%s", (_name, messages, answers) => {
    const expected = answers.map((answer, place) => ({
      finishReason: "stop",
      ...(place === 0 ? { metadata: {} } : {}),
      ...answer,
    }));
    expect(read(whole(...messages))).toEqual(expected);
  });

  it("is kept on the error of one that the server gave up", () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    const choices = [{ message: { content: "He", reasoning: "Hm." }, finish_reason: "abort" }];
    expect(failureOf(JSON.stringify({ id: "1", choices, usage }))).toMatchObject({
      code: "abort",
      partialOutput: {
        text: "He",
        additional_kwargs: { reasoning_content: "Hm." },
        usage_metadata: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
        response_metadata: { id: "1", model_provider: "openllm", reasoning_field: "reasoning" },
      },
    });
  });
});

describe("a stream under another content type", () => {
  it("is read to its end", () => {
    expect(read(events(piece("He"), piece("llo", { finish_reason: "stop" })))).toEqual([
      { text: "Hello", finishReason: "stop", metadata: {} },
    ]);
  });

  it.each([
    ["breaks off", events(piece("He"), piece("llo <thi"))],
    ["ends with an error", `${events(piece("He"), piece("llo <thi"))}data: {"error":{"message":"no"}}\n\n`],
    ["is given up", events(piece("He"), piece("llo <thi", { finish_reason: "error" }))],
  ])("is kept on its error where it %s", (_name, text) => {
    expect(failureOf(text).partialOutput?.text).toBe("Hello <thi");
  });

  it("has what is said of all choices on the first one, whichever came first", () => {
    const second = { choices: [{ index: 1, delta: { content: "b" }, finish_reason: "stop" }] };
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    const text = events(second, piece("a", { finish_reason: "stop" }), { id: "1", choices: [], usage });
    expect(read(text)).toEqual([
      {
        text: "a",
        finishReason: "stop",
        metadata: { id: "1" },
        usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
      },
      { choice: 1, text: "b", finishReason: "stop" },
    ]);
  });
});
