interface Link<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  older: Link<Key, Value> | undefined;
  newer: Link<Key, Value> | undefined;
}

/**
 * A map that forgets its oldest entry when it is full. Setting a key again makes it the newest. The order is a chain beside the
 * map: what a `Map` has deleted stays in its table as holes, and to find its oldest entry is to walk over them.
 */
export class BoundedMap<Key, Value> {
  readonly #links = new Map<Key, Link<Key, Value>>();
  #oldest: Link<Key, Value> | undefined;
  #newest: Link<Key, Value> | undefined;

  constructor(readonly limit: number) {}

  get size(): number {
    return this.#links.size;
  }

  /** The value that was set the longest ago. */
  get oldest(): Value | undefined {
    return this.#oldest?.value;
  }

  /** The oldest first. */
  *values(): IterableIterator<Value> {
    for (let link = this.#oldest; link !== undefined; link = link.newer) yield link.value;
  }

  get(key: Key): Value | undefined {
    return this.#links.get(key)?.value;
  }

  has(key: Key): boolean {
    return this.#links.has(key);
  }

  set(key: Key, value: Value): void {
    this.delete(key);
    const link: Link<Key, Value> = { key, value, older: this.#newest, newer: undefined };
    if (link.older === undefined) this.#oldest = link;
    else link.older.newer = link;
    this.#newest = link;
    this.#links.set(key, link);
    if (this.#links.size > this.limit && this.#oldest !== undefined) this.delete(this.#oldest.key);
  }

  delete(key: Key): boolean {
    const link = this.#links.get(key);
    if (link === undefined) return false;
    const { older, newer } = link;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    return this.#links.delete(key);
  }
}
