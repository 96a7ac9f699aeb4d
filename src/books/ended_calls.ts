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

/** How many calls are remembered of one end: an application may throw the same error for ever. */
const MOST_OF_ONE_END = 1000;

/** By the id of their run. */
type CallsByRun = BoundedMap<string, EndedCall>;

/** What all handlers of a process know of the ends that they hear of. */
interface Ends {
  /** Starts and ends in their order, which clocks do not tell within a millisecond. */
  places: number;
  /** The calls that ended with an object (a result, an error): nearly always one. */
  readonly byEnd: WeakMap<object, EndedCall | CallsByRun>;
  /** Those that ended with something else, such as a thrown text. */
  readonly byRun: CallsByRun;
}

/** Where they are: an application may have both builds of the package, whose handlers must agree. To be counted up with `Ends`. */
const ENDS = Symbol.for("langchain-metered.ends.1");

let known: Ends | undefined;

function ends(): Ends {
  return (known ??= shared());
}

function shared(): Ends {
  // Nobody else has this symbol.
  const made = Reflect.get(globalThis, ENDS) as Ends | undefined;
  if (made !== undefined) return made;
  const value: Ends = { places: 0, byEnd: new WeakMap(), byRun: new BoundedMap(MOST_OF_ONE_END) };
  Reflect.defineProperty(globalThis, ENDS, { value });
  return value;
}

/** The next place in the order of starts and ends. */
export function nextPlace(): number {
  return ++ends().places;
}

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
  const { byEnd, byRun } = ends();
  const calls = isObjectOfAnyKind(end) ? byEnd.get(end) : byRun;
  if (calls === undefined || !isCall(calls)) return calls?.get(runId);
  return calls.runId === runId ? calls : undefined;
}

function remember(end: unknown, call: EndedCall): void {
  const { byEnd, byRun } = ends();
  if (!isObjectOfAnyKind(end)) return byRun.set(call.runId, call);
  const before = byEnd.get(end);
  if (before === undefined || (isCall(before) && before.runId === call.runId)) return void byEnd.set(end, call);
  if (!isCall(before)) return before.set(call.runId, call);
  const calls: CallsByRun = new BoundedMap(MOST_OF_ONE_END);
  calls.set(before.runId, before);
  calls.set(call.runId, call);
  byEnd.set(end, calls);
}

/** The map may be one of the other build's class. */
function isCall(calls: EndedCall | CallsByRun): calls is EndedCall {
  return "runId" in calls;
}

function isObjectOfAnyKind(end: unknown): end is object {
  return typeof end === "object" && end !== null;
}
