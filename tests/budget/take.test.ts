import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Budget } from "../../src/budget/budget.js";
import { BudgetGate, type CallHold } from "../../src/budget/gate.js";
import type { BudgetInput, BudgetState } from "../../src/budget/input.js";
import { memoryBudgetStore } from "../../src/budget/memory_store.js";
import type { CallFacts, EntryCost, EntryUsage, UsageBounds } from "../../src/ledger/entry.js";
import type { ProposedCall } from "../../src/seam/gate.js";
import { proposedCall } from "../support/proposed_call.js";
import { TroubledStore } from "../support/troubled_store.js";

/** A millionth of a dollar for each token of a prompt, of which calls have a hundred, and two for each of an answer. */
const pricing = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
const factsOf = (declared: unknown): CallFacts => ({
  provider: "acme",
  modelRequested: "roadrunner",
  privateHost: false,
  pricing: declared,
});

function admit(
  budgets: readonly Budget[],
  call: Partial<ProposedCall> = {},
  declared: unknown = pricing,
): Promise<CallHold> {
  return new BudgetGate(budgets, {}).admit(proposedCall(call), factsOf(declared));
}

const heldOf = async (budget: Budget, key?: string) => (await budget.state(key)).held;

describe("a call that does not fit is denied", () => {
  it("by what it may need and where the budget stands, and holds nothing", async () => {
    const budget = new Budget({ limitUsd: "0.003", name: "small" });
    await admit([budget], { maxOutputTokens: 1000 });
    expect(await heldOf(budget)).toBe("0.002100001");
    await expect(admit([budget], { maxOutputTokens: 1000 })).rejects.toMatchObject({
      name: "BudgetExceededError",
      status: 402,
      scope: "small",
      key: "",
      limit: "0.003",
      spent: "0",
      held: "0.002100001",
      requested: "0.002100001",
    });
    expect(await heldOf(budget)).toBe("0.002100001");
  });

  it("and tells who watches that the limit is reached", async () => {
    const told: BudgetState[] = [];
    const budget = new Budget({ limitTokens: 1000, onThreshold: (state) => told.push(state) });
    await admit([budget], { maxOutputTokens: 800 });
    // More than the limit never fits, which says nothing of where the budget stands.
    await expect(admit([budget], { maxOutputTokens: 5000 })).rejects.toThrow("Of 1000 tokens");
    expect(told).toEqual([]);
    await expect(admit([budget], { maxOutputTokens: 800 })).rejects.toThrow("Of 1000 tokens");
    expect(told).toMatchObject([{ held: "900", remaining: "100" }]);
  });

  it("tells of thresholds again once the limit is raised", async () => {
    const told: string[] = [];
    const budget = new Budget({ limitCalls: 1, onThreshold: ({ limit }) => told.push(limit) });
    const spend = async () => {
      const hold = await admit([budget]);
      hold.sent();
      await hold.settle({ mayHaveCost: true });
    };
    await spend();
    expect(told).toEqual(["1"]);
    budget.raise({ limitCalls: 2 });
    await spend();
    expect(told).toEqual(["1", "2"]);
  });
});

describe("a call's output limit", () => {
  it("is lowered to what fits under `clamp`", async () => {
    const budget = new Budget({ limitTokens: 1000, onExceed: "clamp" });
    const hold = await admit([budget], { maxOutputTokens: 5000 });
    expect(hold.maxOutputTokens).toBe(900);
    expect(hold.metadata).toEqual({ budget_max_tokens: 900 });
    expect(await heldOf(budget)).toBe("1000");
  });

  it("is lowered by dollars, so that the hold is within them", async () => {
    const budget = new Budget({ limitUsd: "0.001", onExceed: "clamp" });
    expect((await admit([budget], { maxOutputTokens: 5000 })).maxOutputTokens).toBe(448);
    expect(await heldOf(budget)).toBe("0.000996001");
  });

  it("is not lowered below sixteen, or what it was", async () => {
    const withRoomFor = (output: number) => new Budget({ limitTokens: 100 + output, onExceed: "clamp" });
    expect((await admit([withRoomFor(16)], { maxOutputTokens: 5000 })).maxOutputTokens).toBe(16);
    await expect(admit([withRoomFor(15)], { maxOutputTokens: 5000 })).rejects.toThrow("does not allow the call");
    expect((await admit([withRoomFor(5)], { maxOutputTokens: 5 })).maxOutputTokens).toBe(5);
    await expect(admit([withRoomFor(4)], { maxOutputTokens: 5 })).rejects.toThrow("does not allow the call");
  });

  it("stays as it was where the request is an earlier one once more", async () => {
    const budget = new Budget({ limitTokens: 1000, onExceed: "clamp" });
    const again = { attempt: 1, isResent: true, isExtra: true, maxOutputTokens: 1000 };
    await expect(admit([budget], again)).rejects.toThrow("does not allow the call");
  });

  it("is a tenth of what is left where it has none", async () => {
    const budget = new Budget({ limitTokens: 100_000 });
    const first = await admit([budget]);
    expect(first.maxOutputTokens).toBe(9900);
    expect(first.metadata).toEqual({ budget_max_tokens: 9900 });
    expect((await admit([budget])).maxOutputTokens).toBe(8900);
  });

  it("is as much as an answer should have where a tenth is less, and as much as the model can where that is less", async () => {
    expect((await admit([new Budget({ limitTokens: 1000 })])).maxOutputTokens).toBe(256);
    expect((await admit([new Budget({ limitTokens: 200 })])).maxOutputTokens).toBe(100);
    expect((await admit([new Budget({ limitTokens: 10 ** 9 })])).maxOutputTokens).toBe(32_768);
    expect((await admit([new Budget({ limitTokens: 10 ** 9 })], { modelMaxOutputTokens: 4096 })).maxOutputTokens).toBe(
      4096,
    );
  });

  it("is of each of several answers, which are all held for", async () => {
    const budget = new Budget({ limitTokens: 1000, onExceed: "clamp" });
    expect((await admit([budget], { n: 3, maxOutputTokens: 5000 })).maxOutputTokens).toBe(300);
    expect(await heldOf(budget)).toBe("1000");
    const dollars = new Budget({ limitUsd: "1" });
    await admit([dollars], { n: 3, maxOutputTokens: 1000 });
    expect(await heldOf(dollars)).toBe("0.006100001");
  });

  it("is right at limits and prices at both ends of what there can be", async () => {
    const wide = new Budget({ limitUsd: "9000000" });
    const hold = await admit([wide], {}, { inputUsdPerMillion: "0.000001", outputUsdPerMillion: "0.000001" });
    expect(hold.maxOutputTokens).toBe(32_768);
    const dear = { inputUsdPerMillion: "1000000", outputUsdPerMillion: "1000000" };
    await expect(admit([wide], { maxOutputTokens: 1e15 }, dear)).rejects.toThrow("does not allow the call");
    expect(await heldOf(wide)).toBe("0.000000033");
  });
});

describe("a call that waits", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  /** Asks, and notes what became of it. */
  function ask(log: string[], name: string, budgets: readonly Budget[], call: Partial<ProposedCall> = {}) {
    const asking = admit(budgets, call);
    asking.then(
      () => log.push(name),
      (error: unknown) => log.push(`${name}: ${error instanceof Error ? error.name : String(error)}`),
    );
    return asking;
  }

  it("is admitted once there is room, in the order in which calls came", async () => {
    const budget = new Budget({ limitTokens: 1000, onExceed: "wait", per: "day" });
    const log: string[] = [];
    const holds = [await admit([budget], { maxOutputTokens: 900 })];
    const second = ask(log, "large", [budget], { maxOutputTokens: 800 });
    await pass(0);
    void ask(log, "small", [budget], { maxOutputTokens: 50 });
    await pass(5000);
    expect(log).toEqual([]);
    await holds[0]?.settle({ mayHaveCost: false });
    await pass(0);
    // What is left would do for the small one, but it came later, and there is not enough.
    expect(log).toEqual(["large"]);
    await (await second).settle({ mayHaveCost: false });
    await pass(0);
    expect(log).toEqual(["large", "small"]);
  });

  it("leaves its place when it is aborted, and those behind it move up", async () => {
    const budget = new Budget({ limitCalls: 1, onExceed: "wait", per: "day" });
    const log: string[] = [];
    const hold = await admit([budget]);
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [
      ask(log, "first", [budget], { signal: first.signal }),
      ask(log, "second", [budget], { signal: second.signal }),
      ask(log, "third", [budget]),
    ];
    await pass(0);
    second.abort(new RangeError("enough"));
    await pass(0);
    first.abort(new TypeError("enough"));
    await pass(0);
    expect(log).toEqual(["second: RangeError", "first: TypeError"]);
    await hold.settle({ mayHaveCost: false });
    await pass(0);
    expect(log).toEqual(["second: RangeError", "first: TypeError", "third"]);
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(await budget.state()).toMatchObject({ held: "1", remaining: "0" });
    expect(budget.lineOf("").isBusy).toBe(false);
  });

  it("leaves no timer and no listener behind", async () => {
    const budget = new Budget({ limitCalls: 1, onExceed: "wait", per: "minute" });
    (await admit([budget])).sent();
    const controller = new AbortController();
    const listen = jest.spyOn(controller.signal, "addEventListener");
    const unlisten = jest.spyOn(controller.signal, "removeEventListener");
    const waiting = admit([budget], { signal: controller.signal });
    await pass(61_000);
    await waiting;
    expect(listen).toHaveBeenCalled();
    expect(unlisten.mock.calls.length).toBe(listen.mock.calls.length);
  });

  it("is denied at once where it can never fit: it needs more than the limit", async () => {
    const budget = new Budget({ limitTokens: 1000, onExceed: "wait", per: "minute" });
    await expect(admit([budget], { maxOutputTokens: 901 })).rejects.toThrow("does not allow the call");
    expect(budget.lineOf("").isBusy).toBe(false);
  });

  it("is denied where what was spent never slides out", async () => {
    const budget = new Budget({ limitCalls: 1, onExceed: "wait" });
    const hold = await admit([budget]);
    const log: string[] = [];
    const waiting = ask(log, "second", [budget]);
    await pass(2000);
    // As long as the first may still give its part back, the second may hope.
    expect(log).toEqual([]);
    hold.sent();
    await hold.settle({ mayHaveCost: true });
    await pass(0);
    expect(log).toEqual(["second: BudgetExceededError"]);
    await expect(waiting).rejects.toMatchObject({ spent: "1", held: "0" });
  });

  it("waits for others only, never for what it holds itself", async () => {
    const budget = new Budget({ limitTokens: 1000, onExceed: "wait" });
    const gate = new BudgetGate([budget], {});
    const call = proposedCall({ maxOutputTokens: 500 });
    (await gate.admit(call, factsOf(pricing))).sent();
    const again = { ...call, attempt: 1, isResent: true, isExtra: true };
    await expect(gate.admit(again, factsOf(pricing))).rejects.toMatchObject({ held: "600", requested: "600" });
  });

  it("does not keep those from going on whom it waits for", async () => {
    const budgets = [
      new Budget({ limitTokens: 1000, onExceed: "wait", per: "day" }),
      new Budget({ limitCalls: 10, per: "minute" }),
    ];
    const log: string[] = [];
    const gate = new BudgetGate(budgets, {});
    const call = proposedCall({ maxOutputTokens: 500 });
    const hold = await gate.admit(call, factsOf(pricing));
    hold.sent();
    void ask(log, "other", budgets, { maxOutputTokens: 500 });
    await pass(0);
    const again = gate.admit({ ...call, attempt: 1, isResent: true }, factsOf(pricing));
    void again.then(() => log.push("again"));
    await pass(0);
    expect(log).toEqual(["again"]);
    await hold.settle({ mayHaveCost: false });
    await pass(0);
    expect(log).toEqual(["again", "other"]);
  });

  it("goes by what a server sees in any 60 seconds", async () => {
    const budget = new Budget({ limitCalls: 2, per: "minute" });
    const log: string[] = [];
    const first = await admit([budget]);
    await pass(10_000);
    // Counted from when it leaves, and not from when it was admitted.
    first.sent();
    (await admit([budget])).sent();
    void ask(log, "third", [budget]);
    await pass(60_999);
    expect(log).toEqual([]);
    await pass(1);
    expect(log).toEqual(["third"]);
  });

  it("waits as long as a server asked for, and a minute at most", async () => {
    const budget = new Budget({ limitCalls: 100, per: "minute" });
    const log: string[] = [];
    const hold = await admit([budget]);
    hold.sent();
    hold.refused(3000);
    void ask(log, "soon", [budget]);
    await pass(2999);
    expect(log).toEqual([]);
    await pass(1);
    expect(log).toEqual(["soon"]);
    hold.refused(1e15);
    void ask(log, "late", [budget]);
    await pass(59_999);
    expect(log).toEqual(["soon"]);
    await pass(1);
    expect(log).toEqual(["soon", "late"]);
  });
});

describe("a call under `warn`", () => {
  it("is sent, and counts", async () => {
    const told: string[] = [];
    const budget = new Budget({
      limitCalls: 1,
      onExceed: "warn",
      onThreshold: ({ pressure }) => told.push(String(pressure)),
    });
    for (const _ of [1, 2]) {
      const hold = await admit([budget]);
      hold.sent();
      await hold.settle({ mayHaveCost: true });
    }
    expect(await budget.state()).toMatchObject({ spent: "2", remaining: "0" });
    expect(told).toEqual(["1"]);
  });

  it("is given no limit, and is sent where nothing bounds it", async () => {
    const budget = new Budget({ limitTokens: 10, onExceed: "warn" });
    expect((await admit([budget])).maxOutputTokens).toBeUndefined();
    expect(await heldOf(budget)).toBe("100");
    await admit([budget], { maxInputTokens: async () => undefined });
    expect(await heldOf(budget)).toBe("100");
  });
});

describe("several budgets", () => {
  it.each<[string, BudgetInput["store"], BudgetInput["store"]]>([
    ["of one store", memoryBudgetStore(), undefined],
    ["of two stores", memoryBudgetStore(), memoryBudgetStore()],
  ])("%s hold all or nothing", async (_, store, other = store) => {
    const wide = new Budget({ name: "wide", limitTokens: 10_000, store });
    const tight = new Budget({ name: "tight", limitTokens: 1000, store: other });
    for (const budgets of [
      [wide, tight],
      [tight, wide],
    ])
      await expect(admit(budgets, { maxOutputTokens: 2000 })).rejects.toMatchObject({ scope: "tight" });
    expect([await heldOf(wide), await heldOf(tight)]).toEqual(["0", "0"]);
    await admit([wide, tight], { maxOutputTokens: 100 });
    expect([await heldOf(wide), await heldOf(tight)]).toEqual(["200", "200"]);
  });

  it("give back what one store has granted where another one fails", async () => {
    const store = new TroubledStore(memoryBudgetStore());
    store.trouble = "fails";
    const wide = new Budget({ name: "wide", limitTokens: 10_000 });
    const lost = new Budget({ name: "lost", limitTokens: 10_000, store });
    await expect(admit([wide, lost], { maxOutputTokens: 100 })).rejects.toMatchObject({
      name: "BudgetUnavailableError",
    });
    expect(await heldOf(wide)).toBe("0");
  });

  it("leave the least of their shares", async () => {
    const budgets = [new Budget({ limitTokens: 100_000 }), new Budget({ limitTokens: 20_000 })];
    expect((await admit(budgets)).maxOutputTokens).toBe(1900);
  });

  it("hold once for a call that two gates ask the same one about", async () => {
    const budget = new Budget({ limitTokens: 1000 });
    const call = proposedCall({ maxOutputTokens: 500 });
    for (const gate of [new BudgetGate([budget], {}), new BudgetGate([budget], {})])
      await gate.admit(call, factsOf(pricing));
    expect(await heldOf(budget)).toBe("600");
  });

  it("hold for each of several calls of one run", async () => {
    const budget = new Budget({ limitTokens: 2000 });
    for (const _ of [1, 2]) await admit([budget], { runId: "same", maxOutputTokens: 500 });
    expect(await heldOf(budget)).toBe("1200");
  });
});

const NO_COST: EntryCost = {
  status: "priced",
  usd: "0",
  lowUsd: "0",
  highUsd: "0",
  components: {},
  basis: "user",
  row: null,
  checkedOn: null,
  reason: "declared on the model",
  assumptions: [],
  warnings: [],
};

describe("a call whose cost nothing bounds", () => {
  const file = { maxInputTokens: async () => undefined, maxOutputTokens: 10 };

  it.each<[string, unknown, Partial<ProposedCall>, string]>([
    ["no price", null, { maxOutputTokens: 10 }, "cannot bound what the call may cost: "],
    ["declared so", "unpriced", { maxOutputTokens: 10 }, "cannot bound what the call may cost: "],
    ["a file", pricing, file, "only its server knows how long its prompt is"],
    ["GPU hours without an end", { gpuUsdPerHour: 36 }, {}, "its GPU hours have no end: set `timeout` on the model"],
    ["GPU hours that never end", { gpuUsdPerHour: 36 }, { timeoutMs: Infinity }, "its GPU hours have no end"],
  ])("is denied, or sent where that is allowed: %s", async (_, declared, call, message) => {
    const strict = new Budget({ limitUsd: "1" });
    await expect(admit([strict], call, declared)).rejects.toThrow(message);
    expect(await heldOf(strict)).toBe("0");
    const lax = new Budget({ limitUsd: "1", onUnpriced: "allow" });
    await admit([lax], call, declared);
    expect(await heldOf(lax)).toBe("0");
  });

  it("is charged at the upper end of what it was estimated at, where that is allowed", async () => {
    const budget = new Budget({ limitTokens: 10_000, onUnpriced: "allow" });
    const hold = await admit([budget], file);
    hold.sent();
    const estimate: UsageBounds = { reason: "cut", inputTokens: [50, 90], outputTokens: [5, 10] };
    const usage: EntryUsage = { source: "estimated", inputTokens: 70, outputTokens: 7, estimate };
    hold.charge(NO_COST, usage);
    expect(await budget.state()).toMatchObject({ spent: "100", held: "0" });
  });

  it("has an end by its time-out under GPU hours", async () => {
    const budget = new Budget({ limitUsd: "1" });
    await admit([budget], { timeoutMs: 30_000 }, { gpuUsdPerHour: 36, gpus: 2 });
    expect(await heldOf(budget)).toBe("0.6");
    await expect(admit([budget], { timeoutMs: 30_000 }, { gpuUsdPerHour: 36, gpus: 2 })).rejects.toMatchObject({
      requested: "0.6",
    });
  });
});

describe("a call that costs nothing", () => {
  it("is admitted without anybody counting its prompt, also where nothing is left", async () => {
    const store = memoryBudgetStore();
    const budget = new Budget({ limitUsd: "0.0021", store });
    await admit([budget], { maxOutputTokens: 999 });
    const maxInputTokens = jest.fn(async () => undefined);
    const hold = await admit([budget], { maxInputTokens }, "free");
    expect(hold.maxOutputTokens).toBeUndefined();
    expect(maxInputTokens).not.toHaveBeenCalled();
  });

  it("counts all the same where tokens or calls are limited", async () => {
    const budgets = [new Budget({ limitTokens: 1000 }), new Budget({ limitCalls: 1 })];
    await admit(budgets, { maxOutputTokens: 100 }, "free");
    expect(await Promise.all(budgets.map((budget) => heldOf(budget)))).toEqual(["200", "1"]);
  });
});

describe("further requests of a call", () => {
  const first = proposedCall({ maxOutputTokens: 100 });

  it.each<[string, Partial<ProposedCall>, string[]]>([
    ["after one that cost nothing hold nothing more", { isResent: true }, ["200", "1", "2"]],
    ["after one that may have cost hold as much again", { isResent: true, isExtra: true }, ["400", "1", "2"]],
  ])("%s", async (_, kind, held) => {
    const budgets = [
      new Budget({ limitTokens: 1000 }),
      new Budget({ limitCalls: 5 }),
      new Budget({ limitCalls: 5, per: "minute" }),
    ];
    const gate = new BudgetGate(budgets, {});
    await gate.admit({ ...first, call: gate }, factsOf(pricing));
    await gate.admit({ ...first, call: gate, attempt: 1, ...kind }, factsOf(pricing));
    expect(await Promise.all(budgets.map((budget) => heldOf(budget)))).toEqual(held);
  });
});
