import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import type { Hold, Pot } from "../../../src/budget/store.js";
import type { LedgerEntry } from "../../../src/ledger/entry.js";
import { BudgetUnavailableError, postgresBudgetStore } from "../../../src/postgres.js";
import { entry } from "../../ledger/entries.js";
import { failure } from "../../support/completions.js";
import { CutProxy } from "../../support/cut_proxy.js";
import { usePostgres } from "../../support/use_postgres.js";

const server = usePostgres();
const LEASE = 60_000;
const pot: Pot = { id: "calls:p", limit: 1_000 };

function hold(amount: number, id: string = crypto.randomUUID()): Hold {
  return { id, draws: [{ pot, amount }] };
}

/** A call on a ledger, of whose pot so much was charged. */
function charged(settled: number): LedgerEntry {
  const budgets = [{ name: "p", key: "", pot: pot.id, held: "0", settled: String(settled) }];
  return entry({ id: crypto.randomUUID(), budgets });
}

async function refusal(promise: Promise<unknown>): Promise<{ message: string; isRetryable: boolean | undefined }> {
  const error = await failure(promise);
  expect(error).toBeInstanceOf(BudgetUnavailableError);
  return { message: String(error), isRetryable: getRetryable(error) };
}

const run = (statement: string) => server.query(statement);
const empty = (prefix: string) =>
  run(`TRUNCATE ${["meta", "pots", "holds", "draws"].map((t) => `${prefix}_${t}`).join()}`);

/** Asks until the answer is so. */
async function until(statement: string, isSo: (rows: unknown[]) => boolean): Promise<unknown[]> {
  for (;;) {
    const rows = await run(statement);
    if (isSo(rows)) return rows;
  }
}

describe("processes", () => {
  it("make the same tables at once; what one held that was killed is charged when its leases end", async () => {
    const started = [1, 2, 3, 4].map(() => {
      const flags = ["--import", "tsx", "tests/stores/postgres/holding_process.ts"];
      return spawn(process.execPath, [...flags, `${server.port}`, "killed", pot.id, "5", "60000"], {
        stdio: ["pipe", "pipe", "inherit"],
      });
    });
    await Promise.all(started.map((child) => once(child.stdout, "data")));
    const time = { ms: Date.now() };
    const store = postgresBudgetStore(server.pool(), { prefix: "killed", now: () => new Date(time.ms) });
    await Promise.all(started.map((child) => (child.kill("SIGKILL"), once(child, "exit"))));
    expect((await store.state([pot])).pots).toEqual([{ spent: 0, held: 60 }]);
    time.ms += 2 * LEASE;
    expect((await store.state([pot])).pots).toEqual([{ spent: 60, held: 0 }]);
  });
});

describe("a server", () => {
  it("that is restarted makes calls fail that may be tried again, and has what it had", async () => {
    const store = postgresBudgetStore(server.pool(), { prefix: "restarted" });
    await store.reserve(hold(5, "open"), LEASE);
    await server.stop("SIGQUIT");
    const { message, isRetryable } = await refusal(store.reserve(hold(1), LEASE));
    expect(isRetryable).toBe(true);
    expect(message).toContain("The budget store in PostgreSQL does not answer: `");
    await server.start();
    await store.settle(hold(5, "open"), [4]);
    expect((await store.state([pot])).pots).toEqual([{ spent: 4, held: 0 }]);
  });

  it("that is paused answers when it goes on", async () => {
    const pool = server.pool({ max: 1 });
    const store = postgresBudgetStore(pool, { prefix: "paused" });
    await store.state([]);
    server.pause();
    const answer = store.reserve(hold(5), LEASE);
    server.resume();
    expect(await answer).toMatchObject({ kind: "granted" });
  });

  it("ends a statement whose connection was cut, and has done all of it or nothing", async () => {
    const proxy = await new CutProxy(server.port).listen();
    const store = postgresBudgetStore(server.pool({ port: proxy.port }), { prefix: "cut" });
    await store.reserve(hold(5), LEASE);
    const blocker = await server.pool().connect();
    await blocker.query("BEGIN; SELECT FROM cut_pots FOR UPDATE");
    const asked = refusal(store.reserve(hold(7), LEASE));
    const waiting = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%cut_run_1%' AND wait_event_type = 'Lock'";
    const [waits] = (await until(waiting, ({ length }) => length === 1)) as { pid: number }[];
    proxy.cut();
    expect((await asked).isRetryable).toBe(true);
    // Nobody is there to hear of it: it would wait for the lock for ever. That it waits is not shown at each moment
    // (the server looks for deadlocks in between), that its session is there is.
    await until(`SELECT FROM pg_stat_activity WHERE pid = ${waits?.pid}`, ({ length }) => length === 0);
    await blocker.query("COMMIT");
    blocker.release();
    expect((await store.state([pot])).pots).toEqual([{ spent: 0, held: 5 }]);
    await proxy.close();
  });

  it("that fails in the middle of a reserve leaves nothing of it, and its connection can be used", async () => {
    const store = postgresBudgetStore(server.pool({ max: 1 }), { prefix: "middle" });
    await store.state([]);
    await run(`CREATE FUNCTION middle_fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
      CREATE TRIGGER fail AFTER INSERT ON middle_draws EXECUTE FUNCTION middle_fail()`);
    expect((await refusal(store.reserve(hold(5), LEASE))).message).toContain("does not answer: `no room`");
    await run("DROP TRIGGER fail ON middle_draws");
    expect((await store.state([pot])).pots).toEqual([{ spent: 0, held: 0 }]);
  });

  it("that ends a session does not end the process, though nobody listens to the pool", async () => {
    const pool = server.pool({ max: 1 });
    pool.removeAllListeners("error");
    const store = postgresBudgetStore(pool, { prefix: "ended" });
    await store.state([]);
    const removed = new Promise((resolve) => pool.once("remove", resolve));
    await run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%ended_run_1%' AND pid <> pg_backend_pid()",
    );
    await removed;
    expect(await store.reserve(hold(5), LEASE)).toMatchObject({ kind: "granted" });
  });
});

describe("a store that has forgotten", () => {
  it("is lost to all processes until somebody says that it is right", async () => {
    const [one, other] = [1, 2].map(() => postgresBudgetStore(server.pool(), { prefix: "emptied" }));
    if (!one || !other) throw new Error("there are two");
    await one.reserve(hold(5, "open"), LEASE);
    await other.state([pot]);
    await empty("emptied");
    for (const ask of [
      one.reserve(hold(1), LEASE),
      other.settle(hold(5, "open"), [5]),
      postgresBudgetStore(server.pool(), { prefix: "emptied" }).state([pot]),
    ]) {
      const { message, isRetryable } = await refusal(ask);
      expect(message).toContain('`"emptied_meta"` in PostgreSQL has forgotten what was spent');
      expect(message).toContain("Give the store the option `ledger`");
      expect(isRetryable).toBe(false);
    }
    await run('UPDATE "emptied_meta" SET lost = false');
    await other.settle(hold(5, "open"), [5]);
    expect((await one.state([pot])).pots).toEqual([{ spent: 5, held: 0 }]);
  });

  it("by a backup that was put back is lost too", async () => {
    const store = postgresBudgetStore(server.pool(), { prefix: "restored" });
    await store.settle(hold(5), [5]);
    await server.backUp();
    await store.settle(hold(9), [9]);
    await server.restore();
    expect((await refusal(store.reserve(hold(1), LEASE))).message).toContain("is an older copy");
  });

  it("is filled again from a ledger, once, and grants nothing before open holds have come back", async () => {
    const time = { ms: Date.parse("2026-11-30T12:00:00.000Z") };
    const entries = [charged(100), charged(23)];
    const options = { prefix: "filled", now: () => new Date(time.ms), ledger: () => entries };
    const [one, other] = [1, 2].map(() => postgresBudgetStore(server.pool(), options));
    if (!one || !other) throw new Error("there are two");
    await one.settle(hold(0), [0]);
    await one.reserve(hold(50, "open"), LEASE);
    await other.state([pot]);
    await empty("filled");
    const answers = await Promise.all([one, other].map((store) => refusal(store.reserve(hold(1), LEASE))));
    for (const { message, isRetryable } of answers) {
      expect(message).toContain("is being filled again from its `ledger`");
      expect(message).toContain("within `60000` ms");
      expect(isRetryable).toBe(true);
    }
    await one.renew([hold(50, "open")], LEASE);
    time.ms += LEASE - 1;
    await refusal(other.state([pot]));
    await one.renew([hold(50, "open")], LEASE);
    time.ms += 1;
    await Promise.all([one, other, one, other].map((store) => store.reserve(hold(1), LEASE)));
    expect((await other.state([pot])).pots).toEqual([{ spent: 123, held: 54 }]);
    expect(await other.reserve(hold(900), LEASE)).toMatchObject({ kind: "denied" });
  });

  it("and that was lost is found by processes that have a ledger", async () => {
    const time = { ms: Date.parse("2026-11-30T12:00:00.000Z") };
    const now = () => new Date(time.ms);
    const without = postgresBudgetStore(server.pool(), { prefix: "found", now });
    await without.settle(hold(5), [5]);
    await empty("found");
    await refusal(without.reserve(hold(1), LEASE));
    const store = postgresBudgetStore(server.pool(), { prefix: "found", now, ledger: async () => [charged(5)] });
    expect((await refusal(store.reserve(hold(1), LEASE))).isRetryable).toBe(true);
    time.ms += LEASE;
    expect(await store.reserve(hold(1), LEASE)).toMatchObject({ kind: "granted", pots: [{ spent: 5, held: 1 }] });
  });
});

describe("a ledger", () => {
  it("says what was spent of a pot before the store was made, and is not asked about later windows", async () => {
    const [from, time] = [Date.parse("2026-11-30T12:00:00.000Z"), { ms: 0 }];
    let read = 0;
    const ledger = () => ((read += 1), [charged(40)]);
    time.ms = from - 1;
    const store = postgresBudgetStore(server.pool(), { prefix: "before", now: () => new Date(time.ms), ledger });
    expect((await store.state([pot])).pots).toEqual([{ spent: 40, held: 0 }]);
    expect(read).toBe(1);
    await store.reserve(hold(1), LEASE);
    time.ms = from;
    const window = { fromMs: from, toMs: from + 1_000 };
    expect((await store.state([{ ...pot, window }])).pots).toEqual([{ spent: 0, held: 0 }]);
    expect(read).toBe(1);
  });

  it("counts for as long as a sliding pot's window", async () => {
    const time = { ms: Date.parse("2026-11-21T00:00:30.000Z") };
    const minute: Pot = { id: pot.id, limit: 50, slidingMs: 60_000 };
    const options = { prefix: "slid", now: () => new Date(time.ms), ledger: () => [charged(40)] };
    const store = postgresBudgetStore(server.pool(), options);
    const asked = { id: "x", draws: [{ pot: minute, amount: 20 }] };
    expect(await store.reserve(asked, LEASE)).toMatchObject({ kind: "denied", retryInMs: 60_000 });
    time.ms += 60_000;
    expect(await store.reserve(asked, LEASE)).toMatchObject({ kind: "granted", pots: [{ spent: 0, held: 20 }] });
  });

  it("that cannot be read makes the store unavailable", async () => {
    const ledger = () => Promise.reject(new Error("the disk is gone"));
    const store = postgresBudgetStore(server.pool(), { prefix: "unread", ledger });
    const { message, isRetryable } = await refusal(store.reserve(hold(1), LEASE));
    expect(message).toContain("`ledger` of the budget store could not be read (`the disk is gone`)");
    expect(isRetryable).toBe(true);
  });
});
