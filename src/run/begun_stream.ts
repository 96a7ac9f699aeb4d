/** A generator whose first value has been asked for. */
export class BegunStream<Item> implements AsyncGenerator<Item, void, undefined> {
  constructor(
    private first: Promise<IteratorResult<Item, void>> | undefined,
    private readonly items: AsyncGenerator<Item, void, undefined>,
  ) {}

  next(): Promise<IteratorResult<Item, void>> {
    const { first } = this;
    this.first = undefined;
    return first ?? this.items.next();
  }

  return(): Promise<IteratorResult<Item, void>> {
    return this.items.return();
  }

  throw(error: unknown): Promise<IteratorResult<Item, void>> {
    return this.items.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
