const MAX_LINES = 500;
const MAX_UNITS = 1_000_000;

/** Entries that are written by one statement, each as JSON, and what becomes of them. */
export class Batch {
  readonly lines: string[] = [];
  /** Resolves when they are where they belong. What it rejects with need not be heard. */
  readonly settled: Promise<void>;
  resolve: () => void = () => {};
  reject: (reason: Error) => void = () => {};
  #units = 0;
  #isClosed = false;

  constructor() {
    this.settled = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.settled.catch(() => {});
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  add(line: string): void {
    this.lines.push(line);
    this.#units += line.length;
    this.#isClosed = this.lines.length >= MAX_LINES || this.#units >= MAX_UNITS;
  }

  /** Takes no more. */
  close(): void {
    this.#isClosed = true;
  }
}
