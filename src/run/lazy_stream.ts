/**
 * A stream that is opened when its first item is asked for. Every further item comes from it directly: a generator
 * around it that yields each one takes three promises more for it.
 */
export class LazyStream<Item> implements AsyncGenerator<Item, void, undefined> {
  private opened: AsyncIterator<Item, void, undefined> | undefined;
  private isOver = false;

  constructor(private readonly open: () => Promise<AsyncIterable<Item>>) {}

  next(): Promise<IteratorResult<Item, void>> {
    return this.opened && !this.isOver ? this.opened.next() : this.first();
  }

  async return(): Promise<IteratorResult<Item, void>> {
    this.isOver = true;
    await this.opened?.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Item, void>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private async first(): Promise<IteratorResult<Item, void>> {
    if (this.isOver) return { done: true, value: undefined };
    try {
      this.opened = (await this.open())[Symbol.asyncIterator]();
    } catch (error) {
      this.isOver = true;
      throw error;
    }
    return this.opened.next();
  }
}
