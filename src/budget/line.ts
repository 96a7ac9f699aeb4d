/** A line of those who wait for one thing: first come, first served. Who is aborted leaves it at once. */
export class Line {
  readonly #waiting: (() => void)[] = [];
  #isServing = false;

  /** Whether somebody is being served or waits. */
  get isBusy(): boolean {
    return this.#isServing;
  }

  /** Resolves when it is one's turn. @returns how to leave @throws the signal's reason */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#isServing) await this.#wait(signal);
    this.#isServing = true;
    return () => this.#next();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(signal.reason as Error);
      };
      this.#waiting.push(turn);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isServing = false;
    else next();
  }
}

/** Resolves after some time, when somebody calls, or when the signal aborts, whichever comes first. */
export function until(ms: number, listen: (wake: () => void) => () => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    const stop = listen(wake);
    signal.addEventListener("abort", wake, { once: true });
    if (signal.aborted) wake();
  });
}
