import { describe, expect, it } from "@jest/globals";
import { close, openAccount } from "../../scripts/simulate/budget/accounts.js";
import { Pots } from "../../scripts/simulate/budget/pots.js";
import { Referee } from "../../scripts/simulate/budget/referee.js";
import { planRounds } from "../../scripts/simulate/budget/rounds.js";

const request = (key: string, inputTokens: number) => ({
  key,
  fault: "none",
  inputTokens,
  cachedTokens: 0,
  outputTokens: 0,
});

describe("the referee of budgets", () => {
  it("says when a bill passes its limit, at once", () => {
    const referee = new Referee();
    // An input token costs 150,000 pico-dollars.
    const pots = new Pots([{ name: "usd", limitUsd: "0.0000003" }]);
    for (const index of [1, 2]) referee.expect(index, pots.of(index));
    referee.charge(request("1.0/model/0", 2));
    expect(referee.problems).toEqual([]);
    referee.charge(request("2.0/model/0", 1));
    expect(referee.problems).toEqual(["budget `usd` of 300000 pico-dollars: the bill is 450000 after 2.0/model/0"]);
    expect(referee.hasSeen(2)).toBe(true);
    expect(referee.requestsOf("1.0/model/0")).toBe(1);
  });

  it("has a pot for each user, and counts tokens and calls", () => {
    const referee = new Referee();
    const budgets = [
      { name: "tokens", limitTokens: 4, by: "user" as const },
      { name: "calls", limitCalls: 2 },
    ];
    const pots = new Pots(budgets);
    for (const index of [0, 1]) referee.expect(index, pots.of(index));
    referee.charge(request("0.0/model/0", 4));
    referee.charge(request("1.0/model/0", 3));
    referee.charge(request("1.0/model/0", 1));
    expect(referee.problems).toEqual([]);
    expect(pots.accounts.map(({ key, bill }) => [key, bill])).toEqual([
      ["user-0", 4n],
      ["", 2n],
      ["user-1", 4n],
    ]);
  });

  it("says when budgets themselves pass a limit, hold something at the end, or have charged too little", () => {
    const pots = new Pots([{ name: "usd", limitUsd: "0.000001" }]);
    const [account = openAccount({}, "")] = pots.of(1);
    expect(pots.note({ name: "usd", key: "", spent: "0.0000006", held: "0.0000004" })).toEqual([]);
    expect(pots.note({ name: "usd", key: "", spent: "0.0000006", held: "0.000000401" })).toHaveLength(1);
    expect(account.worst).toBe(1_001_000n);
    account.bill = 700_000n;
    expect(close(account)).toEqual([
      "budget `usd` of 1000000 pico-dollars: 401000 is held at the end",
      "budget `usd` of 1000000 pico-dollars: 600000 is spent and 700000 billed",
    ]);
  });
});

describe("the rounds of a simulation of budgets", () => {
  it.each([
    ["memory", 20_000],
    ["redis", 20_000],
    ["postgres", 5_000],
    ["postgres", 7],
  ] as const)("%s, %i calls", (kind, calls) => {
    const rounds = planRounds(kind, calls);
    const faults = rounds.flatMap((round) => round.faults.map((fault) => fault.kind));
    expect(rounds.reduce((sum, round) => sum + round.calls, 0)).toBe(calls);
    expect(faults.filter((fault) => fault === "kill").length).toBeGreaterThanOrEqual(20);
    expect(new Set(rounds.map(({ processes }) => processes))).toEqual(new Set([1, 4, 16]));
    expect(faults.includes("empty")).toBe(kind !== "memory");
  });
});
