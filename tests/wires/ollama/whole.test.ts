import { describe, expect, it } from "@jest/globals";
import { ServerError, StreamTruncatedError } from "../../../src/base/errors.js";
import { readWhole } from "../../../src/wires/ollama/whole.js";
import { decoderFor, last, line } from "./support.js";

const read = (text: string) => readWhole(text, decoderFor(), { server: "Ollama", model: "tiny" });

describe("readWhole", () => {
  it("reads one object", () => {
    const answer = last(
      { logprobs: [{ token: "Hi" }] },
      { content: "Hi", thinking: "Hm", tool_calls: [{ id: "c1", function: { name: "a", arguments: {} } }] },
    );
    expect(read(JSON.stringify(answer, undefined, 2))).toMatchObject([
      {
        text: "Hi",
        reasoning: "Hm",
        toolCalls: [{ index: 0, id: "c1", name: "a", args: "{}" }],
        logprobs: { content: [{ token: "Hi" }] },
        finishReason: "tool_calls",
        usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 },
      },
    ]);
  });

  it.each([
    ["whole", (text: string) => text],
    ["in lines", (text: string) => `${JSON.stringify(line({ content: "a" }))}\n${text}`],
  ])("keeps the digits of a call's numbers, %s", (_, framed) => {
    const answer = JSON.stringify(last({}, { tool_calls: [{ function: { name: "a", arguments: { id: "-" } } }] }));
    expect(read(framed(answer.replace('"-"', "12345678901234567890")))).toMatchObject([
      { toolCalls: [{ args: '{"id":"12345678901234567890"}' }] },
    ]);
  });

  it("reads a stream that nobody asked for", () => {
    const call = (id: string) => ({ tool_calls: [{ id, function: { name: "a", arguments: {} } }] });
    const lines = [
      line({ thinking: "H" }),
      line({ thinking: "m", content: "He" }, { logprobs: [{ token: "He" }] }),
      line({ content: "y" }, { logprobs: [{ token: "y" }] }),
      line(call("c1")),
      last({}, call("c2")),
    ];
    expect(read(lines.map((each) => `${JSON.stringify(each)}\n`).join(""))).toMatchObject([
      {
        text: "Hey",
        reasoning: "Hm",
        toolCalls: [
          { index: 0, id: "c1" },
          { index: 1, id: "c2" },
        ],
        logprobs: { content: [{ token: "He" }, { token: "y" }] },
        finishReason: "tool_calls",
      },
    ]);
  });

  it("takes a tag that never closes for text", () => {
    const [answer] = read(JSON.stringify(last({}, { content: "<think>Hm." })));
    expect([answer?.text, answer?.reasoning]).toEqual(["<think>Hm.", undefined]);
  });

  it("keeps what came of an answer that breaks off, what was held back included", () => {
    const lines = [line({ thinking: "Hm" }), line({ content: " <thi" })];
    expect(() => read(lines.map((each) => `${JSON.stringify(each)}\n`).join(""))).toThrow(
      expect.objectContaining({
        partialOutput: expect.objectContaining({
          content: " <thi",
          additional_kwargs: { reasoning_content: "Hm" },
        }),
      }),
    );
  });

  it.each([
    ["nothing", "", "Ollama answered 200 with an empty body. Is it Ollama's address?"],
    ["blanks", " \n", "Ollama answered 200 with an empty body."],
    ["a page", "<html>\n<body>Hello</body>\n</html>", "Ollama sent an HTML page: `Hello`."],
    ["text", "Ollama is running", "Ollama sent a line that is no JSON object: `Ollama is running`."],
    ["a list", "[]", "Ollama sent a line that is no JSON object: `[]`."],
    ["an error in a 200", '{"error":"out of memory"}', "Ollama failed for model `tiny`: out of memory"],
  ])("refuses %s", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(ServerError);
  });

  it("does not take half an answer for another server's", () => {
    const half = JSON.stringify(last({}, { content: "Hey" })).slice(0, 90);
    expect(() => read(half)).toThrow(StreamTruncatedError);
  });

  it("does not take an answer that was given up for one: a 200 with done false", () => {
    expect(() => read(JSON.stringify(line({ content: "the the the" })))).toThrow(StreamTruncatedError);
  });
});
