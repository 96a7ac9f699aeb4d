import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ServerError, StreamTruncatedError } from "../../../src/base/errors.js";
import type { AnswerDelta } from "../../../src/answer/delta.js";
import type { Json } from "../../../src/base/json.js";
import { CutLine, NdjsonFramer } from "../../../src/transport/ndjson.js";
import { Malformed } from "../../../src/transport/sse.js";
import { decode, decoderFor, last, line } from "./support.js";

const usage = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };

describe("a stream", () => {
  it("gives a delta for each line, and usage, reason and metadata with the last", () => {
    expect(decode([line({ content: "Hel" }), line({ content: "lo" }), last({}, { content: "!" })])).toEqual([
      { text: "Hel" },
      { text: "lo" },
      {
        text: "!",
        finishReason: "stop",
        usage,
        metadata: {
          model: "tiny",
          model_name: "tiny",
          created_at: "2026-11-22T08:00:00Z",
          done_reason: "stop",
          total_duration: 5_000_000_000,
          load_duration: 1_000_000_000,
          prompt_eval_count: 7,
          prompt_eval_duration: 2_000_000_000,
          eval_count: 3,
          eval_duration: 2_000_000_000,
        },
      },
    ]);
  });

  it("keeps thinking and content apart, in one line too", () => {
    const deltas = decode([
      line({ thinking: "Hm" }),
      line({ thinking: ".", content: "Y" }),
      line({ thinking: "", content: "es" }),
      last(),
    ]);
    expect(deltas.slice(0, 3)).toEqual([{ reasoning: "Hm" }, { reasoning: ".", text: "Y" }, { text: "es" }]);
  });

  it.each<[string, Json[], object[]]>([
    ["without the marks of its template", [{ name: "functions.add<|channel|>commentary" }], [{ name: "add" }]],
    ["that was not offered as it is", [{ name: "sub" }], [{ name: "sub" }]],
    ["once that comes again under its id", [{ name: "add" }, { name: "add" }], [{ name: "add" }]],
    [
      "apart from another under its id",
      [{ name: "add" }, { name: "sub" }],
      [{ name: "add" }, { name: "sub", id: "new-1" }],
    ],
  ])("gives a call %s", (_, calls, expected) => {
    const lines = calls.map((called) =>
      line({ tool_calls: [{ id: "call_1", function: { arguments: {}, ...called } }] }),
    );
    const toolCalls = decode([...lines, last()], { tools: ["add"] }).flatMap((delta) => delta.toolCalls ?? []);
    const each = expected.map((call, index) => ({ index, id: "call_1", args: "{}", ...call }));
    expect(toolCalls).toEqual(each);
  });

  it("tells of a call that cannot be made", () => {
    const broken = line({ tool_calls: [{ function: { name: "add", arguments: '{"a":' } }] });
    expect(decode([broken, last()]).at(-1)?.metadata?.warnings).toEqual([
      "The call of `add` cannot be made, and is in `invalid_tool_calls`: The arguments are not a JSON object: they end in the middle.",
    ]);
  });

  it("keeps a call whose server gives no ids as often as it comes", () => {
    const same = line({ tool_calls: [{ function: { name: "add", arguments: {} } }] });
    expect(decode([same, same, last()]).flatMap((delta) => delta.toolCalls ?? [])).toHaveLength(2);
  });

  it("gives nothing for a line that says nothing", () => {
    expect(decode([line({}), last()])).toHaveLength(1);
  });

  it("gives log probabilities with their line, also with one without text", () => {
    const logprobs = [{ token: "a", logprob: -0.5, bytes: [97], top_logprobs: [] }];
    const deltas = decode([
      line({ content: "a" }, { logprobs }),
      line({}, { logprobs }),
      line({ content: "b" }, { logprobs: [] }),
      last(),
    ]);
    expect(deltas.slice(0, 3)).toEqual([
      { text: "a", logprobs: { content: logprobs } },
      { logprobs: { content: logprobs } },
      { text: "b" },
    ]);
  });

  it("ends with done_reason alone, as some servers forget done", () => {
    expect(
      decode([line({ content: "a" }), line({}, { done_reason: "length", prompt_eval_count: 7, eval_count: 3 })])[1],
    ).toMatchObject({ finishReason: "length", usage });
  });

  it("ends once: what follows is not part of the answer", () => {
    const decoder = decoderFor();
    decoder.push(last());
    expect(decoder.finished).toBe(true);
    expect(decoder.push({ error: "late" })).toEqual([]);
    expect(decoder.push(new Malformed("garbage"))).toEqual([]);
  });

  it.each<[string, unknown[]]>([
    ["without a line", []],
    ["in the middle", [line({ content: "a" })]],
    ["in the middle of a line", [line({ content: "a" }), new CutLine('{"model":"tiny","mess')]],
  ])("that ends %s is truncated", (_, lines) => {
    expect(() => decode(lines)).toThrow(StreamTruncatedError);
    expect(() => decode(lines)).toThrow("Ollama ended the answer of model `tiny` before it was finished.");
  });

  it.each<[string, unknown, string]>([
    [
      "an error",
      { error: "prediction aborted, token repeat limit reached" },
      "Ollama failed for model `tiny`: prediction aborted, token repeat limit reached",
    ],
    ["an error as an object", { error: { message: "out of memory" } }, "Ollama failed for model `tiny`: out of memory"],
    [
      "a line that is no JSON",
      new Malformed("panic: oh no"),
      "Ollama sent a line that is no JSON object: `panic: oh no`.",
    ],
    ["null", null, "a line that is no JSON object: `null`"],
    ["a number", 5, "a line that is no JSON object: `5`"],
    ["a page", new Malformed("<html>Bad gateway</html>"), "Ollama sent an HTML page: `Bad gateway`."],
  ])("fails with %s", (_, event, message) => {
    const fails = () => decode([line({ content: "a" }), event]);
    expect(fails).toThrow(ServerError);
    expect(fails).toThrow(message);
  });

  it.each([[""], [null]])("does not take an error of %p for one", (error) => {
    expect(decode([line({ content: "a" }, { error }), last({ error })])).toHaveLength(2);
  });

  it("reads the same whatever the pieces in which it comes", () => {
    const lines = [
      line({ thinking: "Überlegung… 🌊" }),
      line({ content: "naïve 漢字 \u2028" }),
      line({ content: "👩‍👩‍👧" }),
      last(),
    ];
    const expected = decode(lines);
    const bytes = new TextEncoder().encode(`\uFEFF${lines.map((each) => JSON.stringify(each)).join("\r\n\n")}`);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(bytes.length)), (cuts) => {
        const framer = new NdjsonFramer();
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const events = at.slice(1).flatMap((end, index) => framer.push(bytes.slice(at[index], end)));
        expect(decode([...events, ...framer.end()])).toEqual(expected);
      }),
    );
  });
});

describe("think tags in the content, of models whose template does not know them", () => {
  const read = (pieces: string[]) => {
    const deltas = decode([...pieces.map((content) => line({ content })), last()]);
    const joined = (key: "text" | "reasoning") => deltas.map((delta) => delta[key] ?? "").join("");
    return [joined("reasoning"), joined("text")];
  };

  it.each<[string[], string, string]>([
    [["<think>Hm.</think>Yes."], "Hm.", "Yes."],
    [["<th", "ink>H", "m.</thi", "nk>Y", "es."], "Hm.", "Yes."],
    [["\n<think>", "Hm.", "</think>", "Yes."], "Hm.", "Yes."],
    [["<think></think>", "Yes."], "", "Yes."],
    [["Yes: <think>x</think>"], "", "Yes: <think>x</think>"],
    [["<thi"], "", "<thi"],
    [[" ", "Yes"], "", " Yes"],
  ])("%p", (pieces, reasoning, text) => {
    expect(read(pieces)).toEqual([reasoning, text]);
  });

  it("leaves an answer whole whose tag never closes", () => {
    expect(read(["<think>Hm.", " Yes"])[1]).toBe("<think>Hm. Yes");
  });
});

describe("tool calls", () => {
  const call = (id: string | undefined, name: string, args: unknown = {}, index = 0) => ({
    ...(id === undefined ? {} : { id }),
    function: { index, name, arguments: args },
  });
  const callsOf = (deltas: AnswerDelta[]) => deltas.flatMap(({ toolCalls }) => toolCalls ?? []);

  it.each<[string, Json[]]>([
    ["in one line", [line({ tool_calls: [call("c1", "a", { x: 1 }), call("c2", "b")] }), last()]],
    [
      "in several lines that all say index 0",
      [line({ tool_calls: [call("c1", "a", { x: 1 })] }), line({ tool_calls: [call("c2", "b")] }), last()],
    ],
    ["in the last line", [last({}, { tool_calls: [call("c1", "a", { x: 1 }), call("c2", "b")] })]],
    [
      "in the middle and in the last line",
      [line({ tool_calls: [call("c1", "a", { x: 1 })] }), last({}, { tool_calls: [call("c2", "b")] })],
    ],
  ])("are told apart and keep their ids %s", (_, lines) => {
    const deltas = decode(lines);
    expect(callsOf(deltas)).toEqual([
      { index: 0, id: "c1", name: "a", args: '{"x":1}' },
      { index: 1, id: "c2", name: "b", args: "{}" },
    ]);
    expect(deltas.at(-1)).toMatchObject({ finishReason: "tool_calls", metadata: { done_reason: "stop" } });
  });

  it("get ids where the server gives none", () => {
    expect(
      callsOf(decode([line({ tool_calls: [call(undefined, "a"), call("", "b")] }), last()])).map(({ id }) => id),
    ).toEqual(["new-1", "new-2"]);
  });

  it("have no arguments where the server sends none", () => {
    expect(callsOf(decode([line({ tool_calls: [{ function: { name: "a" } }] }), last()]))).toEqual([
      { index: 0, id: "new-1", name: "a", args: "{}" },
    ]);
  });

  it("keep the reason of an answer that was cut after them", () => {
    expect(
      decode([line({ tool_calls: [call("c1", "a")] }), last({ done_reason: "length" })]).at(-1)?.finishReason,
    ).toBe("length");
  });
});

describe("the end", () => {
  it.each([
    ["length", "length"],
    ["", "stop"],
    [undefined, "stop"],
  ])("for the reason %p is %s", (done_reason, finishReason) => {
    expect(decode([last({ done_reason })])[0]?.finishReason).toBe(finishReason);
  });

  it.each(["load", "unload"])("is none where the model was only %sed", (done_reason) => {
    const idle = { ...line({}), done: true, done_reason };
    expect(() => decode([idle])).toThrow(`Ollama did no more than ${done_reason} the model \`tiny\``);
    // Some load first, say so, and then answer.
    expect(decode([idle, line({ content: "a" }), last()]).map(({ text }) => text)).toEqual(["a", undefined]);
    expect(decode([last({ done_reason }, { content: "a" })])[0]).toMatchObject({
      text: "a",
      finishReason: done_reason,
    });
    expect(decode([line({ content: "a" }), idle]).at(-1)?.finishReason).toBe(done_reason);
  });

  it.each<[string, Json, object]>([
    ["both counts", {}, { usage }],
    ["cached tokens", { prompt_eval_cached_count: 5 }, { usage: { ...usage, input_token_details: { cache_read: 5 } } }],
    ["no count of the answer", { eval_count: undefined }, { partialUsage: { input_tokens: 7 } }],
    ["no count of the prompt", { prompt_eval_count: undefined }, { partialUsage: { output_tokens: 3 } }],
    ["a count of nothing for an answer", { eval_count: 0 }, { partialUsage: { input_tokens: 7 } }],
    ["no counts", { eval_count: undefined, prompt_eval_count: undefined }, {}],
  ])("with %s", (_, counts, expected) => {
    const { usage: whole, partialUsage } = decode([line({ content: "a" }), last(counts)]).at(-1) ?? {};
    expect({ usage: whole, partialUsage }).toEqual({ usage: undefined, partialUsage: undefined, ...expected });
  });

  it("believes that nothing was generated when nothing came", () => {
    expect(decode([last({ eval_count: 0 })])[0]?.usage).toEqual({ input_tokens: 7, output_tokens: 0, total_tokens: 7 });
  });

  it("names the machine that really answered", () => {
    expect(
      decode([last({ remote_model: "gpt-oss:120b", remote_host: "https://ollama.com:443" })])[0]?.metadata,
    ).toMatchObject({ model_name: "tiny", remote_model: "gpt-oss:120b", remote_host: "https://ollama.com:443" });
  });
});
