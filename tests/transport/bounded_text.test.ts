import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ResponseTooLargeError } from "../../src/base/errors.js";
import { BoundedText } from "../../src/transport/bounded_text.js";
import { eventsIn } from "../../src/transport/events_in.js";
import { KeptLines } from "../../src/transport/kept_lines.js";
import { NdjsonFramer } from "../../src/transport/ndjson.js";
import { Malformed, SseFramer, type Framer } from "../../src/transport/sse.js";

const utf8 = new TextEncoder();
const pieces = fc.array(fc.string({ unit: "grapheme", maxLength: 5 }), { maxLength: 8 });
const limits = fc.nat({ max: 60 });

describe("a text that grows", () => {
  it("holds as many bytes as it may, and no more", () => {
    fc.assert(
      fc.property(pieces, limits, (parts, maxBytes) => {
        const text = new BoundedText(maxBytes);
        let expected = "";
        for (const part of parts) {
          const fits = utf8.encode(expected + part).length <= maxBytes;
          const outcome = (() => {
            try {
              text.add(part);
              return true;
            } catch (error) {
              return !ResponseTooLargeError.isInstance(error);
            }
          })();
          expect(outcome).toBe(fits);
          if (fits) expected += part;
        }
        expect(text.take()).toBe(expected);
        expect(text.length).toBe(0);
      }),
    );
  });

  it("may be of lines, which come out as they were", () => {
    const lines = Array.from({ length: 3_210 }, (_, at) => "x".repeat(at % 50));
    const kept = new KeptLines(Infinity);
    expect(kept.isEmpty).toBe(true);
    for (const line of lines) kept.add(line);
    expect(kept.isEmpty).toBe(false);
    expect(kept.take()).toBe(lines.join("\n"));
    expect(kept.isEmpty).toBe(true);
  });
});

/** What comes out of a framer until it refuses more, and the error that it refuses it with. */
function through(framer: Framer, text: string, size: number): { events: unknown[]; error?: unknown } {
  const bytes = utf8.encode(text);
  const events: unknown[] = [];
  try {
    for (let at = 0; at < bytes.length; at += size) events.push(...framer.push(bytes.subarray(at, at + size)));
    events.push(...framer.end());
    return { events };
  } catch (error) {
    return { events, error };
  }
}

const long = "x".repeat(100);

describe("an event that is larger than it may be", () => {
  it.each<[string, (maxBytes: number) => Framer, string]>([
    ["a server-sent event", (max) => new SseFramer(max), `data: {"a":1}\n\ndata: {"b":"${long}"}\n\ndata: {"c":1}\n\n`],
    ["one that never ends", (max) => new SseFramer(max), `data: {"a":1}\n\ndata: {"b":"${long}`],
    ["one of many lines", (max) => new SseFramer(max), `data: {"a":1}\n\n${"data: x\n".repeat(100)}\n`],
    ["a line", (max) => new NdjsonFramer(max), `{"a":1}\n{"b":"${long}"}\n{"c":1}\n`],
    ["a line that never ends", (max) => new NdjsonFramer(max), `{"a":1}\n{"b":"${long}`],
  ])("is refused, after the events before it: %s", (_, framer, text) => {
    for (const size of [1, 7, 1_000]) {
      const { events, error } = through(framer(80), text, size);
      expect(events).toEqual([{ a: 1 }]);
      expect(error).toBeInstanceOf(ResponseTooLargeError);
      expect(error).toMatchObject({ option: "maxEventBytes", limitBytes: 80 });
      expect(through(framer(1_000), text, size).error).toBeUndefined();
    }
  });

  it("is refused where it is one value in many lines", () => {
    const text = `{\n${'"a":1,\n'.repeat(20)}"b":1}`;
    for (const size of [1, 7, 1_000]) {
      expect(through(new NdjsonFramer(80), text, size)).toMatchObject({ events: [], error: { limitBytes: 80 } });
      expect(through(new NdjsonFramer(200), text, size)).toEqual({ events: [{ a: 1, b: 1 }] });
    }
  });

  it("stays refused", () => {
    const framer = new SseFramer(20);
    expect(framer.push(utf8.encode(`data: {"a":1}\n\ndata: ${long}`))).toEqual([{ a: 1 }]);
    expect(() => framer.push(utf8.encode("\n\n"))).toThrow("larger than `maxEventBytes` (20 bytes)");
    expect(() => framer.end()).toThrow(ResponseTooLargeError);
  });

  it("is told from one that fits by its bytes, and not by its characters", () => {
    const text = `{"a":"${"é".repeat(10)}"}\n`;
    const bytes = utf8.encode(text).length - 1;
    expect(through(new NdjsonFramer(bytes), text, 1_000).error).toBeUndefined();
    expect(through(new NdjsonFramer(bytes - 1), text, 1_000).error).toBeInstanceOf(ResponseTooLargeError);
  });
});

describe("the events of a body that came whole", () => {
  it("are those of its bytes, wherever it is cut", () => {
    const text = `${"é🙂\r\n".repeat(40_000)}data: {"a":"🙂"}\r\n\r\n`;
    expect([...eventsIn(text, new SseFramer())]).toEqual([{ a: "🙂" }]);
    expect([...eventsIn(text, new NdjsonFramer())]).toHaveLength(40_001);
  });

  it("are read no further than they are looked at", () => {
    const framer = new NdjsonFramer();
    let pushes = 0;
    const counted: Framer = {
      push: (piece) => {
        pushes++;
        return framer.push(piece);
      },
      end: () => framer.end(),
    };
    const [first] = eventsIn("1x\n".repeat(1_000_000), counted);
    expect(first).toEqual(new Malformed("1x"));
    expect(pushes).toBe(1);
  });
});
