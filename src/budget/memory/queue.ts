/** What is in a queue knows its place there, so that it can leave from anywhere. It is in one queue at a time. */
export interface Queued<Item extends Queued<Item>> {
  queue: Queue<Item> | undefined;
  before: Item | undefined;
  after: Item | undefined;
}

/** A queue in the order in which its items came. A `Set` would do, but to find its first it looks at all that have left. */
export class Queue<Item extends Queued<Item>> {
  first: Item | undefined;
  size = 0;
  #last: Item | undefined;

  /** Adds an item at the end; it leaves the queue that it is in. */
  add(item: Item): void {
    item.queue?.remove(item);
    item.queue = this;
    item.before = this.#last;
    if (this.#last === undefined) this.first = item;
    else this.#last.after = item;
    this.#last = item;
    this.size += 1;
  }

  /** @param item - one that is in this queue */
  remove(item: Item): void {
    if (item.before === undefined) this.first = item.after;
    else item.before.after = item.after;
    if (item.after === undefined) this.#last = item.before;
    else item.after.before = item.before;
    item.queue = undefined;
    item.before = undefined;
    item.after = undefined;
    this.size -= 1;
  }
}
