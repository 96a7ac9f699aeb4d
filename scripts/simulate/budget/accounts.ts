import { costOf, type BilledRequest } from "../bill.js";
import { picoOf } from "../reconcile.js";
import type { BudgetInput } from "../../../src/budget/input.js";
import { userOf, type SaidPot, type SentBudget } from "./messages.js";

/** What a limit counts. Amounts in USD are in pico-dollars here. */
export type Unit = "usd" | "tokens" | "calls";

/** A pot as the referee knows it: what the server billed to it, beside what its budget says. */
export interface Account {
  readonly name: string;
  readonly key: string;
  readonly unit: Unit;
  readonly limit: bigint;
  bill: bigint;
  spent: bigint;
  held: bigint;
  /** The most that its budget ever said was spent and held together. */
  worst: bigint;
}

/** An account of a budget's pot. */
export function openAccount(budget: SentBudget, key: string): Account {
  const { limitUsd, limitTokens, limitCalls, name = "" } = budget;
  const unit = limitUsd !== undefined ? "usd" : limitTokens !== undefined ? "tokens" : "calls";
  const limit = amountOf(unit, String(limitUsd ?? limitTokens ?? limitCalls));
  return { name, key, unit, limit, bill: 0n, spent: 0n, held: 0n, worst: 0n };
}

/** Which of a budget's pots a call draws on. */
export const keyFor = (budget: Pick<BudgetInput, "by">, index: number) => (budget.by === "user" ? userOf(index) : "");

/** Bills a request to an account. @param isFirst - of its run that is billed. @returns what is wrong, in words */
export function bill(account: Account, request: BilledRequest, isFirst: boolean): string[] {
  account.bill += amountBilled(account.unit, request, isFirst);
  return account.bill <= account.limit ? [] : [`${say(account)}: the bill is ${account.bill} after ${request.key}`];
}

function amountBilled(unit: Unit, request: BilledRequest, isFirst: boolean): bigint {
  switch (unit) {
    case "usd":
      return costOf(request);
    case "tokens":
      return BigInt(request.inputTokens + request.outputTokens);
    case "calls":
      return isFirst && request.inputTokens + request.outputTokens > 0 ? 1n : 0n;
  }
}

/** Notes what a budget says of an account. @returns what is wrong, in words */
export function note(account: Account, { spent, held }: Pick<SaidPot, "spent" | "held">): string[] {
  account.spent = amountOf(account.unit, spent);
  account.held = amountOf(account.unit, held);
  const both = account.spent + account.held;
  if (both > account.worst) account.worst = both;
  return both <= account.limit ? [] : [`${say(account)}: ${spent} spent and ${held} held`];
}

/** An account when its round is over. @returns what is wrong, in words */
export function close(account: Account): string[] {
  const { held, spent, bill: billed } = account;
  return [
    ...(held === 0n ? [] : [`${say(account)}: ${held} is held at the end`]),
    ...(spent >= billed ? [] : [`${say(account)}: ${spent} is spent and ${billed} billed`]),
  ];
}

const say = ({ name, key, limit, unit }: Account) =>
  `budget \`${name}\`${key === "" ? "" : ` of \`${key}\``} of ${limit} ${unit === "usd" ? "pico-dollars" : unit}`;

function amountOf(unit: Unit, text: string): bigint {
  return unit === "usd" ? (picoOf(text) ?? 0n) : BigInt(text);
}
