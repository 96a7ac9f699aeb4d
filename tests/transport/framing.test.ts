import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { LineSplitter } from "../../src/transport/lines.js";
import { CutLine, NdjsonFramer } from "../../src/transport/ndjson.js";
import { DONE, Malformed, SseFramer } from "../../src/transport/sse.js";

const utf8 = new TextEncoder();

interface Pushes<Item> {
  push(piece: Uint8Array): Item[];
  end(): Item[];
}

/** What comes out when bytes go in cut at some places. */
function through<Item>(framer: Pushes<Item>, bytes: Uint8Array, cuts: readonly number[]): Item[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const edges = [0, ...places, bytes.length];
  const pieces = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
  return [...pieces.flatMap((piece) => framer.push(piece)), ...framer.end()];
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });
const everyByte = (bytes: Uint8Array) => Array.from(bytes, (_, index) => index);
/** Texts of what lines are made of, line ends above all. */
const lineish = fc.string({
  unit: fc.constantFrom("a", "é", "🙂", "\n", "\r", "\r\n", "", "data:", " ", "{}", "\u2028"),
});

describe("lines", () => {
  it.each([
    ["a\nb\n", ["a", "b"]],
    ["a\r\nb\rc", ["a", "b", "c"]],
    ["\n\n", ["", ""]],
    ["\r\n\r\n", ["", ""]],
    ["\r\r\n", ["", ""]],
    ["a\u2028b\n", ["a\u2028b"]],
    ["\ufeffa\n", ["a"]],
    ["", []],
  ])("of %j", (text, lines) => {
    expect(through(new LineSplitter(), utf8.encode(text), [])).toEqual(lines);
    expect(through(new LineSplitter(), utf8.encode(text), everyByte(utf8.encode(text)))).toEqual(lines);
  });

  it("are the same wherever a text is cut", () => {
    fc.assert(
      fc.property(lineish, cuts, (text, places) => {
        const expected = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(through(new LineSplitter(), utf8.encode(text), places)).toEqual(expected);
      }),
    );
  });

  it("are the same wherever bytes are cut that are no text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), cuts, (bytes, places) => {
        expect(through(new LineSplitter(), bytes, places)).toEqual(through(new LineSplitter(), bytes, []));
      }),
    );
  });

  it("cost no more than their length when one is very long", () => {
    const splitter = new LineSplitter();
    const piece = utf8.encode("x".repeat(1_000));
    for (let count = 0; count < 20_000; count++) splitter.push(piece);
    expect(splitter.push(utf8.encode("\n"))[0]?.length).toBe(20_000_000);
  });
});

const value = fc.oneof(
  fc.record({ id: fc.nat(), text: fc.string({ unit: "grapheme" }) }),
  fc.record({
    choices: fc.array(fc.record({ delta: fc.record({ content: fc.string({ unit: "binary" }) }) }), { maxLength: 2 }),
  }),
);

/** The ways in which servers write one event. */
const styles: readonly ((json: string) => string)[] = [
  (json) => `data: ${json}\n\n`,
  (json) => `data:${json}\r\n\r\n`,
  (json) => `data: ${json}\n`,
  (json) => `: ping\n\ndata: ${json} \n\n`,
  (json) => `event: message\nid: 7\nretry: 3\ndata: ${json}\n\n`,
  (json) => `data:\n\ndata: ${json}\r\r`,
  (json) => `${json}\n`,
];
const styled = fc.array(fc.tuple(value, fc.constantFrom(...styles)), { maxLength: 8 });

describe("server-sent events", () => {
  it("come out as they went in, however they are written and cut", () => {
    fc.assert(
      fc.property(styled, fc.boolean(), cuts, (events, isDone, places) => {
        const text =
          events.map(([json, write]) => write(JSON.stringify(json))).join("") + (isDone ? "data: [DONE]\n\n" : "");
        const expected = [...events.map(([json]) => json), ...(isDone ? [DONE] : [])];
        expect(through(new SseFramer(), utf8.encode(text), places)).toEqual(expected);
        expect(through(new SseFramer(), utf8.encode(text.replace(/[\r\n]+$/, "")), places)).toEqual(expected);
      }),
    );
  });

  it("are the same wherever bytes of any kind are cut", () => {
    const sseish = fc.string({
      unit: fc.constantFrom(
        "data:",
        "data: ",
        "event: error",
        "error: ",
        ":",
        "{",
        "}",
        '{"a":1}',
        "[DONE]",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "x",
        "é",
      ),
    });
    fc.assert(
      fc.property(sseish, cuts, (text, places) => {
        expect(through(new SseFramer(), utf8.encode(text), places)).toEqual(
          through(new SseFramer(), utf8.encode(text), []),
        );
      }),
    );
  });

  it.each<[string, string, unknown[]]>([
    ["an end mark with a blank", "data: [DONE] \n\n", [DONE]],
    ["an end mark without a line end", 'data: {"a":1}\n\ndata: [DONE]', [{ a: 1 }, DONE]],
    ["one event over several lines", 'data: {"a":\ndata: 1,\ndata: "b": "x y"}\n\n', [{ a: 1, b: "x y" }]],
    ["a named error", 'event: error\ndata: {"message":"boom"}\n\n', [{ error: { message: "boom" } }]],
    [
      "a named error that has the form already",
      'event: error\ndata: {"error":{"message":"boom"}}\n\n',
      [{ error: { message: "boom" } }],
    ],
    ["a named error in words", "event: error\ndata: out of memory\n\n", [{ error: "out of memory" }]],
    [
      "an error field, as older llama.cpp wrote it",
      'error: {"code":500,"message":"boom"}\n\n',
      [{ error: { code: 500, message: "boom" } }],
    ],
    ["an error field in words", "error: out of memory\n", [{ error: "out of memory" }]],
    [
      "an event after an error event",
      'event: error\ndata: {"m":1}\n\ndata: {"a":1}\n\n',
      [{ error: { m: 1 } }, { a: 1 }],
    ],
    ["two events in one line", 'data: {"a":1}data: {"b":2}\n\n', [{ a: 1 }, { b: 2 }]],
    ["garbage", "data: {nonsense\n\n", [new Malformed(" {nonsense")]],
    ["an event that is cut off with its stream", 'data: {"a":1}\n\ndata: {"b', [{ a: 1 }]],
    [
      "words that end with their stream",
      'data: {"a":1}\n\ndata: out of memory',
      [{ a: 1 }, new Malformed(" out of memory")],
    ],
    ["comments, empty data and other fields", ": ping\n\ndata:\n\nid: 1\nretry: 5\nfoo: bar\n\n", []],
    ["words in an array", 'data: ["oops"]\n\n', [["oops"]]],
    ["a page", "data: <html>502</html>\n\n", [new Malformed(" <html>502</html>")]],
    ["words", "data: ping failed\n\n", [new Malformed(" ping failed")]],
    ["an event after a heartbeat in the same block", 'data: ping\ndata: {"a":1}\n\n', [{ a: 1 }]],
    ["an event in a block that is named a heartbeat", 'event: ping\ndata: {"a":1}\n\n', [{ a: 1 }]],
    ["an error in words that are a heartbeat's", "event: error\ndata: null\n\n", [{ error: null }]],
    ["nothing", "", []],
  ])("%s", (_, text, events) => {
    const bytes = utf8.encode(text);
    for (const places of [[], everyByte(bytes)]) expect(through(new SseFramer(), bytes, places)).toEqual(events);
  });
});

describe("heartbeats in any form", () => {
  it.each([
    ": ping",
    ": OPENROUTER PROCESSING",
    "data: : keepalive",
    "data: : OPENROUTER PROCESSING",
    "data: OPENROUTER PROCESSING",
    "data: null",
    "data: undefined",
    "data: []",
    "data: true",
    "data: waiting",
    "data: ping",
    'data: "ping"',
    "data: [PING]",
    "data: pong 1767225600",
    "data: ping - 2026-11-22 10:00:00.123456+00:00",
    "data: 2026-11-22T10:00:00Z",
    "data: keep-alive",
    "data: KEEPALIVE",
    "data: heartbeat",
    "data: ...",
    "data:",
    "event: ping",
    "event: ping\ndata: still at it",
    "event: heartbeat\ndata: 17",
    "event: keepalive\ndata:",
    "ping",
  ])("%j is no event", (text) => {
    const bytes = utf8.encode(`${text}\n\ndata: {"a":1}\n\n${text}\n\n${text}\n\ndata: [DONE]\n\n`);
    for (const places of [[], everyByte(bytes)])
      expect(through(new SseFramer(), bytes, places)).toEqual([{ a: 1 }, DONE]);
  });
});

describe("newline-delimited JSON", () => {
  it("comes out as it went in, wherever it is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.jsonValue(), fc.constantFrom("\n", "\r\n", "\n\n", " \n")), { maxLength: 8 }),
        cuts,
        (lines, places) => {
          const text = lines.map(([json, end]) => JSON.stringify(json) + end).join("");
          // JSON has no -0.
          const expected = lines.map(([json]) => JSON.parse(JSON.stringify(json)) as unknown);
          expect(through(new NdjsonFramer(), utf8.encode(text), places)).toEqual(expected);
          expect(through(new NdjsonFramer(), utf8.encode(text.trimEnd()), places)).toEqual(expected);
        },
      ),
    );
  });

  it("says what is none", () => {
    expect(through(new NdjsonFramer(), utf8.encode('{"a":1}\n<html>\n{"b'), [])).toEqual([
      { a: 1 },
      new Malformed("<html>"),
      new Malformed('{"b'),
    ]);
  });

  it("may be one value in many lines", () => {
    const answer = { a: "1\n", b: [{}, { c: null }] };
    const bytes = utf8.encode(`\n${JSON.stringify(answer, undefined, 2)}\n`);
    for (const places of [[], everyByte(bytes)]) expect(through(new NdjsonFramer(), bytes, places)).toEqual([answer]);
    const half = through(new NdjsonFramer(), bytes.subarray(0, -6), []);
    expect(half).toEqual([expect.any(CutLine)]);
  });

  it.each([
    ['{"a', true],
    ['{"a":"}', true],
    ['{"a":"\\"}', true],
    ['{"a":{"b":1}', true],
    ['[{"a":1},', true],
    ['{"a":"b"', true],
    ["<html>", false],
    ["{a}", false],
    ['{"a":"[{"} x', false],
  ])("tells a last line that was cut off: %s", (text, isCut) => {
    const [event] = through(new NdjsonFramer(), utf8.encode(text), []);
    expect(event).toBeInstanceOf(Malformed);
    expect(event instanceof CutLine).toBe(isCut);
  });
});
