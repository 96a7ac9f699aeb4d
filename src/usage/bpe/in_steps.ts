/** So many tokens of a vocabulary are made ready at a time: in about a millisecond. */
const TOKENS_PER_STEP = 8_192;

/** Runs a loop over the tokens of a vocabulary part by part, and lets others go first between two parts. */
export function* inSteps(count: number, run: (from: number, to: number) => void): Generator<void, void, undefined> {
  for (let from = 0; from < count; from += TOKENS_PER_STEP) {
    if (from > 0) yield;
    run(from, Math.min(from + TOKENS_PER_STEP, count));
  }
}

/** Does without pauses what can be done step by step. */
export function atOnce<Result>(steps: Iterator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
