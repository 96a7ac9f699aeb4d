import { parseAnswer } from "../base/sound_json.js";
import { LineSplitter } from "./lines.js";

/** The marker that ends a stream of server-sent events in OpenAI's style. */
export const DONE = Symbol("[DONE]");

/** A piece of a stream that is neither JSON nor a known marker; its text is what came. */
export class Malformed {
  constructor(readonly text: string) {}
}

/** A JSON value, `DONE`, or `Malformed`. */
export type StreamEvent = unknown;

/** Cuts the bytes of a body into events. */
export interface Framer {
  push(piece: Uint8Array): StreamEvent[];
  end(): StreamEvent[];
}

/**
 * Frames server-sent events that carry JSON, as servers really send them: with or without the blank after `data:`,
 * with or without blank lines between events (each `data:` line that is JSON by itself is an event at once), with
 * comments, empty data, `event: error`, an `error:` field, two events in one line, and a last event without its blank line.
 * A heartbeat in any form is no event: that bytes came is all that it says.
 */
export class SseFramer {
  private readonly lines = new LineSplitter();
  /** Data lines that are no JSON by themselves: parts of one event, or garbage. */
  private pending: string[] = [];
  /** The name that the event at hand was given, where it was given one. */
  private eventName = "";

  push(piece: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const line of this.lines.push(piece)) this.line(line, events);
    return events;
  }

  end(): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const line of this.lines.end()) this.line(line, events);
    this.flush(events, true);
    return events;
  }

  private line(line: string, events: StreamEvent[]): void {
    if (line.startsWith("data:")) return this.data(line.slice(5), events);
    if (line === "") return this.flush(events);
    const first = line.charCodeAt(0);
    // A bare JSON line is what some servers write when they fail in the middle of a stream.
    if (first === OPEN_BRACE) return this.data(line, events);
    if (line.startsWith("event:")) this.eventName = line.slice(6).trim();
    else if (line.startsWith("error:")) events.push({ error: parse(line.slice(6).trim()) ?? line.slice(6).trim() });
  }

  private data(data: string, events: StreamEvent[]): void {
    const text = data.trim();
    if (text === "") return;
    if (text === "[DONE]") {
      this.flush(events);
      events.push(DONE);
      return;
    }
    const value = text.startsWith("{") || this.pending.length === 0 ? parse(text) : undefined;
    if (value === undefined) {
      this.pending.push(data);
      return;
    }
    const isError = this.eventName === "error";
    if (this.pending.length > 0) this.flush(events);
    if (typeof value === "object" && value !== null && text !== "[]") events.push(isError ? asError(value) : value);
    else if (isError || !isHeartbeat(text, this.eventName)) events.push(isError ? asError(value) : value);
  }

  /** A blank line or the end of the stream: the pending lines are the whole event. */
  private flush(events: StreamEvent[], isEnd = false): void {
    const { pending, eventName } = this;
    const errorEvent = eventName === "error";
    this.pending = [];
    this.eventName = "";
    if (pending.length === 0) return;
    if (!errorEvent && pending.every((line) => isHeartbeat(line, eventName))) return;
    const text = pending.join("\n");
    const whole = parse(text);
    if (whole !== undefined) {
      events.push(errorEvent ? asError(whole) : whole);
      return;
    }
    // Some proxies glue two events into one line.
    for (const part of text.split(/(?<=[}\]])\s*data:\s*(?=[{[])/)) {
      const value = parse(part);
      if (value !== undefined) events.push(errorEvent ? asError(value) : value);
      // An event that was cut off with its stream is dropped: the events before it tell whether the answer was whole.
      else if (isEnd && !errorEvent && /^\s*[{[]/.test(part)) continue;
      else events.push(errorEvent ? { error: part.trim() } : marker(part));
    }
  }
}

const OPEN_BRACE = 123;

/** A heartbeat by its words, or by having none. With or without a time beside them. */
const HEARTBEAT =
  /^[^a-z]*(?:(?:ping|pong|keep[-_ ]?alive|heart[-_ ]?beat|alive|null|none|undefined|true|false|waiting|no-?op|(?:openrouter )?processing)(?![a-z])[^a-z]*)?(?:[tz][^a-z]*)*$/i;
const LONGEST_HEARTBEAT = 80;

/** True for data that only keeps a connection open: a comment inside the data, a word such as `ping`, the data of a `ping`. */
function isHeartbeat(data: string, eventName: string): boolean {
  const text = data.trim();
  if (text.startsWith("{") || text.length > LONGEST_HEARTBEAT) return false;
  return text.startsWith(":") || HEARTBEAT.test(text) || (eventName !== "" && HEARTBEAT.test(eventName));
}

function parse(text: string): unknown {
  try {
    return parseAnswer(text);
  } catch {
    return undefined;
  }
}

function marker(text: string): StreamEvent {
  return text.trim() === "[DONE]" ? DONE : new Malformed(text);
}

function asError(value: unknown): unknown {
  const isError = typeof value === "object" && value !== null && "error" in value;
  return isError ? value : { error: value };
}
