import { getRetryable } from "@langchain/core/errors";
import { BudgetUnavailableError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { Heartbeat, openHold } from "./heartbeat.js";
import { inTime } from "./in_time.js";
import { Journal } from "./journal.js";
import type { BudgetStore, Hold, Pot, PotStates, Reserved } from "./store.js";

/** How long a store may take for an answer. */
const STORE_TIMEOUT_MS = 2_000;

/** For how long a store that did not answer is not asked about calls that need not wait for it. */
const HUNG_MS = 2_000;

/** What became of a reserve; `unchecked`: the store did not answer, and the call is allowed all the same. */
export type Asked = Reserved | { readonly kind: "unchecked" };

/**
 * A store as a process uses it: its answers have only so long, the leases of open holds are renewed, what cannot be settled now is
 * settled later, and what time it is in the store is known as far as its answers said.
 */
export class LeasedStore {
  readonly #leases: Heartbeat;
  readonly #journal: Journal;
  /** How far the store's clock is ahead, once it has answered. */
  #aheadMs: number | undefined;
  #isDown = false;
  /** Until when the store is taken to hang, by `performance.now()`. */
  #hungUntil = 0;

  /**
   * @param freed - told when a hold has ended
   * @param beaten - told when leases are about to be renewed
   */
  constructor(
    private readonly store: BudgetStore,
    freed: () => void,
    beaten: () => void,
  ) {
    this.#leases = new Heartbeat(
      (holds, leaseMs) => this.#ask(() => store.renew(holds, leaseMs)).catch(() => undefined),
      beaten,
    );
    this.#journal = new Journal(async (settle) => {
      await this.#ask(() => store.settle(openHold(settle), settle.amounts));
      freed();
    });
  }

  /** Whether it did not answer when it was last asked. */
  get isDown(): boolean {
    return this.#isDown;
  }

  get nowMs(): number {
    return Date.now() + (this.#aheadMs ?? 0);
  }

  /** What time it is in the store, which is asked if it has never answered. */
  async askNowMs(): Promise<number> {
    if (this.#aheadMs === undefined) await this.state([], true).catch(() => undefined);
    return this.nowMs;
  }

  /**
   * Takes a hold, which is renewed until it is settled. Where the store does not answer, it may have taken it: it is released.
   * @param isPatient - asks a store that has just not answered, too
   * @throws BudgetUnavailableError
   */
  async reserve(hold: Hold, leaseMs: number, isPatient: boolean): Promise<Reserved> {
    if (!isPatient && this.#isHung) throw lateError();
    try {
      return await this.#reserve(hold, leaseMs);
    } catch (error) {
      const nothing = hold.draws.map(() => 0);
      void this.settle(hold, nothing);
      throw error;
    }
  }

  /**
   * Takes a hold, unchecked where the store does not answer.
   * @throws BudgetUnavailableError where the store has forgotten what it knew
   */
  async reserveOpen(hold: Hold, leaseMs: number): Promise<Asked> {
    try {
      if (this.#isHung) throw lateError();
      return await this.#reserve(hold, leaseMs);
    } catch (error) {
      if (getRetryable(error) === false) throw error;
      this.#leases.add({ hold, leaseMs, isUnchecked: true });
      return { kind: "unchecked" };
    }
  }

  /** The hold's request leaves now. */
  sent(hold: Hold): void {
    const lease = this.#leases.get(hold.id);
    if (lease !== undefined) lease.sentAt ??= performance.now();
  }

  /** Ends a hold, now or later. Of one that it has never reserved, the store takes the amounts. Never rejects. */
  settle(hold: Hold, amounts: readonly number[]): Promise<void> {
    const lease = this.#leases.take(hold.id);
    const isLeased = lease !== undefined && lease.isUnchecked !== true;
    return this.#journal.settle({ hold, amounts, sentAt: lease?.sentAt, isLeased });
  }

  /**
   * @param isPatient - asks a store that has just not answered, too
   * @throws BudgetUnavailableError
   */
  async state(pots: readonly Pot[], isPatient: boolean): Promise<PotStates> {
    if (!isPatient && this.#isHung) throw lateError();
    const states = await this.#ask(() => this.store.state(pots));
    this.#learn(states.nowMs);
    return states;
  }

  /** Resolves when no settle waits. */
  drain(): Promise<void> {
    return this.#journal.drain();
  }

  get #isHung(): boolean {
    return performance.now() < this.#hungUntil;
  }

  async #reserve(hold: Hold, leaseMs: number): Promise<Reserved> {
    const reply = await this.#ask(() => this.store.reserve(hold, leaseMs));
    this.#learn(reply.nowMs);
    if (reply.kind === "granted") this.#leases.add({ hold, leaseMs });
    return reply;
  }

  #late(): Error {
    this.#hungUntil = performance.now() + HUNG_MS;
    return lateError();
  }

  #learn(nowMs: number): void {
    this.#aheadMs = nowMs - Date.now();
  }

  async #ask<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await (this.store.isLocal === true ? ask() : inTime(ask, STORE_TIMEOUT_MS, () => this.#late()));
      this.#isDown = false;
      this.#hungUntil = 0;
      this.#journal.resume();
      return answer;
    } catch (error) {
      this.#isDown = true;
      throw unavailable(error);
    }
  }
}

function lateError(): BudgetUnavailableError {
  return new BudgetUnavailableError(
    `The budget's store did not answer within \`${STORE_TIMEOUT_MS}\` ms. See that it runs, and try again.`,
  );
}

/** An error as a store should have thrown it. What a store says will not help to try again stays as it is. */
function unavailable(error: unknown): unknown {
  if (BudgetUnavailableError.isInstance(error) || getRetryable(error) === false) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new BudgetUnavailableError(`The budget's store failed: \`${shown(said)}\`. See that it runs, and try again.`, {
    cause: error,
  });
}
