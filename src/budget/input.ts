import type { ProposedCall } from "../seam/gate.js";
import type { BudgetStore } from "./store.js";

/** A limit on dollars, tokens or calls, in total or in a window, for one pot or for one of each key. */
export interface BudgetInput {
  /** In errors and in the ledger, and what tells budgets of one store apart. @default what it limits, such as `usd per day by user` */
  name?: string | undefined;
  /** In USD, such as `"5.00"`. Exactly one of the three limits is given. */
  limitUsd?: string | number | undefined;
  /** Input and output tokens together. */
  limitTokens?: number | undefined;
  /** Calls; per minute, requests. */
  limitCalls?: number | undefined;
  /** A minute is any 60 seconds, the others are those of the calendar; weeks begin on Monday. @default in total */
  per?: "minute" | "hour" | "day" | "week" | "month" | undefined;
  /** An IANA time zone, in which days begin. @default "UTC" */
  timeZone?: string | undefined;
  /** A pot for each user, session, thread or model, or for each text that a function gives. @default one pot */
  by?: "user" | "session" | "thread" | "model" | ((call: ProposedCall) => string | undefined) | undefined;
  /**
   * What becomes of a call that does not fit. `deny`: a `BudgetExceededError`, and nothing is sent. `clamp`: it may answer with
   * fewer tokens, as many as fit. `wait`: it waits until it fits, in the order in which calls came. `warn`: it is sent.
   * @default "deny", per minute "wait"
   */
  onExceed?: "deny" | "clamp" | "wait" | "warn" | undefined;
  /** Parts of the limit at which `onThreshold` is called, once in each window. @default [0.8, 1] */
  thresholds?: readonly number[] | undefined;
  /** Called when a part of `thresholds` is reached. */
  onThreshold?: ((state: BudgetState) => void) | undefined;
  /** What becomes of a call whose cost nothing bounds: no price, a document of unknown length. @default "deny" */
  onUnpriced?: "deny" | "allow" | undefined;
  /** At what figure a call is charged whose usage was estimated: the upper end of its interval, or the estimate itself. @default "high" */
  charge?: "high" | "expected" | undefined;
  /** Have the server count a prompt, where it can. One more request for each call. @default false */
  countExactly?: boolean | undefined;
  /** Where the pots are. @default this process's memory */
  store?: BudgetStore | undefined;
  /**
   * What becomes of a call while the store does not answer. `closed`: a `BudgetUnavailableError`, which may be tried again. `open`:
   * it is sent, and charged when the store is back. `escrow`: this process takes a part of the limit beforehand, and goes on with that.
   * @default "closed"
   */
  onStoreDown?: "closed" | "open" | "escrow" | undefined;
  /** How long a hold outlives a process that died; open calls renew theirs. In ms. @default 60000 */
  leaseMs?: number | undefined;
  /** The clock of this budget's windows, for tests. A `store` has a clock of its own. */
  now?: (() => Date) | undefined;
}

/** Where a budget stands. Amounts are plain decimal strings: USD, or whole tokens or calls. */
export interface BudgetState {
  name: string;
  /** Whose pot it is, such as a user; empty where there is one for all. */
  key: string;
  /** A decimal string in what the budget limits: USD, tokens or calls. So are the next three. */
  limit: string;
  /** By calls that have ended, in USD, tokens or calls as the limit is. */
  spent: string;
  /** By calls that are under way. */
  held: string;
  /** Neither spent nor held. */
  remaining: string;
  /** The part of the limit that is spent: 0 to 1, and more where it was passed. */
  pressure: number;
  /** When the window ends; `undefined` for a total, and for any 60 seconds. */
  resetsAt: Date | undefined;
}
