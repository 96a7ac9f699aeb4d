import { counted } from "../base/counted.js";
import { MeteredError } from "../base/errors.js";

/** Something that waits to be sent. One of the two is called, once. */
export interface Waiting<Item> {
  item: Item;
  taken: () => void;
  failed: (error: unknown) => void;
}

/** How an outbox sends. */
export interface OutboxOptions<Item> {
  /** How the receiver is called in messages. */
  name: string;
  maxWaiting: number;
  /** How many go together. */
  maxTogether: number;
  /** Sends some, and says of each what became of it; does not throw. */
  deliver: (some: Waiting<Item>[]) => Promise<void>;
}

/**
 * What waits to be sent: one request after the other, each with all that has come meanwhile, so that nothing waits for a timer.
 * Bounded in memory.
 */
export class Outbox<Item> {
  readonly #options: OutboxOptions<Item>;
  readonly #pending = new Set<Promise<void>>();
  #waiting: Waiting<Item>[] = [];
  #isSending = false;
  #undelivered = 0;
  /** Since they were last told. */
  #untold = { count: 0, first: "" };

  constructor(options: OutboxOptions<Item>) {
    this.#options = options;
  }

  /** How many did not arrive, and will not. */
  get undelivered(): number {
    return this.#undelivered;
  }

  /** Resolves when it has arrived; rejects when it will not, which fails nothing where nobody listens. */
  add(item: Item): Promise<void> {
    const { maxWaiting, name } = this.#options;
    if (this.#pending.size >= maxWaiting)
      return this.refuse(
        new MeteredError(
          `\`${name}\` is too slow, or away: ${counted(maxWaiting, "entry waits", "entries wait")} for it (\`maxWaiting\`).`,
        ),
      );
    const sending = new Promise<void>((resolve, reject) =>
      this.#waiting.push({ item, taken: resolve, failed: reject }),
    );
    this.#pending.add(sending);
    const forget = () => void this.#pending.delete(sending);
    sending.then(forget, (error: unknown) => {
      forget();
      this.#count(error);
    });
    if (!this.#isSending) void this.#send();
    return sending;
  }

  /** Counts something that cannot be sent. */
  refuse(error: unknown): Promise<void> {
    this.#count(error);
    const refused = Promise.reject(error);
    refused.catch(() => undefined);
    return refused;
  }

  /**
   * Resolves when all that was added so far has arrived.
   * @throws MeteredError that says how many did not since the last time, and why the first was
   */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#pending);
    const { count, first } = this.#untold;
    this.#untold = { count: 0, first: "" };
    if (count > 0)
      throw new MeteredError(`${counted(count, "entry", "entries")} did not reach \`${this.#options.name}\`: ${first}`);
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    // Those of the same moment go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#options.deliver(this.#waiting.splice(0, this.#options.maxTogether));
    this.#isSending = false;
  }

  #count(error: unknown): void {
    this.#undelivered += 1;
    if (this.#untold.count === 0) this.#untold.first = error instanceof Error ? error.message : String(error);
    this.#untold.count += 1;
  }
}
