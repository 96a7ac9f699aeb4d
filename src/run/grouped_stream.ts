type Result<Item> = IteratorResult<Item, void>;

/**
 * Items that come in groups, as the network delivers them, handed out one by one. Those of a group that has come are there at
 * once, where a generator takes several promises for each.
 */
export class GroupedStream<Item> implements AsyncGenerator<Item, void, undefined> {
  private group: (Item | undefined)[] = [];
  private at = 0;
  private hasLeft = false;
  /** The next group is on its way. */
  private coming: Promise<unknown> | undefined;

  /**
   * @param groups - none of them is empty, and each is for its reader to empty
   * @param isOver - whether what is left of a group is for nobody any more: the groups then say why
   */
  constructor(
    readonly groups: AsyncGenerator<Item[], void, undefined>,
    private readonly isOver: () => boolean = () => false,
  ) {}

  next(): Promise<Result<Item>> {
    // Asked for more before the last has come: in turn.
    if (this.coming !== undefined) return this.coming.then(this.again, this.again);
    const { group, at } = this;
    if (at < group.length && !this.hasLeft && !this.isOver()) return Promise.resolve(this.take());
    const coming = this.groups.next().then(this.open, this.fail);
    this.coming = coming;
    return coming;
  }

  return(): Promise<Result<Item>> {
    this.hasLeft = true;
    return this.groups.return() as Promise<Result<Item>>; // it is done, and has no value
  }

  throw(error: unknown): Promise<Result<Item>> {
    this.hasLeft = true;
    return this.groups.throw(error) as Promise<Result<Item>>; // the same
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private readonly again = (): Promise<Result<Item>> => this.next();

  private readonly open = ({ done, value }: IteratorResult<Item[], void>): Result<Item> => {
    this.coming = undefined;
    this.group = done === true ? [] : value;
    this.at = 0;
    return done === true ? { done, value: undefined } : this.take();
  };

  /** The next item of the group, which lets it go: its reader may be slow, and the group long. */
  private take(): Result<Item> {
    const { group, at } = this;
    const value = group[at] as Item; // there, as long as it has not been taken
    group[at] = undefined;
    this.at = at + 1;
    return { done: false, value };
  }

  private readonly fail = (error: unknown): never => {
    this.coming = undefined;
    throw error;
  };
}

/** A stream's groups; each item by itself, where it is no stream of ours. */
export function groupsOf<Item>(items: AsyncIterable<Item>): AsyncIterable<Item[]> {
  return items instanceof GroupedStream ? (items as GroupedStream<Item>).groups : each(items);
}

async function* each<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[], void, undefined> {
  for await (const item of items) yield [item];
}
