interface Waiter {
  readonly holds: () => boolean;
  readonly resolve: () => void;
}

/** Lets a test wait for a state instead of a time: each change of the state asks every waiter again. */
export class Changes {
  #waiters: Waiter[] = [];

  /** Resolves as soon as `holds` returns true, at once if it does already. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ holds, resolve }));
  }

  /** To be called after every change of the state that `until` looks at. */
  changed(): void {
    const waiting = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiting) {
      if (waiter.holds()) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }
}
