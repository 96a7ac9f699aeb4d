import { getRetryable } from "@langchain/core/errors";
import { EscrowPot } from "./escrow_pot.js";
import type { Asked, LeasedStore } from "./leased_store.js";
import type { Draw, Hold, Pot, PotState, PotStates } from "./store.js";

/** Who holds a call's draws: a pot in escrow, or, where there is none, the store. */
interface Split {
  readonly pots: readonly (EscrowPot | undefined)[];
  readonly direct: Hold;
}

/**
 * Budgets in escrow: this process takes slices of a limit beforehand, and grants calls out of them without asking the store, also
 * while it does not answer. What is left of a slice goes back once it was idle for as long as a lease. Sliding windows cannot be
 * sliced, and soft draws need not be: the store holds them itself.
 */
export class Escrow {
  readonly #pots = new Map<string, EscrowPot>();
  readonly #splits = new WeakMap<Hold, Split>();

  constructor(
    private readonly store: LeasedStore,
    private readonly newId: () => string,
  ) {}

  /** @throws BudgetUnavailableError where the store does not answer, and the slices do not suffice */
  async reserve(hold: Hold, leaseMs: number): Promise<Asked> {
    for (;;) {
      const pots = hold.draws.map((draw) => (isDirect(draw) ? undefined : this.#potOf(draw.pot)));
      const needs = needsOf(hold, pots);
      const lacking = pots.find((pot) => pot?.covers(needs.get(pot) ?? 0) === false);
      if (lacking === undefined) return this.#take(hold, pots, leaseMs);
      let isRefused = true;
      try {
        const refused = await lacking.grow(needs.get(lacking) ?? 0, leaseMs);
        isRefused = refused !== undefined;
        if (refused === undefined) continue;
        if (refused.kind === "stale") return refused;
        const states = await this.state(hold.draws.map(({ pot }) => pot));
        return { ...refused, ...states, index: pots.indexOf(lacking) };
      } finally {
        // What a pot has learnt is needed until the call is through.
        if (isRefused) this.#forgetEmpty(pots);
      }
    }
  }

  /** Whether the hold was granted here. */
  has(hold: Hold): boolean {
    return this.#splits.has(hold);
  }

  /** Ends a hold, once. Never rejects. */
  async settle(hold: Hold, amounts: readonly number[]): Promise<void> {
    const { pots, direct } = this.#splits.get(hold) ?? ENDED;
    this.#splits.set(hold, ENDED);
    await Promise.all([
      this.#settleHere(hold, pots, amounts),
      direct.draws.length > 0 ? this.store.settle(direct, directOf(amounts, pots)) : undefined,
    ]);
  }

  /**
   * What is in pots: what the store says, and what was spent and is held of slices here. Without the store, all that is not left
   * in slices is taken to be held.
   * @throws BudgetUnavailableError where the store does not answer, and there is a pot of which nothing is known here
   */
  async state(pots: readonly Pot[]): Promise<PotStates> {
    const known = pots.map((pot) => this.#pots.get(keyOf(pot)));
    const slices = known.map((pot) => pot?.slices ?? []);
    const isLocal = known.length > 0 && known.every((pot) => pot !== undefined);
    try {
      const { nowMs, pots: states } = await this.store.state(pots, !isLocal);
      known.forEach((pot, i) => pot?.learn(states[i] ?? EMPTY, slices[i] ?? []));
      return { nowMs, pots: states.map((state, i) => known[i]?.state ?? state) };
    } catch (error) {
      if (!isLocal || getRetryable(error) === false) throw error;
      return { nowMs: this.store.nowMs, pots: known.map((pot) => pot.stateAlone) };
    }
  }

  /** Gives slices back. @param which - those of pots that are over or idle, or of all of which no call needs them */
  async release(which: "idle" | "all"): Promise<void> {
    // Nobody would get them, and calls can go on with them.
    if (which === "idle" && this.store.isDown) return;
    const pots = [...this.#pots.values()];
    await Promise.all(pots.map((pot) => (which === "all" ? pot.release() : pot.releaseIdle())));
    this.#forgetEmpty(pots);
  }

  async #take(hold: Hold, pots: Split["pots"], leaseMs: number): Promise<Asked> {
    hold.draws.forEach(({ amount }, i) => pots[i]?.hold(amount));
    const giveBack = () => this.#settleHere(hold, pots, []);
    const direct = { id: hold.id, draws: directOf(hold.draws, pots) };
    const reply = await this.#takeDirect(direct, leaseMs).catch(async (error: unknown) => {
      await giveBack();
      throw error;
    });
    if (reply.kind === "granted" || reply.kind === "unchecked") this.#splits.set(hold, { pots, direct });
    else await giveBack();
    if (reply.kind === "stale" || reply.kind === "unchecked") return reply;
    const said = reply.pots.values();
    const states = pots.map((pot) => pot?.state ?? said.next().value ?? EMPTY);
    if (reply.kind === "granted") return { ...reply, pots: states };
    const index = hold.draws.findIndex((draw) => draw === direct.draws[reply.index]);
    return { ...reply, index, pots: states };
  }

  async #takeDirect(direct: Hold, leaseMs: number): Promise<Asked> {
    if (direct.draws.length === 0) return { kind: "granted", nowMs: this.store.nowMs, pots: [] };
    const isSoft = direct.draws.every((draw) => draw.isSoft === true);
    return isSoft ? this.store.reserveOpen(direct, leaseMs) : this.store.reserve(direct, leaseMs, false);
  }

  async #settleHere(hold: Hold, pots: Split["pots"], amounts: readonly number[]): Promise<void> {
    await Promise.all(pots.map(async (pot, i) => pot?.settle(hold.draws[i]?.amount ?? 0, amounts[i] ?? 0)));
    this.#forgetEmpty(pots);
  }

  #potOf(pot: Pot): EscrowPot {
    const key = keyOf(pot);
    const known = this.#pots.get(key);
    if (known !== undefined) return known;
    const opened = new EscrowPot(pot, this.store, this.newId);
    this.#pots.set(key, opened);
    return opened;
  }

  #forgetEmpty(pots: Split["pots"]): void {
    for (const pot of pots) {
      if (pot?.isEmpty === true && this.#pots.get(keyOf(pot.pot)) === pot) this.#pots.delete(keyOf(pot.pot));
    }
  }
}

const ENDED: Split = { pots: [], direct: { id: "", draws: [] } };
const EMPTY: PotState = { spent: 0, held: 0 };

function isDirect({ pot, isSoft }: Draw): boolean {
  return isSoft === true || pot.slidingMs !== undefined;
}

/** Slices are for one limit: a budget that is made anew with another one has others. */
function keyOf({ id, limit, window }: Pot): string {
  return `${limit} ${window?.fromMs} ${id}`;
}

/** What a hold takes of each pot in escrow; a pot may be in several of its draws. */
function needsOf({ draws }: Hold, pots: Split["pots"]): Map<EscrowPot, number> {
  const needs = new Map<EscrowPot, number>();
  for (const [i, pot] of pots.entries()) {
    if (pot !== undefined) needs.set(pot, (needs.get(pot) ?? 0) + (draws[i]?.amount ?? 0));
  }
  return needs;
}

/** Of a list for each draw, those that the store holds itself. */
function directOf<Item>(items: readonly Item[], pots: Split["pots"]): Item[] {
  return items.filter((_, i) => pots[i] === undefined);
}
