import type { Account } from "./accounts.js";
import { sum } from "./round_figures.js";
import type { BudgetSimulationResult } from "./simulation.js";

/**
 * The figures of a simulation of budgets: the last line of its output. Those in USD are sums over all pots of budgets in USD, each of
 * which was compared with its own limit at each moment. A pot that died with its process, or that its store has forgotten, is in the limit and in the highest bill alone.
 */
export interface BudgetFigures {
  calls: number;
  /** Calls of which the server saw a request. */
  admitted: number;
  /** Calls of which a run was denied. */
  denied: number;
  limitUsd: string;
  worstBillUsd: string;
  worstSpentPlusHeldUsd: string;
  spentUsd: string;
  billUsd: string;
  heldAtEndUsd: string;
  kills: number;
  storeFaults: number;
  requestsOfDenied: number;
  ok: boolean;
}

/** Sums a simulation up. */
export function toBudgetFigures({ rounds, problems }: BudgetSimulationResult): BudgetFigures {
  const total = (countOf: (round: (typeof rounds)[number]) => number) =>
    rounds.reduce((all, round) => all + countOf(round), 0);
  const ended = rounds.flatMap(({ accounts }) => accounts).filter(({ unit }) => unit === "usd");
  const all = [...ended, ...rounds.flatMap(({ lost }) => lost).filter(({ unit }) => unit === "usd")];
  const usd = (accounts: readonly Account[], amountOf: (account: Account) => bigint) => toUsd(sum(accounts, amountOf));
  const requestsOfDenied = total((round) => round.requestsOfDenied);
  return {
    calls: total(({ round }) => round.calls),
    admitted: total(({ admitted }) => admitted),
    denied: total(({ denied }) => denied),
    limitUsd: usd(all, ({ limit }) => limit),
    worstBillUsd: usd(all, ({ bill }) => bill),
    worstSpentPlusHeldUsd: usd(all, ({ worst }) => worst),
    spentUsd: usd(ended, ({ spent }) => spent),
    billUsd: usd(ended, ({ bill }) => bill),
    heldAtEndUsd: usd(ended, ({ held }) => held),
    kills: total(({ kills }) => kills),
    storeFaults: total(({ storeFaults }) => storeFaults),
    requestsOfDenied,
    ok: problems.length === 0 && requestsOfDenied === 0 && rounds.every((round) => round.problems.length === 0),
  };
}

function toUsd(pico: bigint): string {
  const digits = pico.toString().padStart(13, "0");
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, "");
}
