import { quietTimer } from "../base/quiet_timer.js";

/**
 * The answer of somebody who has only so long.
 * @param late - the error of an answer that did not come in time
 */
export function inTime<Answer>(ask: () => Promise<Answer>, ms: number, late: () => Error): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = quietTimer(() => reject(late()), ms);
    const end = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    ask().then(
      (answer) => end(() => resolve(answer)),
      (error: Error) => end(() => reject(error)),
    );
  });
}
