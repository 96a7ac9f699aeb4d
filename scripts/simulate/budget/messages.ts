import type { BudgetInput } from "../../../src/budget/input.js";

/** Which store budgets are in. */
export type StoreKind = "memory" | "redis" | "postgres";

/** A budget as it is sent to a process, which opens its store itself. */
export type SentBudget = Pick<
  BudgetInput,
  "name" | "limitUsd" | "limitTokens" | "limitCalls" | "by" | "onExceed" | "onStoreDown" | "leaseMs"
>;

/** What a process needs to know before it makes calls. */
export interface Joining {
  seed: string;
  url: string;
  nowhere: string;
  store: { kind: StoreKind; url: string };
  budgets: readonly SentBudget[];
}

/** To a process that makes calls. */
export type Told =
  | { kind: "join"; joining: Joining }
  | { kind: "call"; index: number }
  /** The server keeps silent on a call. */
  | { kind: "silence"; index: number }
  | { kind: "leave" };

/** From a process that makes calls. */
export type Said =
  | { kind: "ready" }
  | { kind: "joined" }
  | { kind: "done"; index: number; end: CallReport }
  | { kind: "left"; problems: readonly string[] };

/** How a call went, as its process saw it. */
export interface CallReport {
  /** The runs that a budget denied before any request, by their keys. */
  denied: readonly string[];
  /** Whether the store did not answer for any of its runs. */
  isUnavailable: boolean;
  problems: readonly string[];
  /** Where budgets in the memory of the process stand. */
  pots: readonly SaidPot[];
}

/** What is in a pot, as its budget says it. */
export interface SaidPot {
  name: string;
  key: string;
  spent: string;
  held: string;
}

/** Whose pot a call draws on where there is one for each user. */
export const userOf = (index: number) => `user-${index % 4}`;
