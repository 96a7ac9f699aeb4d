const MAX_LINES = 500;
const MAX_UNITS = 1_000_000;

/** Entries that are written by one statement, each as JSON, and what becomes of them. */
export class Batch {
  readonly lines: string[] = [];
  resolve: () => void = () => {};
  #reject: (reason: Error) => void = () => {};
  #settled = this.#begin();
  #units = 0;
  #isClosed = false;

  /** Resolves when they are where they belong. What it rejects with need not be heard. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Tells who waited so far; who asks from now on waits for the next attempt. */
  reject(reason: Error): void {
    const reject = this.#reject;
    this.#settled = this.#begin();
    reject(reason);
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

  #begin(): Promise<void> {
    const settled = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.#reject = reject;
    });
    settled.catch(() => {});
    return settled;
  }
}
