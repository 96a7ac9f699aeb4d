/** A point in a script where the server waits until the test says `open()`. */
export class Gate {
  /** Resolves when the server has come to the gate: all that stands before it has been sent. */
  readonly reached: Promise<void>;
  /** Resolves when the test has opened the gate. */
  readonly opened: Promise<void>;
  #arrive: () => void = () => {};
  #open: () => void = () => {};

  constructor() {
    this.reached = new Promise((resolve) => (this.#arrive = resolve));
    this.opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** Said by the server. */
  arrive(): void {
    this.#arrive();
  }

  /** Said by the test. */
  open(): void {
    this.#open();
  }
}

/** A new, closed gate. */
export function gate(): Gate {
  return new Gate();
}
