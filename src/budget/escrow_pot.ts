import type { LeasedStore } from "./leased_store.js";
import type { Hold, Pot, PotState, Reserved } from "./store.js";

/** How much of a limit is taken beforehand. */
const SLICE_PART = 0.05;

/** What a store says where it does not grant. */
export type Refused = Exclude<Reserved, { kind: "granted" }>;

/** A part of the limit that this process has taken from the store. */
interface Slice {
  readonly hold: Hold;
  readonly amount: number;
}

/**
 * What this process has of a pot in one of its windows: slices of the limit, of which its calls hold and spend. Which slice a call
 * spends is not said before it ends: the oldest first.
 */
export class EscrowPot {
  #slices: Slice[] = [];
  #size = 0;
  #spent = 0;
  #held = 0;
  /** What the store said of the pot, without these slices. */
  #elsewhere: PotState | undefined;
  #growing: Promise<Refused | undefined> | undefined;
  #leaseMs = 0;
  #usedAt = 0;

  constructor(
    readonly pot: Pot,
    private readonly store: LeasedStore,
    private readonly newId: () => string,
  ) {}

  /** Whether nothing is known here that the store does not know. */
  get isEmpty(): boolean {
    return this.#slices.length === 0 && this.#held === 0 && this.#growing === undefined;
  }

  /** What is in the whole pot, as far as is known. */
  get state(): PotState {
    const { spent, held } = this.#elsewhere ?? { spent: 0, held: 0 };
    return { spent: spent + this.#spent, held: held + this.#held };
  }

  /** The same, where others may have taken since whatever was left. */
  get stateAlone(): PotState {
    const { spent } = this.state;
    return { spent, held: Math.max(0, this.pot.limit - spent - Math.max(0, this.#free)) };
  }

  /** Whether an amount can be held without the store. */
  covers(amount: number): boolean {
    return this.#elsewhere !== undefined && (amount === 0 || amount <= this.#free);
  }

  hold(amount: number): void {
    this.#held += amount;
    this.#usedAt = performance.now();
  }

  /** Takes a slice, so that an amount may be covered; resolves to what the store says where it does not grant one. */
  async grow(amount: number, leaseMs: number): Promise<Refused | undefined> {
    this.#leaseMs = leaseMs;
    if (this.#growing !== undefined) return this.#growing.then(() => undefined);
    this.#growing = this.#takeSlice(amount, leaseMs);
    try {
      return await this.#growing;
    } finally {
      this.#growing = undefined;
    }
  }

  /** Ends what a call held, and the slices that are used up. Resolves when the store knows, or the journal does. */
  async settle(held: number, amount: number): Promise<void> {
    this.#held -= held;
    this.#spent += amount;
    const ended = [];
    const over = -this.#free;
    // A call that passed what it held, passed what its pot had here.
    if (over > 0) ended.push(this.#book(this.#newHold(over), over));
    for (let first = this.#slices[0]; first && first.amount <= this.#spent; first = this.#slices[0]) {
      ended.push(this.#end(first, first.amount));
    }
    if (this.#isOver) ended.push(this.release());
    await Promise.all(ended);
  }

  /** Gives back what no call holds or has spent, where the window has ended or no call came for as long as a lease. */
  async releaseIdle(): Promise<void> {
    if (this.#isOver || performance.now() - this.#usedAt >= this.#leaseMs) await this.release();
  }

  /** Gives back what no call holds or has spent. */
  async release(): Promise<void> {
    const ended = [];
    for (const slice of this.#slices.toReversed()) {
      if (slice.amount <= this.#free) ended.push(this.#end(slice, 0));
    }
    const [first] = this.#slices;
    if (this.#held === 0 && first !== undefined) ended.push(this.#end(first, this.#spent));
    await Promise.all(ended);
  }

  /** The slices that there are now, for `learn`. */
  get slices(): readonly Slice[] {
    return [...this.#slices];
  }

  /**
   * Takes over what the store says of the pot.
   * @param counted - the slices that are in it for certain; what has ended since does not matter
   */
  learn({ spent, held }: PotState, counted: readonly Slice[]): void {
    const own = counted.filter((slice) => this.#slices.includes(slice));
    const heldElsewhere = own.reduce((rest, { amount }) => rest - amount, held);
    // A slice whose lease has ended is spent, the store says.
    this.#elsewhere = { spent: spent + Math.min(0, heldElsewhere), held: Math.max(0, heldElsewhere) };
  }

  get #free(): number {
    return this.#size - this.#spent - this.#held;
  }

  get #isOver(): boolean {
    return this.pot.window !== undefined && this.pot.window.toMs <= this.store.nowMs;
  }

  async #takeSlice(amount: number, leaseMs: number): Promise<Refused | undefined> {
    const { limit } = this.pot;
    let size = Math.max(amount - this.#free, Math.floor(limit * SLICE_PART));
    for (;;) {
      const slice = { hold: this.#newHold(size), amount: size };
      const before = this.slices;
      const reply = await this.store.reserve(slice.hold, leaseMs, false);
      if (reply.kind === "stale") return reply;
      if (reply.kind === "granted") this.#add(slice);
      const [state = { spent: 0, held: 0 }] = reply.pots;
      this.learn(state, [...before, slice]);
      const missing = amount - this.#free;
      if (reply.kind === "granted" || missing <= 0) return undefined;
      const left = Math.min(limit - state.spent - state.held, size - 1);
      if (left < missing) {
        await this.release();
        return reply;
      }
      size = left;
    }
  }

  #newHold(amount: number): Hold {
    return { id: this.newId(), draws: [{ pot: this.pot, amount }] };
  }

  #add(slice: Slice): void {
    this.#slices.push(slice);
    this.#size += slice.amount;
  }

  #end(slice: Slice, amount: number): Promise<void> {
    this.#slices = this.#slices.filter((other) => other !== slice);
    this.#size -= slice.amount;
    return this.#book(slice.hold, amount);
  }

  /** Has the store charge what was spent here. */
  #book(hold: Hold, amount: number): Promise<void> {
    this.#spent -= amount;
    const { spent, held } = this.#elsewhere ?? { spent: 0, held: 0 };
    this.#elsewhere = { spent: spent + amount, held };
    return this.store.settle(hold, [amount]);
  }
}
