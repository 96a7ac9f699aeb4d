import { turns as sharedTurns, WORK_PER_TURN, type Turns } from "./turns.js";

/** How much a count may cost, and by what that is measured. */
export interface Pace {
  turns: Turns;
  /** In ms. */
  now: () => number;
  /** How long an answer waits for its estimate, in ms. */
  patience: number;
  /** Texts for which more is needed are not worth being counted: see `WORK_PER_TURN`. */
  mostWork: number;
}

const pace = { turns: sharedTurns, now: () => performance.now() };
/** For the usage of a call, which waits. Enough for 1.4 million characters of prose, or 20,000 of the dearest text. */
export const FOR_ESTIMATES: Pace = { ...pace, patience: 100, mostWork: 8 * WORK_PER_TURN };
/** For those who asked for a count: it takes as long as it takes, in turns that it shares. */
export const FOR_COUNTS: Pace = { ...pace, patience: Infinity, mostWork: Infinity };
