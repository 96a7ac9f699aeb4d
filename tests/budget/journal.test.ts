import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { BudgetUnavailableError } from "../../src/base/errors.js";
import { Journal, JOURNAL_LIMIT, type Settle } from "../../src/budget/journal.js";

const settle = (id: string, amount = 1, rest: Partial<Settle> & { pot?: string } = {}): Settle => {
  const { pot = "usd", ...fields } = rest;
  return {
    hold: { id, draws: [{ pot: { id: pot, limit: 100 }, amount: 5 }] },
    amounts: [amount],
    isLeased: true,
    ...fields,
  };
};

/** A journal on a line that can be cut: what was tried, and what was delivered. */
function journalOf() {
  const line = { isDown: true, tried: [] as string[], delivered: [] as Settle[], poison: "" };
  const journal = new Journal(async (one) => {
    line.tried.push(one.hold.id);
    if (one.hold.id === line.poison) throw new BudgetUnavailableError("Never.", { retryable: false });
    if (line.isDown) throw new Error("down");
    line.delivered.push({ ...one, amounts: [...one.amounts] });
  });
  const ids = () => line.delivered.map(({ hold }) => hold.id);
  return { line, journal, ids };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("what waits is delivered in order, and what comes meanwhile behind it", async () => {
  const { line, journal, ids } = journalOf();
  await journal.settle(settle("a"));
  await journal.settle(settle("b"));
  line.isDown = false;
  await journal.settle(settle("c"));
  expect(line.tried).toEqual(["a"]);
  await journal.drain();
  expect(ids()).toEqual(["a", "b", "c"]);
});

test("pauses grow to ten seconds, and there is no timer once nothing waits", async () => {
  const { line, journal } = journalOf();
  await journal.settle(settle("a"));
  const at: number[] = [];
  for (let ms = 100; ms <= 40_000; ms += 100) {
    const before = line.tried.length;
    await jest.advanceTimersByTimeAsync(100);
    if (line.tried.length > before) at.push(ms);
  }
  expect(at).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 22_800, 32_800]);
  line.isDown = false;
  await journal.drain();
  expect(jest.getTimerCount()).toBe(0);
});

test("what is never taken does not keep the others waiting", async () => {
  const { line, journal, ids } = journalOf();
  line.poison = "a";
  await journal.settle(settle("a"));
  await journal.settle(settle("b"));
  await journal.settle(settle("c"));
  line.isDown = false;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(ids()).toEqual(["b", "c"]);
});

test("when a journal is full, known holds are left to their leases, and the rest is added up for each pot", async () => {
  const { line, journal } = journalOf();
  for (let count = 0; count < JOURNAL_LIMIT; count += 1) await journal.settle(settle(`a${count}`));
  await journal.settle(settle("within its hold", 5));
  await journal.settle(settle("past its hold", 7));
  await journal.settle(settle("unchecked", 10, { isLeased: false }));
  await journal.settle(settle("unchecked too", 20, { isLeased: false }));
  await journal.settle(settle("another pot", 40, { isLeased: false, pot: "eur" }));
  await journal.settle(settle("nothing", 0, { isLeased: false, pot: "chf" }));
  line.isDown = false;
  await journal.drain();
  const rest = line.delivered.slice(JOURNAL_LIMIT);
  expect(rest.map(({ hold, amounts }) => [hold.draws[0]?.pot.id, amounts])).toEqual([
    ["usd", [32]],
    ["eur", [40]],
  ]);
});

test("nothing is added to a sum whose delivery was tried", async () => {
  const { line, journal } = journalOf();
  for (let count = 0; count < JOURNAL_LIMIT; count += 1) await journal.settle(settle(`a${count}`));
  await journal.settle(settle("b", 10, { isLeased: false }));
  line.poison = "b+";
  line.isDown = false;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(line.delivered.length).toBe(JOURNAL_LIMIT);
  line.isDown = true;
  for (let count = 0; count < JOURNAL_LIMIT; count += 1) await journal.settle(settle(`c${count}`));
  await journal.settle(settle("d", 20, { isLeased: false }));
  line.isDown = false;
  line.poison = "";
  await journal.drain();
  const sums = line.delivered.filter(({ isLeased }) => !isLeased);
  expect(sums.map(({ amounts }) => amounts)).toEqual([[10], [20]]);
});

test("to wait for an empty journal is to wait for what is under way, too", async () => {
  let answer = () => {};
  const journal = new Journal(() => new Promise((resolve) => (answer = resolve)));
  let isEmpty = false;
  const settled = journal.settle(settle("a"));
  const drained = journal.drain().then(() => (isEmpty = true));
  await Promise.resolve();
  expect(isEmpty).toBe(false);
  answer();
  await Promise.all([settled, drained]);
  expect(isEmpty).toBe(true);
});
