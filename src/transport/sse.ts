import { parseAnswer } from "../base/sound_json.js";
import { KeptLines } from "./kept_lines.js";
import { LineSplitter } from "./lines.js";

/** The marker that ends a stream of server-sent events in OpenAI's style. */
export const DONE = Symbol("[DONE]");

/** A piece of a stream that is neither JSON nor a known marker; its text is what came. */
export class Malformed {
  constructor(readonly text: string) {}
}

/** A JSON value, `DONE`, or `Malformed`. */
export type StreamEvent = unknown;

/**
 * Cuts a body into events: its bytes as they come, or its text.
 * Both throw a ResponseTooLargeError for an event that is larger than it may be, after the events before it.
 */
export interface Framer {
  push(piece: Uint8Array | string): StreamEvent[];
  end(): StreamEvent[];
}

/**
 * Frames server-sent events that carry JSON, as servers really send them: with or without the blank after `data:`,
 * with or without blank lines between events (each `data:` line that is JSON by itself is an event at once), with
 * comments, empty data, `event: error`, an `error:` field, two events in one line, and a last event without its blank line.
 * A heartbeat in any form is no event: that bytes came is all that it says.
 */
export class SseFramer {
  private readonly lines: LineSplitter;
  /** Data lines that are no JSON by themselves: parts of one event, or garbage. */
  private readonly pending: KeptLines;
  /** The pending lines are heartbeats by their words, or may be one by the name of their event. */
  private isHeartbeat = true;
  private mayBeHeartbeat = true;
  /** The name that the event at hand was given, where it was given one. */
  private eventName = "";
  private failure: { error: unknown } | undefined;

  /** @param maxEventBytes how large an event may be */
  constructor(maxEventBytes = Infinity) {
    this.lines = new LineSplitter(maxEventBytes);
    this.pending = new KeptLines(maxEventBytes);
  }

  push(piece: Uint8Array | string): StreamEvent[] {
    return this.read(this.lines.push(piece), false);
  }

  end(): StreamEvent[] {
    return this.read(this.lines.end(), true);
  }

  private read(lines: string[], isEnd: boolean): StreamEvent[] {
    if (this.failure) throw this.failure.error;
    const events: StreamEvent[] = [];
    try {
      for (const line of lines) this.line(line, events);
      if (isEnd) this.flush(events, true);
    } catch (error) {
      // At the end nobody asks again.
      if (events.length === 0 || isEnd) throw error;
      this.failure = { error };
    }
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
    const value = text.startsWith("{") || this.pending.isEmpty ? parse(text) : undefined;
    if (value === undefined) return this.keep(data, text);
    const isError = this.eventName === "error";
    if (!this.pending.isEmpty) this.flush(events);
    if (typeof value === "object" && value !== null && text !== "[]") events.push(isError ? asError(value) : value);
    else if (isError || !isHeartbeat(text, this.eventName)) events.push(isError ? asError(value) : value);
  }

  private keep(data: string, text: string): void {
    this.pending.add(data);
    this.mayBeHeartbeat &&= mayBeHeartbeat(text);
    this.isHeartbeat &&= this.mayBeHeartbeat && isHeartbeat(text, "");
  }

  /** A blank line or the end of the stream: the pending lines are the whole event. */
  private flush(events: StreamEvent[], isEnd = false): void {
    const { eventName } = this;
    const errorEvent = eventName === "error";
    this.eventName = "";
    if (this.pending.isEmpty) return;
    const isNamed = this.mayBeHeartbeat && eventName !== "" && HEARTBEAT.test(eventName);
    const isAlive = this.isHeartbeat || isNamed;
    const text = this.pending.take();
    this.isHeartbeat = true;
    this.mayBeHeartbeat = true;
    if (!errorEvent && isAlive) return;
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

const mayBeHeartbeat = (text: string) => !text.startsWith("{") && text.length <= LONGEST_HEARTBEAT;

/** True for data that only keeps a connection open: a comment inside the data, a word such as `ping`, the data of a `ping`. */
function isHeartbeat(text: string, eventName: string): boolean {
  if (!mayBeHeartbeat(text)) return false;
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
