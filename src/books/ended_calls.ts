import { randomId } from "../base/random_id.js";
import { BoundedMap } from "../ledger/bounded_map.js";
import { boundText } from "../ledger/bound_text.js";

/** A call that has ended, as all handlers that heard of it have it on their books. */
export interface EndedCall {
  /** Unlike that of any other call, also of one whose run was given the same id. */
  id: string;
  startedMs: number;
  endedMs: number;
  /** When it ended, by the order of starts and ends. */
  place: number;
}

/** Starts and ends of this process in their order, which clocks do not tell within a millisecond. */
let places = 0;

/** The next place in the order of starts and ends. */
export function nextPlace(): number {
  places += 1;
  return places;
}

/** The calls that ended with an object (a result, an error), by the id of their run. */
const byEnd = new WeakMap<object, Map<string, EndedCall>>();
/** Those that ended with something else, such as a thrown text. */
const byRun = new BoundedMap<string, EndedCall>(1000);

const RUN_PART = 40;
const DRAWN = 16;

/**
 * The call that ended. Each handler of a run hears of its end by the same object, so that they agree; and a run of the same id that
 * started after that end is another call.
 * @param startPlace - `undefined` where the start was not seen
 */
export function endedCall(runId: string, startPlace: number | undefined, end: unknown, startedMs: number): EndedCall {
  const calls = typeof end === "object" && end !== null ? callsOf(end) : byRun;
  const known = calls.get(runId);
  if (known !== undefined && (startPlace === undefined || startPlace < known.place)) return known;
  const id = `${boundText(runId, RUN_PART)}#${randomId(DRAWN)}`;
  const call = { id, startedMs, endedMs: Math.max(startedMs, Date.now()), place: nextPlace() };
  calls.set(runId, call);
  return call;
}

function callsOf(end: object): Map<string, EndedCall> {
  const known = byEnd.get(end) ?? new Map<string, EndedCall>();
  byEnd.set(end, known);
  return known;
}
