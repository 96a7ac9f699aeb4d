/**
 * What a store of budgets does: it keeps what was spent and what is held of each pot, and changes both only in one step for all
 * pots of a call. Amounts are whole numbers below 2^53: nano-dollars, tokens, or calls.
 */
export interface BudgetStore {
  /** Whether it is in this process, and answers at once: nobody watches the clock for it. */
  readonly isLocal?: boolean | undefined;
  /**
   * Takes a hold on all of its pots, or on none. Asked again with the id of a hold that it has granted, it answers again, and holds
   * no more. A hold outlives its process by its lease; when that ends it is charged whole.
   * @throws BudgetUnavailableError where it cannot answer, or has forgotten what it knew
   */
  reserve(hold: Hold, leaseMs: number): Promise<Reserved>;
  /** Renews the leases of open holds. One that it does not know it takes, whatever is left; one that was charged stays so. */
  renew(holds: readonly OpenHold[], leaseMs: number): Promise<void>;
  /**
   * Ends a hold, and charges an amount for each of its draws, in the windows in which they were made. Settled again at the same
   * figure, nothing changes; at another one, or after its lease has charged it, the difference is. Of a hold that it does not
   * know, it takes the amounts. All 0: nothing was spent.
   */
  settle(hold: OpenHold, amounts: readonly number[]): Promise<void>;
  /** What is in pots, once leases that have ended are charged. */
  state(pots: readonly Pot[]): Promise<PotStates>;
}

/** A limit on what may be spent: of one budget, for one of its keys. */
export interface Pot {
  /** Unique in a store, and any text: from the budget's name, what it counts, and the key. */
  readonly id: string;
  readonly limit: number;
  /** From and to when what is spent counts together, in ms since the epoch; absent: always. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** An amount counts from its reserve until so long after its request left. Never beside `window`. */
  readonly slidingMs?: number;
}

/** What a hold takes of a pot. */
export interface Draw {
  readonly pot: Pot;
  readonly amount: number;
  /** Taken whether it fits or not. */
  readonly isSoft?: boolean;
}

/** What a call may cost, taken from each of its pots before it is sent. */
export interface Hold {
  /** Unique among all processes. */
  readonly id: string;
  readonly draws: readonly Draw[];
}

/** A hold whose call is under way, or has ended. */
export interface OpenHold extends Hold {
  /** How long ago its request left, in ms. Until that is known, an amount in a sliding window counts on. */
  readonly sentMsAgo?: number;
}

/** What is in a pot, in its window. */
export interface PotState {
  readonly spent: number;
  readonly held: number;
}

/** What is in pots, in their order, by the store's clock. */
export interface PotStates {
  readonly nowMs: number;
  readonly pots: readonly PotState[];
}

/**
 * What became of a reserve. `denied`: nothing is held; `index` is the first draw that does not fit, and `retryInMs` says when time
 * alone may change that. `stale`: the store's clock is outside the window of a draw; nothing is held.
 */
export type Reserved =
  | ({ readonly kind: "granted" } & PotStates)
  | ({
      readonly kind: "denied";
      readonly index: number;
      /** In ms; absent where time alone does not help. */
      readonly retryInMs?: number | undefined;
    } & PotStates)
  | { readonly kind: "stale"; readonly nowMs: number };
