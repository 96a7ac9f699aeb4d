import { IterableReadableStream } from "@langchain/core/utils/stream";

/**
 * LangChain's readable stream of what a generator makes. Read as an iterator, as nearly everybody does, it asks the
 * generator itself: the way through the web stream takes several promises more for each message. Read in any other way
 * (`getReader`, `tee`, `pipeTo`) it is a web stream like others.
 */
export class DirectStream<Item> extends IterableReadableStream<Item> {
  constructor(private readonly items: AsyncGenerator<Item, void, undefined>) {
    const source = {
      pull: async (controller: ReadableStreamDefaultController<Item>) => {
        const { done, value } = await items.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => {
        await items.return();
      },
    };
    // Nothing is fetched ahead: what the web stream had in stock, the iterator would not see.
    super(source, { highWaterMark: 0 });
  }

  override next(): Promise<IteratorResult<Item>> {
    return this.locked ? super.next() : this.items.next();
  }

  override async return(): Promise<IteratorResult<Item>> {
    if (this.locked) return super.return();
    await this.items.return();
    return { done: true, value: undefined };
  }

  override async throw(error: unknown): Promise<IteratorResult<Item>> {
    if (this.locked) return super.throw(error);
    await this.items.return();
    throw error;
  }
}
