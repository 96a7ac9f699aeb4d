import { describe, expect, it } from "@jest/globals";
import type { Json } from "../../../src/base/json.js";
import { sentRequest, type SentRequest } from "../../../src/wires/ollama/metadata.js";
import { decode, last, line } from "./support.js";

/** The last delta of an answer. */
const ending = (lines: Json[], sent: Partial<SentRequest>) => decode(lines, sent).at(-1);

describe("an answer that was cut inside a tool call, of which Ollama hands out nothing", () => {
  const CUT = "The answer was cut off inside a tool call, and Ollama hands out whole calls only. Raise `maxTokens`.";
  const cut = [last({ done_reason: "length", eval_count: 26 })];

  it("says so, as a broken call of the only tool, with its tokens on the bill", () => {
    const delta = ending(cut, { tools: ["get_weather"] });
    expect(delta).toMatchObject({
      finishReason: "length",
      usage: { output_tokens: 26 },
      metadata: { warnings: [CUT] },
    });
    expect(delta?.toolCalls).toEqual([{ index: 0, name: "get_weather", args: "" }]);
  });

  it("names none of several tools", () => {
    expect(ending(cut, { tools: ["a", "b"] })?.toolCalls).toEqual([{ index: 0, args: "" }]);
  });

  it.each<[string, Json[], Partial<SentRequest>]>([
    ["no tools were offered", cut, {}],
    ["the answer ended by itself", [last()], { tools: ["a"] }],
    ["nothing was generated", [last({ done_reason: "length", eval_count: undefined })], { tools: ["a"] }],
    ["there is text", [line({ content: "a" }), ...cut], { tools: ["a"] }],
    ["it was cut in its thinking", [line({ thinking: "a" }), ...cut], { tools: ["a"] }],
  ])("is not one where %s", (_, lines, sent) => {
    const delta = ending(lines, sent);
    expect(delta?.toolCalls).toBeUndefined();
    expect(delta?.metadata?.warnings ?? []).not.toContain(CUT);
  });
});

describe("an answer of which nothing was handed on", () => {
  it.each<[string, Json[], boolean]>([
    ["tokens were made", [last()], true],
    ["it was only ended", [last({ eval_count: 1 })], false],
    ["there is text", [last({}, { content: "a" })], false],
  ])("is told where %s", (_, lines, isTold) => {
    const warnings = ending(lines, {})?.metadata?.warnings;
    expect(warnings).toEqual(isTold ? [expect.stringContaining("handed on none of them")] : undefined);
  });
});

describe("thinking with a format", () => {
  const ONLY_THOUGHT = /^The model thought and gave no answer: it never ended its thinking/;

  it("is all there is where the model never ended it", () => {
    const delta = ending([line({ thinking: "Hm" }), last()], { hasFormat: true });
    expect(delta?.metadata?.warnings).toEqual([expect.stringMatching(ONLY_THOUGHT)]);
    expect(delta?.usage).toEqual({ input_tokens: 7, output_tokens: 3, total_tokens: 10 });
  });

  it("is counted where it stands in the text, between tags", () => {
    const delta = ending([line({ content: "<think>Hm</think>{}" }), last()], { hasFormat: true });
    expect(delta?.usage).toEqual({ input_tokens: 7, output_tokens: 3, total_tokens: 10 });
    expect(delta?.metadata).not.toHaveProperty("warnings");
  });

  it("is in no count of the older servers, so their figure is not used", () => {
    const delta = ending([line({ thinking: "Hm" }), line({ content: "{}" }), last()], { hasFormat: true });
    expect(delta?.usage).toBeUndefined();
    expect(delta?.metadata).toMatchObject({
      warnings: [expect.stringContaining("before 0.33.3")],
      prompt_eval_count: 7,
      eval_count: 3,
    });
  });

  it.each<[string, Json[], Partial<SentRequest>]>([
    [
      "servers that count it, which are those that report cached tokens",
      [line({ thinking: "Hm" }), line({ content: "{}" }), last({ prompt_eval_cached_count: 0 })],
      { hasFormat: true },
    ],
    ["answers without a format", [line({ thinking: "Hm" }), line({ content: "{}" }), last()], {}],
    ["answers without thinking", [line({ content: "{}" }), last()], { hasFormat: true }],
  ])("is no matter for %s", (_, lines, sent) => {
    const delta = ending(lines, sent);
    expect(delta?.usage).toMatchObject({ input_tokens: 7, output_tokens: 3 });
    expect(delta?.metadata).not.toHaveProperty("warnings");
  });
});

it("an answer that was cut in its thinking says where its tokens went", () => {
  const delta = ending([line({ thinking: "Hm" }), last({ done_reason: "length" })], {});
  expect(delta?.metadata?.warnings).toEqual([
    "All output tokens went into thinking. Raise `maxTokens`, or set `think: false`.",
  ]);
});

it("one that had tools may have ended its thinking and begun a call", () => {
  const delta = ending([line({ thinking: "Hm" }), last({ done_reason: "length" })], { tools: ["a"] });
  expect(delta?.metadata?.warnings).toEqual([
    "The answer was cut off in its thinking, or inside a tool call after it: Ollama hands out whole calls only. Raise `maxTokens`.",
  ]);
});

describe("a prompt that Ollama has cut", () => {
  const cut = (contextTokens: number | undefined, promptCharacters: number, prompt_eval_count: number | undefined) =>
    ending([line({ content: "a" }), last({ prompt_eval_count })], { contextTokens, promptCharacters })?.metadata
      ?.warnings;

  it("fills the window", () => {
    expect(cut(16, 0, 16)).toEqual([
      "The prompt fills the context window of 16 tokens to the last one, so Ollama has cut it. Raise `numCtx`, or set `truncate: false` to make that an error.",
    ]);
  });

  it("has too few tokens, and as many as windows have that nobody chose", () => {
    expect(cut(undefined, 40_000, 4096)).toEqual([
      "The server counted 4096 prompt tokens, too few for 40000 characters: it may have cut the prompt to its context window. Raise `numCtx`.",
    ]);
  });

  it("fills the window but for one token, and the answer has that one", () => {
    const lines = [line({ content: "a" }), last({ prompt_eval_count: 4_095, eval_count: 1, done_reason: "length" })];
    expect(ending(lines, { contextTokens: 4_096 })?.metadata?.warnings).toEqual([
      expect.stringContaining("fills the context window of 4096 tokens to the last one but one"),
    ]);
  });

  it.each([
    [32_768, 159_062, 16_386],
    [undefined, 60_000, 2_050],
    [undefined, 60_000, 2_051],
    [8_192, 60_000, 4_098],
    [undefined, 200_000, 16_387],
    [undefined, 40_000, 4_095],
    [5_000, 40_000, 2_502],
  ])("has half of a window of %p, by a runner of today: %p characters as %p tokens", (window, characters, tokens) => {
    expect(cut(window, characters, tokens)).toEqual([expect.stringContaining(`too few for ${characters} characters`)]);
  });

  it("has more than half of a window where more of it has to stay", () => {
    const sent = { contextTokens: 4_096, keptTokens: 1_000, promptCharacters: 60_000 };
    const warnings = (tokens: number) => ending([line({ content: "a" }), last({ prompt_eval_count: tokens })], sent);
    expect(warnings(2_548)?.metadata?.warnings).toEqual([expect.stringContaining("may have cut the prompt")]);
    expect(warnings(2_050)?.metadata?.warnings).toBeUndefined();
  });

  it.each([
    ["in a larger window", 40, 40_000, 16],
    ["of half a window and of ordinary length", 32_768, 60_000, 16_386],
    ["of a little more than half", 32_768, 159_062, 16_389],
    ["of no tokens", undefined, 40_000, 0],
    ["of ordinary length", undefined, 16_000, 4096],
    ["of another number of tokens", undefined, 40_000, 4103],
    ["that is short", undefined, 40_000, 1024],
    ["without a count", 16, 40_000, undefined],
  ])("is not one %s", (_, contextTokens, characters, tokens) => {
    expect(cut(contextTokens, characters, tokens)).toBeUndefined();
  });
});

it("sentRequest reads what was sent", () => {
  const tools = [{ type: "function", function: { name: "a" } }];
  const messages = [{ content: "abc" }, { content: "de" }];
  expect(sentRequest({ model: "m", tools, format: "json" }, messages, 64)).toEqual({
    tools: ["a"],
    hasFormat: true,
    // The texts', and those of the tools.
    promptCharacters: 5 + 45,
    contextTokens: 64,
  });
  expect(sentRequest({ model: "m", options: { num_keep: 9 } }, [], 8).keptTokens).toBe(9);
  expect(sentRequest({ model: "m" }, [], undefined)).toEqual({ tools: [], hasFormat: false, promptCharacters: 0 });
});
