import { attempt } from "../base/attempt.js";

/** Whether the reader of a stream is still there. */
export class Reader {
  private left = false;
  private onLeave: () => void = () => undefined;
  private signal: AbortSignal | undefined;

  get hasLeft(): boolean {
    return this.left;
  }

  /** Whether what it reads has been aborted. */
  get isStopped(): boolean {
    return this.signal?.aborted === true;
  }

  /** Says what ends that which is read. */
  reads(signal: AbortSignal): void {
    this.signal = signal;
  }

  leave(): void {
    this.left = true;
    this.onLeave();
  }

  /** Says what to do when the reader leaves; does it at once where that has happened. */
  whenLeft(act: () => void): void {
    this.onLeave = act;
    if (this.left) act();
  }
}

/**
 * A generator whose source hears at once that its reader has left. A plain one hears of it after its next value: a
 * `break` would wait for a silent server.
 */
export class LeavableStream<Item> implements AsyncGenerator<Item, void, undefined> {
  constructor(
    private readonly items: AsyncGenerator<Item, void, undefined>,
    private readonly reader: Reader,
  ) {}

  next(): Promise<IteratorResult<Item, void>> {
    return this.items.next();
  }

  return(): Promise<IteratorResult<Item, void>> {
    attempt(() => this.reader.leave(), undefined);
    return this.items.return();
  }

  throw(error: unknown): Promise<IteratorResult<Item, void>> {
    attempt(() => this.reader.leave(), undefined);
    return this.items.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
