/** What `setTimeout` returns. */
export type Timer = ReturnType<typeof setTimeout>;

/** What only timers that are objects can do: in browsers and Workers they are numbers. */
type TimerObject = Partial<Pick<NodeJS.Timeout, "unref">>;

/** Timers take no longer time than this. */
const LONGEST_MS = 2 ** 31 - 1;

/** Acts after so many ms, if the process still runs then: the timer does not keep it alive. */
export function quietTimer(act: () => void, ms: number): Timer {
  const timer = setTimeout(act, Math.min(ms, LONGEST_MS));
  letProcessEnd(timer);
  return timer;
}

function letProcessEnd(timer: TimerObject): void {
  timer.unref?.();
}
