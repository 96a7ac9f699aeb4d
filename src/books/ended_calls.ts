import { randomId } from "../base/random_id.js";
import { BoundedMap } from "../ledger/bounded_map.js";
import { boundText } from "../ledger/bound_text.js";

/** A call that has ended, as all handlers that heard of it have it on their books. */
export interface EndedCall {
  runId: string;
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

/** How many calls are remembered of one end: an application may throw the same error for ever. */
const MOST_OF_ONE_END = 1000;

/** By the id of their run. */
type CallsByRun = BoundedMap<string, EndedCall>;

/** The calls that ended with an object (a result, an error): nearly always one. */
const byEnd = new WeakMap<object, EndedCall | CallsByRun>();
/** Those that ended with something else, such as a thrown text. */
const byRun: CallsByRun = new BoundedMap(MOST_OF_ONE_END);

const RUN_PART = 40;
const DRAWN = 16;

/**
 * The call that ended. Each handler of a run hears of its end by the same object, so that they agree; and a run of the same id that
 * started after that end is another call.
 * @param startPlace - `undefined` where the start was not seen
 */
export function endedCall(runId: string, startPlace: number | undefined, end: unknown, startedMs: number): EndedCall {
  const known = callOf(end, runId);
  if (known !== undefined && (startPlace === undefined || startPlace < known.place)) return known;
  const id = `${boundText(runId, RUN_PART)}#${randomId(DRAWN)}`;
  const call = { runId, id, startedMs, endedMs: Math.max(startedMs, Date.now()), place: nextPlace() };
  remember(end, call);
  return call;
}

function callOf(end: unknown, runId: string): EndedCall | undefined {
  const calls = isObjectOfAnyKind(end) ? byEnd.get(end) : byRun;
  if (calls instanceof BoundedMap) return calls.get(runId);
  return calls?.runId === runId ? calls : undefined;
}

function remember(end: unknown, call: EndedCall): void {
  if (!isObjectOfAnyKind(end)) return byRun.set(call.runId, call);
  const known = byEnd.get(end);
  if (known instanceof BoundedMap) return known.set(call.runId, call);
  if (known === undefined || known.runId === call.runId) return void byEnd.set(end, call);
  const calls: CallsByRun = new BoundedMap(MOST_OF_ONE_END);
  calls.set(known.runId, known);
  calls.set(call.runId, call);
  byEnd.set(end, calls);
}

function isObjectOfAnyKind(end: unknown): end is object {
  return typeof end === "object" && end !== null;
}
