import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { AnswerDelta } from "../../../src/answer/delta.js";
import { joinDeltas } from "../../../src/answer/join.js";
import { openLLMDialect } from "../../../src/providers/openllm/dialect.js";
import { completionWire } from "../../../src/wires/openai/wire.js";
import { recordingFiles, recordings } from "../../support/recordings.js";

/** Every recorded stream of a chat, as bytes. */
const streams = recordingFiles.flatMap((file) =>
  recordings(file)
    .filter(
      ({ request, response }) =>
        request.path === "/v1/chat/completions" && response.chunks.join("").startsWith("data:"),
    )
    .map(({ case: name, response }): [string, Buffer] => [`${file} ${name}`, Buffer.from(response.chunks.join(""))]),
);

/** One of them, by its place: bytes would fill a screen when a property fails. */
const anyStream = fc.nat({ max: streams.length - 1 });
const bytesAt = (place: number): Buffer => streams[place]?.[1] ?? Buffer.of();

/** What the answer comes to, or the error that it ends with. */
function read(pieces: readonly Uint8Array[]): unknown {
  let calls = 0;
  const request = { url: "", headers: {}, messages: [], params: {}, stream: true, includeUsage: true };
  const wire = completionWire(request, openLLMDialect({}), { server: "it" }, () => `call_${calls++}`);
  const framer = wire.framer(Infinity);
  const decoder = wire.decoder(new Headers());
  const deltas: AnswerDelta[] = [];
  try {
    for (const piece of pieces) for (const event of framer.push(piece)) deltas.push(...decoder.push(event));
    for (const event of framer.end()) deltas.push(...decoder.push(event));
    deltas.push(...decoder.end());
  } catch (error) {
    return { sum: joinDeltas(deltas), error: String(error) };
  }
  return { sum: joinDeltas(deltas) };
}

function cutAt(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...[...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, at) => bytes.subarray(cuts[at], end));
}

describe("any split of any recorded stream gives the same answer", () => {
  it("has the streams", () => {
    expect(streams.length).toBeGreaterThan(150);
  });

  it("one byte at a time", () => {
    for (const [, bytes] of streams.filter(([, { length }]) => length < 6_000)) {
      expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(read([bytes]));
    }
  });

  it("cut anywhere", () => {
    const places = fc.array(fc.nat(), { maxLength: 40 });
    fc.assert(
      fc.property(anyStream, places, (place, cuts) => {
        const bytes = bytesAt(place);
        expect(read(cutAt(bytes, cuts))).toEqual(read([bytes]));
      }),
      { numRuns: 600 },
    );
  });

  it("with lines ended by CRLF or CR, and with comments between", () => {
    const change = fc.constantFrom<(text: string) => string>(
      (text) => text.replaceAll("\n", "\r\n"),
      (text) => text.replaceAll("\n", "\r"),
      (text) => text.replaceAll("\n\n", "\n\n: ping\n\n"),
      (text) => text.replaceAll(/^data: /gm, "data:"),
      (text) => text.trimEnd(),
    );
    fc.assert(
      fc.property(anyStream, change, fc.array(fc.nat(), { maxLength: 10 }), (place, changed, cuts) => {
        const bytes = bytesAt(place);
        expect(read(cutAt(Buffer.from(changed(bytes.toString())), cuts))).toEqual(read([bytes]));
      }),
      { numRuns: 300 },
    );
  });
});
