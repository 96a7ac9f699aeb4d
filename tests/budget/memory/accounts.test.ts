import { describe, expect, it } from "@jest/globals";
import { Accounts } from "../../../src/budget/memory/accounts.js";

/** Accounts, and a clock for them. */
function accountsAt(startMs: number) {
  const time = { ms: startMs, leftMs: 0 };
  const clock = {
    nowMs: () => Math.max(time.ms, time.leftMs),
    steadyMs: () => time.ms,
    leave: (ms: number) => void (time.leftMs = ms),
  };
  return { accounts: new Accounts(clock), time };
}

describe("Accounts in memory", () => {
  it("go away when they are empty, as others come", () => {
    const { accounts } = accountsAt(0);
    for (let n = 0; n < 1_000; n += 1) accounts.open({ id: `user ${n}`, limit: 5 }).holds -= 1;
    expect(accounts.size).toBeLessThan(10);
  });

  it("stay where something was spent in total, or a hold is known", () => {
    const { accounts } = accountsAt(0);
    const spent = accounts.open({ id: "spent", limit: 5 });
    spent.holds -= 1;
    spent.spent = 3;
    const held = accounts.open({ id: "held", limit: 5 });
    for (let n = 0; n < 100; n += 1) accounts.open({ id: `user ${n}`, limit: 5 }).holds -= 1;
    expect(accounts.stateOf({ id: "spent", limit: 5 })).toEqual({ spent: 3, held: 0 });
    expect(accounts.open({ id: "held", limit: 5 })).toBe(held);
  });

  it("go away when their window has ended, and the clock does not go back behind that", () => {
    const { accounts, time } = accountsAt(10);
    const day = (id: string) => ({ id, limit: 5, window: { fromMs: 0, toMs: 100 } });
    const account = accounts.open(day("a"));
    account.holds -= 1;
    account.spent = 4;
    for (let n = 0; n < 20; n += 1) accounts.open({ id: `user ${n}`, limit: 5 }).holds -= 1;
    expect(accounts.stateOf(day("a")).spent).toBe(4);
    time.ms = 150;
    for (let n = 0; n < 20; n += 1) accounts.open({ id: `user ${n}`, limit: 5 }).holds -= 1;
    expect(accounts.stateOf(day("a")).spent).toBe(0);
    time.ms = 50;
    expect(accounts.clock.nowMs()).toBe(100);
  });

  it("go away when what was spent has slid out", () => {
    const { accounts, time } = accountsAt(0);
    for (let n = 0; n < 1_000; n += 1) {
      const account = accounts.open({ id: `user ${n}`, limit: 5, slidingMs: 60 });
      account.holds -= 1;
      account.spent += 1;
      account.sliding?.add(1, time.ms + 60);
      time.ms += 1;
    }
    expect(accounts.size).toBeLessThan(200);
  });
});
