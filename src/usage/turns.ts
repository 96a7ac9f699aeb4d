/** Work is counted in units of about a tenth of a microsecond, measured on a busy machine: the cost of one token of prose. */
export const WORK_PER_TURN = 32_768;

/**
 * Shares the turns of the event loop among all who count: together they do no more in one turn than it has room for.
 *
 * Only numbers are shared. Everybody waits for a turn of their own, so that nobody hangs where a runtime ends the timers of
 * one request, as Workers do.
 */
export class Turns {
  #begun = 0;
  #done = 0;

  /** @param next resolves in a later turn of the event loop */
  constructor(private readonly next: () => Promise<void> = nextTurn) {}

  /** Says what was done in this turn. */
  did(work: number): void {
    this.#done += work;
  }

  /**
   * Whether others go first: ask this right before each step, since many may have waited for the same turn.
   * @param share the part of a turn that may be full for this kind of work: the rest is left for other kinds
   */
  isFull(share = 1): boolean {
    return this.#done >= WORK_PER_TURN * share;
  }

  /** Lets others go first. */
  async pass(): Promise<void> {
    const turn = this.#begun;
    await this.next();
    // Those who waited since the same turn come one after the other: the first of them begins the next.
    if (turn !== this.#begun) return;
    this.#begun++;
    this.#done = 0;
  }
}

/** The turns of this process. */
export const turns = /* @__PURE__ */ new Turns();

// Taken when this is loaded: a test that stops the clock must not stop a call's end.
const [immediate, Channel, later]: unknown[] = ["setImmediate", "MessageChannel", "setTimeout"].map((name): unknown =>
  Reflect.get(globalThis, name),
);

/** Ways to come back in a later turn, the quickest first. Some runtimes have functions of these names that throw. */
const ways: readonly ((resolve: () => void) => unknown)[] = [
  (resolve) => call(immediate, resolve),
  (resolve) => typeof Channel === "function" && postTo(new (Channel as typeof MessageChannel)(), resolve),
  (resolve) => call(later, resolve, 0),
];

/** Lets everything else that waits for the event loop go first: input and output, timers, clicks. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (!ways.some((way) => isTaken(way, resolve))) resolve();
  });
}

function isTaken(way: (resolve: () => void) => unknown, resolve: () => void): boolean {
  try {
    return way(resolve) !== false;
  } catch {
    return false;
  }
}

/** False where there is no such function. */
function call(timer: unknown, ...args: unknown[]): unknown {
  return typeof timer === "function" && Reflect.apply(timer, undefined, args);
}

/** Browsers make timers wait longer and longer, in a hidden page for a second; a message comes at once. */
function postTo({ port1, port2 }: InstanceType<typeof MessageChannel>, resolve: () => void): void {
  Reflect.set(port1, "onmessage", () => {
    port1.close();
    resolve();
  });
  port2.postMessage(undefined);
}
