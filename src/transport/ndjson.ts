import { LineSplitter } from "./lines.js";
import { Malformed, type StreamEvent } from "./sse.js";

/** Frames newline-delimited JSON. Blank lines are skipped; a line that is no JSON comes as `Malformed`. */
export class NdjsonFramer {
  private readonly lines = new LineSplitter();

  push(piece: Uint8Array): StreamEvent[] {
    return this.lines.push(piece).flatMap(parseLine);
  }

  end(): StreamEvent[] {
    return this.lines.end().flatMap(parseLine);
  }
}

function parseLine(line: string): StreamEvent[] {
  if (line.trim() === "") return [];
  try {
    return [JSON.parse(line) as unknown];
  } catch {
    return [new Malformed(line)];
  }
}
