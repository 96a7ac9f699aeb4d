import { Turns } from "../../src/usage/turns.js";

/**
 * An event loop under the test's control: those who wait for a turn get the next one together, one after the other, as
 * `setImmediate` does it. Work is what the clock goes by: a unit is a tenth of a microsecond.
 */
export class Loop {
  readonly turns: Turns;
  /** What was done in each turn that has ended. */
  readonly perTurn: number[] = [];
  /** Ms for which something else holds the loop between two turns. */
  busyMs = 0;
  #waiting: (() => void)[] = [];
  #isRunning = false;
  #worked = 0;
  #ms = 0;

  constructor() {
    this.turns = new Turns(() => this.#wait());
    const { did } = this.turns;
    this.turns.did = (work) => {
      this.#worked += work;
      this.#ms += work / 10_000;
      did.call(this.turns, work);
    };
  }

  readonly now = (): number => this.#ms;

  /** All work so far. */
  get work(): number {
    return this.perTurn.reduce((sum, work) => sum + work, this.#worked);
  }

  /** The most that was done without letting others go first. */
  get mostHeld(): number {
    return Math.max(this.#worked, ...this.perTurn);
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      await settled();
      this.perTurn.push(this.#worked);
      this.#worked = 0;
      this.#ms += this.busyMs;
      for (const resolve of this.#waiting.splice(0)) {
        resolve();
        await settled();
      }
    }
    this.#isRunning = false;
  }
}

/** Resolves when nothing is left that can go on without a new turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
