import { parseAnswer } from "../base/sound_json.js";
import { JsonScanner } from "./json_scanner.js";
import { LineSplitter } from "./lines.js";
import { Malformed, type StreamEvent } from "./sse.js";

/**
 * Frames newline-delimited JSON. Blank lines are skipped; a line that is no JSON comes as `Malformed`. One value that is
 * spread over many lines, as servers answer that do not stream, is one event.
 */
export class NdjsonFramer {
  private readonly lines = new LineSplitter();
  /** The lines of a spread value. */
  private spread: string[] | undefined;
  private hasBegun = false;

  push(piece: Uint8Array): StreamEvent[] {
    return this.lines.push(piece).flatMap((line) => this.line(line));
  }

  end(): StreamEvent[] {
    const events = this.lines.end().flatMap((line) => this.line(line));
    if (this.spread) events.push(...parseLine(this.spread.join("\n")));
    return events.map((event) => (event instanceof Malformed && isOpen(event.text) ? new CutLine(event.text) : event));
  }

  private line(line: string): StreamEvent[] {
    if (this.spread) {
      this.spread.push(line);
      return [];
    }
    const text = line.trim();
    if (text === "") return [];
    if (!this.hasBegun && text === "{") {
      this.spread = [line];
      return [];
    }
    this.hasBegun = true;
    return parseLine(line);
  }
}

/** A last line that stops in the middle of its JSON. */
export class CutLine extends Malformed {}

/** True when a string or a bracket is open at the end of a text. */
function isOpen(text: string): boolean {
  const scanner = new JsonScanner();
  scanner.push(text);
  return scanner.isOpen;
}

function parseLine(line: string): StreamEvent[] {
  try {
    return [parseAnswer(line)];
  } catch {
    return [new Malformed(line)];
  }
}
