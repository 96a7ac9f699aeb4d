import { close, type Account } from "./accounts.js";
import type { Round } from "./rounds.js";

/** What came of a round. Its accounts are those whose end is known: not those that died with a process, or were forgotten. */
export interface RoundFigures {
  round: Round;
  admitted: number;
  denied: number;
  killed: number;
  kills: number;
  storeFaults: number;
  requestsOfDenied: number;
  accounts: readonly Account[];
  lost: readonly Account[];
  seconds: number;
  /** What should not have been, in words. */
  problems: string[];
}

/** The least part of a limit that is to be billed where nothing goes wrong, and to be charged where calls alone do. */
const LEAST_USED = 0.7;

/** Of each process: with fewer, a limit is hardly more than what the calls under way hold. */
const LEAST_CALLS = 20;

/** What is wrong with a round's accounts at its end. */
export function judge({ round, accounts, denied }: Omit<RoundFigures, "problems">): string[] {
  const problems = accounts.flatMap(close);
  if (round.faults.length > 0 || round.calls < LEAST_CALLS * round.processes) return problems;
  const used = usedOf(accounts, round.isWell === true ? ({ bill }) => bill : undefined);
  if (used < LEAST_USED) problems.push(`${round.name}: only ${toPercent(used)} of the limit was used`);
  if (denied === 0 && round.budgets.every(({ onExceed }) => onExceed === "deny")) {
    problems.push(`${round.name}: the limit was never reached`);
  }
  return problems;
}

/** The part of a limit that was spent, of the budget of which the most was. */
function usedOf(accounts: readonly Account[], amountOf = ({ spent }: Account) => spent): number {
  const names = new Set(accounts.map(({ name }) => name));
  const parts = [...names].map((name) => {
    const ofName = accounts.filter((account) => account.name === name);
    return Number(sum(ofName, amountOf)) / Number(sum(ofName, ({ limit }) => limit));
  });
  return Math.max(0, ...parts);
}

/** A round in one line. */
export function lineOf({ round, accounts, lost, ...figures }: RoundFigures): string {
  const { admitted, denied, killed, kills, storeFaults, seconds } = figures;
  const most = Math.max(0, ...[...accounts, ...lost].map(({ bill, limit }) => Number(bill) / Number(limit)));
  return [
    `${round.name} (${round.calls} calls, ${seconds.toFixed(0)} s):`,
    `${admitted} admitted, ${denied} denied, ${killed} killed with ${kills} processes, ${storeFaults} faults of the store;`,
    `${toPercent(usedOf(accounts))} of the limit spent, ${toPercent(usedOf(accounts, ({ bill }) => bill))} billed;`,
    `the highest bill is ${toPercent(most)} of its limit`,
  ].join(" ");
}

/** The sum of some amount of accounts. */
export function sum(accounts: readonly Account[], amountOf: (account: Account) => bigint): bigint {
  return accounts.reduce((total, account) => total + amountOf(account), 0n);
}

const toPercent = (part: number) => `${(100 * part).toFixed(1)} %`;
