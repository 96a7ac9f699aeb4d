import { LineSplitter } from "./lines.js";
import { Malformed, type StreamEvent } from "./sse.js";

/** Frames newline-delimited JSON. Blank lines are skipped; a line that is no JSON comes as `Malformed`. */
export class NdjsonFramer {
  private readonly lines = new LineSplitter();

  push(piece: Uint8Array): StreamEvent[] {
    return this.lines.push(piece).flatMap(parseLine);
  }

  end(): StreamEvent[] {
    return this.lines
      .end()
      .flatMap(parseLine)
      .map((event) => (event instanceof Malformed && isOpen(event.text) ? new CutLine(event.text) : event));
  }
}

/** A last line that stops in the middle of its JSON. */
export class CutLine extends Malformed {}

/** True when a string or a bracket is open at the end of a text. */
function isOpen(text: string): boolean {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  return bare.includes('"') || bare.split(/[{[]/).length > bare.split(/[}\]]/).length;
}

function parseLine(line: string): StreamEvent[] {
  if (line.trim() === "") return [];
  try {
    return [JSON.parse(line) as unknown];
  } catch {
    return [new Malformed(line)];
  }
}
