/** Events that happen once each, and can be waited for before and after. */
export class Signals<Key> {
  readonly #waiting = new Map<Key, () => void>();
  readonly #promises = new Map<Key, Promise<void>>();

  set(key: Key): void {
    void this.when(key);
    this.#waiting.get(key)?.();
  }

  when(key: Key): Promise<void> {
    const known = this.#promises.get(key);
    if (known) return known;
    const promise = new Promise<void>((resolve) => this.#waiting.set(key, resolve));
    this.#promises.set(key, promise);
    return promise;
  }
}
