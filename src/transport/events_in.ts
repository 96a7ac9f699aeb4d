import type { Framer, StreamEvent } from "./sse.js";

const CHARACTERS_AT_ONCE = 65_536;

/** The events of a body that came whole. One part of it after the other, so that no more events are held than are looked at. */
export function* eventsIn(text: string, framer: Framer): Generator<StreamEvent, void, undefined> {
  for (let at = 0; at < text.length; at += CHARACTERS_AT_ONCE)
    yield* framer.push(text.slice(at, at + CHARACTERS_AT_ONCE));
  yield* framer.end();
}
