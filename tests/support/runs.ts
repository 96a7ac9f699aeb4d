import type { RecordingHandler, RunEvent } from "./recording_handler.js";

type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

/** A model run that began and ended as it should: one start first, one end or error last. */
export interface RecordedRun {
  readonly id: string;
  readonly start: EventOf<"start">;
  readonly tokens: readonly EventOf<"token">[];
  readonly stream: readonly EventOf<"stream">[];
  /** What closed the run. */
  readonly last: EventOf<"end"> | EventOf<"error">;
}

/** The runs that a handler saw. Throws unless there are `count` and each has one start, first, and one end or error, last. */
export function expectRuns({ events }: RecordingHandler, count: number): RecordedRun[] {
  const ids = [...new Set(events.map(({ runId }) => runId))];
  if (ids.length !== count) throw new Error(`Expected ${count} runs, saw ${ids.length}: ${story(events)}.`);
  return ids.map((id) =>
    recordedRun(
      id,
      events.filter(({ runId }) => runId === id),
    ),
  );
}

/** The only run that a handler saw. Throws unless it is the only one, and whole. */
export function expectOneRun(handler: RecordingHandler): RecordedRun {
  const [run] = expectRuns(handler, 1);
  return run as RecordedRun; // the line above threw unless there is one
}

function recordedRun(id: string, events: readonly RunEvent[]): RecordedRun {
  const start = events[0];
  const last = events.at(-1);
  const starts = events.filter(({ type }) => type === "start").length;
  const closes = events.filter(({ type }) => type === "end" || type === "error").length;
  if (starts !== 1 || closes !== 1 || start?.type !== "start" || (last?.type !== "end" && last?.type !== "error")) {
    throw new Error(`Run ${id} should have one start, first, and one end or error, last; it has: ${story(events)}.`);
  }
  return {
    id,
    start,
    tokens: events.filter((event) => event.type === "token"),
    stream: events.filter((event) => event.type === "stream"),
    last,
  };
}

/** The types of the events in order, runs of a type counted: `start, token x 12, end`. */
function story(events: readonly RunEvent[]): string {
  const parts: { type: string; times: number }[] = [];
  for (const { type } of events) {
    const part = parts.at(-1);
    if (part?.type === type) part.times += 1;
    else parts.push({ type, times: 1 });
  }
  if (parts.length === 0) return "nothing";
  return parts.map(({ type, times }) => (times === 1 ? type : `${type} x ${times}`)).join(", ");
}
