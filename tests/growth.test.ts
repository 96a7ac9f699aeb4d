import { describe, expect, it } from "@jest/globals";
import { AIMessage } from "@langchain/core/messages";
import { toChunk } from "../src/answer/chunk.js";
import type { AnswerDelta } from "../src/answer/delta.js";
import { withoutBinary } from "../src/base/binary_text.js";
import { toJsonText } from "../src/base/json.js";
import { parseJson } from "../src/answer/json_text.js";
import { joinDeltas } from "../src/answer/join.js";
import { assembleChunks } from "../src/answer/assemble.js";
import { readArguments } from "../src/answer/read_arguments.js";
import { ThinkSplitter } from "../src/answer/think_tags.js";
import { readWrittenCalls, writtenTool } from "../src/answer/written_calls.js";
import { soundJson } from "../src/base/sound_json.js";
import { textTable } from "../src/cli/text_table.js";
import { fullModelId } from "../src/providers/fireworks/ids.js";
import { Quotations } from "../src/providers/openllm/negotiate/quotations.js";
import { toBase64 } from "../src/wires/ollama/base64.js";
import { OllamaDecoder } from "../src/wires/ollama/decoder.js";
import { refuseMedia } from "../src/wires/ollama/fetch_media.js";
import { toOllamaMessages } from "../src/wires/ollama/messages.js";
import { readWhole } from "../src/wires/ollama/whole.js";
import { toDecimal } from "../src/wires/openai/declared_cost.js";
import { readFinishReason } from "../src/wires/openai/finish_reason.js";
import { toOllamaHost } from "../src/providers/ollama/hosts.js";
import { Extras } from "../src/wires/openai/extras.js";
import { ToolCallMerger } from "../src/wires/openai/tool_call_merger.js";
import { hasMarkup } from "../src/answer/tool_markup.js";
import { JsonScanner } from "../src/transport/json_scanner.js";
import { NdjsonFramer } from "../src/transport/ndjson.js";
import { parseEndpoint } from "../src/transport/endpoint.js";
import { Secrets } from "../src/transport/redact.js";
import { pageText } from "../src/transport/page_text.js";
import { errorInBody } from "../src/transport/server_error.js";
import { SseFramer } from "../src/transport/sse.js";
import { longestMatched } from "./support/native_work.js";
import { useWorkCounter } from "./support/work.js";

/** Linear is 8, quadratic 64. */
const MOST = 12;

const counter = useWorkCounter();

const repeat = (times: number, act: (time: number) => void) => {
  for (let time = 0; time < times; time++) act(time);
};
const context = { server: "it" };

/** Feeds a text in pieces of so many bytes. */
function feed(framer: SseFramer | NdjsonFramer, text: string, piece = 64): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += piece) framer.push(bytes.subarray(at, at + piece));
  framer.end();
}

function think(pieces: number, first: string, piece: string): void {
  const splitter = new ThinkSplitter("auto");
  splitter.push(first);
  repeat(pieces, () => splitter.push(piece));
  splitter.end();
}

/** Pieces of one call, each with its name and id. */
function merge(pieces: number, first: string, piece: string): void {
  const merger = new ToolCallMerger(() => "new");
  const add = (args: string) => merger.add({ index: 0, id: "a", function: { name: "f", arguments: args } });
  add(first);
  repeat(pieces, () => add(piece));
}

function mergeSeveral(calls: number, id: (at: number) => string): void {
  let made = 0;
  const merger = new ToolCallMerger(() => `new${made++}`);
  repeat(calls, (at) => merger.add({ index: at, id: id(at), function: { name: "f", arguments: "{}" } }));
}

function readOllama(lines: number, line: object): void {
  const sent = { tools: [], hasFormat: false, promptCharacters: 1 };
  const last = JSON.stringify({ done: true, done_reason: "stop" });
  const text = `${JSON.stringify(line)}\n`.repeat(lines) + last;
  readWhole(text, new OllamaDecoder(sent, context, () => "id"), context);
}

const delta: AnswerDelta = {
  text: "a",
  toolCalls: [{ index: 0, id: "a", name: "f", args: "1" }],
  logprobs: { content: [{ token: "a" }] },
};

/** With all that has several ways to be written. */
const KEY = String.raw`%\\a/"%25\b-and-more-of-it`;

const halfEscaped = encodeURIComponent(KEY.slice(0, KEY.length / 2));
/** So little of it that the words are the server's own, and each has to be looked up. */
const CHOICE = "my tool_choice says it";

function redact(text: string): void {
  const secrets = new Secrets();
  secrets.add({ authorization: `Bearer ${KEY}` });
  secrets.redact(text);
}

/** What a refusal repeats of a prompt. */
function quote(words: string, prompt: string): void {
  const quotations = new Quotations(words, { messages: [{ role: "user", content: prompt }] });
  expect(quotations.own.length).toBe(words.length);
  quotations.says(/tool_?choice|b/i);
}

const answers = (count: number) =>
  Array.from(
    { length: count },
    () => new AIMessage({ content: "Hm.", tool_calls: [{ id: "a", name: "f", args: {} }] }),
  );

describe("the work grows no faster than the input", () => {
  it.each<[string, number, (size: number) => unknown]>([
    ["a page: tags that end nowhere", 1_000, (size) => pageText("<b".repeat(size))],
    ["a page: comments that end nowhere", 1_000, (size) => pageText("<!--".repeat(size))],
    ["a page: scripts that end nowhere", 1_000, (size) => pageText("<script>".repeat(size))],
    ["a page: quotation marks that end nowhere", 1_000, (size) => pageText(`<a b="${"<c='".repeat(size)}`)],
    ["a page: the same words again and again", 1_000, (size) => pageText(`<p>once</p>${"<p>once".repeat(size)}`)],
    ["a page: entities", 1_000, (size) => pageText(`<p>${"&amp;".repeat(size)}`)],
    ["events: one very long line", 5_000, (size) => feed(new SseFramer(), `data: "${"x".repeat(size)}"\n\n`)],
    ["events: one long line, byte by byte", 500, (size) => feed(new SseFramer(), `data: "${"x".repeat(size)}"\n\n`, 1)],
    [
      "events: a value over many lines",
      200,
      (size) => feed(new SseFramer(), `data: {\n${'data: "a":1,\n'.repeat(size)}`),
    ],
    ["events: line ends, byte by byte", 500, (size) => feed(new SseFramer(), "\r\n".repeat(size), 1)],
    ["lines: one long, byte by byte", 500, (size) => feed(new NdjsonFramer(), `{"a":"${"x".repeat(size)}"}\n`, 1)],
    ["lines: brackets, byte by byte", 500, (size) => feed(new NdjsonFramer(), "[".repeat(size), 1)],
    ["lines: empty, byte by byte", 500, (size) => feed(new NdjsonFramer(), "\n".repeat(size), 1)],
    ["events: many", 200, (size) => feed(new SseFramer(), 'data: {"a":1}\n\n'.repeat(size))],
    ["events: data lines that are no JSON", 200, (size) => feed(new SseFramer(), "data: x\n".repeat(size))],
    ["events: glued into one line", 100, (size) => feed(new SseFramer(), 'data: {"a":1}'.repeat(size))],
    [
      "lines: one that is cut off after many quotes",
      1_000,
      (size) => feed(new NdjsonFramer(), `{"${'\\"'.repeat(size)}`),
    ],
    ["lines: one value over many", 200, (size) => feed(new NdjsonFramer(), `{\n${'"a":1,\n'.repeat(size)}"b":1}`)],
    ["thinking: long", 1_000, (size) => think(size, "<think>", "so ")],
    ["thinking: blanks before it", 1_000, (size) => think(size, "\n", "\n")],
    ["thinking: beginnings of its end", 1_000, (size) => think(size, "<think>", "</thin")],
    ["thinking: many beginnings, in one piece", 500, (size) => think(1, "", "<think".repeat(size))],
    ["thinking: in and out, in one piece", 500, (size) => think(1, "", "<think>a</think>b".repeat(size))],
    ["thinking: angle brackets, one at a time", 500, (size) => think(size, "<think>", "<")],
    ["JSON that is followed, a bracket at a time", 500, (size) => follow(size, "[")],
    ["JSON that is followed, a backslash at a time", 500, (size) => follow(size, "\\")],
    ["arguments: empty objects before each other", 200, (size) => readArguments("{}".repeat(size))],
    ["arguments: brackets that never close", 200, (size) => readArguments('{"a":'.repeat(size))],
    ["arguments: fences and tags", 20, (size) => readArguments("```json <a> ".repeat(size))],
    ["arguments: beginnings of tags", 200, (size) => readArguments("<a".repeat(size))],
    ["arguments: a string that never ends", 20, (size) => readArguments(`"${'\\"'.repeat(size)}`)],
    ["arguments: digits", 200, (size) => readArguments(`{"a":${"1".repeat(size)}`)],
    ["JSON made sound: strings that are cut off", 200, (size) => soundJson('"a"b'.repeat(size) + '"')],
    ["written calls: in tags", 200, (size) => readWrittenCalls("<tool_call>{}".repeat(size), [])],
    ["written calls: in a row", 100, (size) => readWrittenCalls('{"name":"f","arguments":{}}'.repeat(size), [])],
    ["written calls: fences", 200, (size) => readWrittenCalls("```\n{".repeat(size), [])],
    ["a written tool: closing brackets", 500, (size) => writtenTool(`f(${")".repeat(size)}x`, ["f"])],
    ["a written tool: opening brackets", 200, (size) => writtenTool("[".repeat(size), ["f"])],
    ["a call: objects in its arguments, and its name on each piece", 200, (size) => merge(size, '{"a":[{}', ",{}")],
    ["a call: blanks in its arguments, and its name on each piece", 200, (size) => merge(size, "{", " ")],
    ["a call: its name again and again at its end", 200, (size) => merge(size, `{"a":"${"x".repeat(size)}"}`, "")],
    ["a call: arguments that are no JSON", 200, (size) => merge(size, "{a}", ",{a}")],
    ["calls: many", 200, (size) => mergeSeveral(size, (at) => `id${at}`)],
    [
      "bytes in a text: many beginnings",
      200,
      (size) => withoutBinary("data:image/png;base64,iVBORw0KGgo".repeat(size)),
    ],
    ["bytes in a text: long", 500, (size) => withoutBinary("UklGR".repeat(size))],
    ["halves of characters", 500, (size) => toJsonText({ text: "\\\uD83D".repeat(size) })],
    ["what an answer has beside text, in pieces", 200, (size) => beside(size)],
    ["an address: slashes", 500, (size) => parseEndpoint(`http://h${"/".repeat(size)}x`, "baseURL")],
    [
      "Ollama's address: slashes",
      500,
      (size) => toOllamaHost({ baseURL: `http://h${"/".repeat(size)}x` }, () => undefined),
    ],
    [
      "Ollama's address: quotes",
      500,
      (size) => toOllamaHost({ baseURL: `http://h/${"'".repeat(size)}x` }, () => undefined),
    ],
    ["a cost: zeros", 500, (size) => toDecimal(`1.${"0".repeat(size)}1`)],
    ["a finish reason: blanks", 500, (size) => readFinishReason(`${" ".repeat(size)}x`)],
    ["an error's page: angle brackets", 500, (size) => errorInBody({}, "<".repeat(size), context)],
    ["credentials: backslashes", 50, (size) => redact("\\".repeat(size))],
    ["credentials: percent signs", 50, (size) => redact("%".repeat(size))],
    ["credentials: percent signs that are escaped", 50, (size) => redact(`${"%25".repeat(size)}\\`)],
    ["credentials: the first half of one", 20, (size) => redact(`${KEY.slice(0, KEY.length / 2).repeat(size)}\\`)],
    ["credentials: the first half of one, escaped", 20, (size) => redact(halfEscaped.repeat(size))],
    ["a refusal: one letter, which its prompt has too", 200, (size) => quote("a".repeat(size), "a".repeat(size))],
    ["a refusal: one letter, of a prompt that ends otherwise", 200, (size) => quote("a".repeat(size), "ab".repeat(20))],
    ["a refusal: a prompt of one letter", 200, (size) => quote(`${"a".repeat(500)} b`, "a".repeat(size))],
    ["a refusal: a word of its prompt, again and again", 200, (size) => quote("tool_choice. ".repeat(size), CHOICE)],
    ["raw calls in a text", 100, (size) => scan(size, "<tool")],
    ["the sum of deltas and of chunks", 100, (size) => sums(Array.from({ length: size }, () => delta))],
    [
      "Ollama's lines: log probabilities",
      100,
      (size) => readOllama(size, { message: { content: "a" }, logprobs: [{}] }),
    ],
    [
      "Ollama's lines: calls",
      100,
      (size) => readOllama(size, { message: { tool_calls: [{ function: { name: "f" } }] } }),
    ],
    ["Ollama's messages: answers that follow each other", 100, (size) => toOllamaMessages(answers(size), refuseMedia)],
    [
      "an id that may have a mark at its end",
      1_000,
      (size) => [fullModelId(`${"[".repeat(size)}]`), fullModelId("[".repeat(size))],
    ],
    ["JSON in a text of many fences", 100, (size) => parseJson("```json ".repeat(size))],
    [
      "base64: what is no end in the middle",
      500,
      (size) => expect(() => toBase64(`${"=".repeat(size)}A`, "it")).toThrow(),
    ],
    [
      "a table of many rows",
      200,
      (size) =>
        textTable(
          ["a"],
          Array.from({ length: size }, () => ["1"]),
        ),
    ],
  ])("%s", async (_, size, work) => {
    expect(await counter.growth(work, size)).toBeLessThan(MOST);
  });

  it.each(["expect ", "input tokens ", "requested tokens ", 'option "', "prompt length "])(
    "no pattern is tried on more than the beginning of an error's words: %s",
    (words) => {
      const read = (times: number) => longestMatched(() => errorInBody({ message: words.repeat(times) }, "", context));
      expect(read(100)).toBe(100 * words.length);
      expect(read(2_000)).toBe(10_000);
    },
  );
});

function follow(pieces: number, piece: string): void {
  const scanner = new JsonScanner();
  scanner.push('"');
  repeat(pieces, () => scanner.push(piece));
}

function beside(pieces: number): void {
  const extras = new Extras("it");
  repeat(pieces, (at) => {
    extras.add({
      audio: { data: "AA==", transcript: "a" },
      thoughts: [{ type: "thinking", thinking: "so " }],
      n: [at],
    });
    extras.addCall({ extra: [at] }, `id${at}`, at);
  });
  extras.take();
}

function scan(pieces: number, piece: string): void {
  hasMarkup(piece.repeat(pieces));
}

function sums(deltas: readonly AnswerDelta[]): void {
  joinDeltas(deltas);
  assembleChunks(deltas.map((each) => toChunk(each, "it", "id")));
}
