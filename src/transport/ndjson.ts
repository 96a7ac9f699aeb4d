import { parseAnswer } from "../base/sound_json.js";
import { BoundedText } from "./bounded_text.js";
import { JsonScanner } from "./json_scanner.js";
import { LineSplitter } from "./lines.js";
import { Malformed, type StreamEvent } from "./sse.js";

/**
 * Frames newline-delimited JSON. Blank lines are skipped; a line that is no JSON comes as `Malformed`. One value that is
 * spread over many lines, as servers answer that do not stream, is one event.
 */
export class NdjsonFramer {
  private readonly lines: LineSplitter;
  /** A spread value: its text as it came, since its lines may be many and short. */
  private readonly spread: BoundedText;
  private isSpread = false;
  private hasBegun = false;

  /** @param maxEventBytes how large a line, or a spread value, may be */
  constructor(maxEventBytes = Infinity) {
    this.lines = new LineSplitter(maxEventBytes);
    this.spread = new BoundedText(maxEventBytes);
  }

  /** @throws ResponseTooLargeError */
  push(piece: Uint8Array | string): StreamEvent[] {
    if (!this.isSpread) return this.events(this.lines.push(piece));
    this.spread.add(this.lines.decode(piece));
    return [];
  }

  /** @throws ResponseTooLargeError */
  end(): StreamEvent[] {
    const events = this.events(this.lines.end());
    if (this.isSpread) events.push(parseLine(this.spread.take()));
    return events.map((event) => (event instanceof Malformed && isOpen(event.text) ? new CutLine(event.text) : event));
  }

  private events(lines: string[]): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] ?? "";
      const text = line.trim();
      if (this.isSpread || (!this.hasBegun && text === "{")) {
        this.isSpread = true;
        this.spread.add(`${lines.slice(at).join("\n")}\n`);
        this.spread.add(this.lines.takeRest());
        break;
      }
      if (text === "") continue;
      this.hasBegun = true;
      events.push(parseLine(line));
    }
    return events;
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

function parseLine(line: string): StreamEvent {
  try {
    return parseAnswer(line);
  } catch {
    return new Malformed(line);
  }
}
