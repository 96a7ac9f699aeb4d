import { describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import pg from "pg";
import type { Draw, Hold, Pot } from "../../../src/budget/store.js";
import { BudgetUnavailableError, ConfigurationError, postgresBudgetStore } from "../../../src/postgres.js";
import { failure } from "../../support/completions.js";
import { usePostgres } from "../../support/use_postgres.js";

const server = usePostgres();
const NOON = Date.parse("2026-11-30T12:00:00.000Z");
const LEASE = 60_000;

/** A pot of a name that no other test has. */
function pot(more: Partial<Pot> = {}): Pot {
  return { id: `usd:${crypto.randomUUID()}`, limit: 100, ...more };
}

function hold(...draws: Draw[]): Hold {
  return { id: crypto.randomUUID(), draws };
}

/** A clock that a test sets. */
function clock(atMs = NOON): { now: () => Date; atMs: number } {
  const time = { atMs, now: () => new Date(time.atMs) };
  return time;
}

describe("arguments", () => {
  it.each([
    [undefined, "undefined"],
    ["postgres://localhost", '"postgres://localhost"'],
    [{ query: () => Promise.resolve() }, "an object"],
    [new pg.Client(), "an object"],
  ])("refuses what is no pool, and names pg: %#", (value, said) => {
    const make = () => postgresBudgetStore(value as never);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`was given \`${said}\`, which is not a pool of \`pg\`.`);
    expect(make).toThrow("pass `new Pool({ connectionString })`");
  });

  it.each([
    [{ prefixes: "a" }, "has no option `prefixes`. Write `prefix`."],
    [{ prefix: "" }, '`prefix` is `""`.'],
    [{ prefix: "ü".repeat(26) }, "at most 50 bytes"],
    [{ schema: "a\0" }, "at most 63 bytes"],
    [{ create: "no" }, '`create` is `"no"`.'],
    [{ ledger: [] }, "`ledger` is `a list`."],
    [{ now: NOON }, "Pass a function that returns a Date."],
  ])("refuses options that cannot be: %j", (options, said) => {
    const make = () => postgresBudgetStore(new pg.Pool(), options as object);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(said);
  });
});

describe("amounts", () => {
  it("go through both pots or through none, and the first that does not fit is named", async () => {
    const store = postgresBudgetStore(server.pool());
    const [wide, narrow] = [pot(), pot({ limit: 10 })];
    const first = await store.reserve(hold({ pot: wide, amount: 10 }, { pot: narrow, amount: 8 }), LEASE);
    expect(first).toMatchObject({
      kind: "granted",
      pots: [
        { spent: 0, held: 10 },
        { spent: 0, held: 8 },
      ],
    });
    const second = await store.reserve(hold({ pot: wide, amount: 10 }, { pot: narrow, amount: 8 }), LEASE);
    expect(second).toMatchObject({ kind: "denied", index: 1, retryInMs: undefined });
    expect((await store.state([wide, narrow])).pots).toEqual([
      { spent: 0, held: 10 },
      { spent: 0, held: 8 },
    ]);
  });

  it("of 2^53 and more are refused", async () => {
    const store = postgresBudgetStore(server.pool());
    const large = pot({ limit: Number.MAX_SAFE_INTEGER });
    await store.settle(hold({ pot: large, amount: 0 }), [Number.MAX_SAFE_INTEGER]);
    await expect(store.settle(hold({ pot: large, amount: 0 }), [1])).rejects.toThrow(BudgetUnavailableError);
    expect((await store.state([large])).pots).toEqual([{ spent: Number.MAX_SAFE_INTEGER, held: 0 }]);
  });

  it("are exact where 100 calls reserve at once", async () => {
    const [one, other] = [postgresBudgetStore(server.pool()), postgresBudgetStore(server.pool())];
    const shared = pot({ limit: 1_000 });
    const holds = Array.from({ length: 100 }, () => hold({ pot: shared, amount: 30 }));
    const answers = await Promise.all(holds.map((each, index) => (index % 2 ? one : other).reserve(each, LEASE)));
    expect(answers.filter(({ kind }) => kind === "granted")).toHaveLength(33);
    expect((await one.state([shared])).pots).toEqual([{ spent: 0, held: 990 }]);
    const granted = holds.filter((_, index) => answers[index]?.kind === "granted");
    await Promise.all(granted.map((each, index) => (index % 2 ? one : other).settle(each, [7])));
    expect((await other.state([shared])).pots).toEqual([{ spent: 231, held: 0 }]);
  });

  it("of pots that calls take in opposite orders do not wait for each other for ever", async () => {
    const store = postgresBudgetStore(server.pool());
    const pots = Array.from({ length: 4 }, () => pot({ limit: 1_000_000 }));
    const draws = pots.map((each) => ({ pot: each, amount: 3 }));
    const holds = Array.from({ length: 80 }, (_, index) => hold(...(index % 2 ? draws : draws.toReversed())));
    await Promise.all(holds.map((each) => store.reserve(each, LEASE)));
    await Promise.all(holds.map((each) => store.settle(each, [2, 2, 2, 2])));
    expect((await store.state(pots)).pots).toEqual(pots.map(() => ({ spent: 160, held: 0 })));
    const rows = await server.query("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'");
    expect(rows).toEqual([{ deadlocks: "0" }]);
  });

  it("of any pot and hold are told apart, whatever their names hold", async () => {
    const store = postgresBudgetStore(server.pool());
    const names = [
      "",
      "a\0b",
      "a\\u0000b",
      "'; DROP TABLE x; --",
      "\\",
      '"',
      "\ud83d",
      "😀",
      "x".repeat(9_000),
      "{pots}",
    ];
    for (const [index, id] of names.entries()) {
      await store.reserve({ id: `any ${id}`, draws: [{ pot: pot({ id: `any ${id}` }), amount: index + 1 }] }, LEASE);
    }
    const { pots } = await store.state(names.map((id) => pot({ id: `any ${id}` })));
    expect(pots.map(({ held }) => held)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe("time", () => {
  it("is the server's, where no other clock is given", async () => {
    const store = postgresBudgetStore(server.pool());
    const clockMs = "extract(epoch FROM clock_timestamp()) * 1000";
    const [before] = await server.query(`SELECT floor(${clockMs})::float AS ms`);
    const { nowMs } = await store.state([]);
    const isBetween = `SELECT $1 >= ($2::json->>'ms')::float AND $1 <= ${clockMs} AS "isBetween"`;
    expect(await server.query(isBetween, [nowMs, JSON.stringify(before)])).toEqual([{ isBetween: true }]);
  });

  it("ends leases, whose holds are charged whole in all pots until a late settle", async () => {
    const time = clock();
    const store = postgresBudgetStore(server.pool(), { prefix: "leases", now: time.now });
    const [total, minute] = [pot(), pot({ slidingMs: 60_000 })];
    const died = hold({ pot: total, amount: 40 }, { pot: minute, amount: 4 });
    await store.reserve(died, LEASE);
    time.atMs += LEASE - 1;
    expect((await store.state([total])).pots).toEqual([{ spent: 0, held: 40 }]);
    time.atMs += 1;
    // Of another pot: every operation sweeps.
    await store.reserve(hold({ pot: pot(), amount: 1 }), LEASE);
    const rows = await server.query("SELECT spent, held FROM leases_pots WHERE pot = $1", [total.id]);
    expect(rows).toEqual([{ spent: "40", held: "0" }]);
    await store.renew([died], LEASE);
    expect((await store.state([total, minute])).pots).toEqual([
      { spent: 40, held: 0 },
      { spent: 4, held: 0 },
    ]);
    await store.settle(died, [25, 1]);
    expect((await store.state([total, minute])).pots).toEqual([
      { spent: 25, held: 0 },
      { spent: 1, held: 0 },
    ]);
    time.atMs += 60_000;
    expect((await store.state([minute])).pots).toEqual([{ spent: 0, held: 0 }]);
  });

  it("forgets holds that ended an hour ago and windows that ended a day ago, in passing", async () => {
    const time = clock();
    const store = postgresBudgetStore(server.pool(), { prefix: "passing", now: time.now });
    const day = pot({ window: { fromMs: NOON, toMs: NOON + 1_000 } });
    const total = pot({ limit: 1_000 });
    for (let call = 0; call < 20; call += 1)
      await store.settle(hold({ pot: day, amount: 1 }, { pot: total, amount: 1 }), [1, 1]);
    time.atMs += 25 * 3_600_000;
    for (let call = 0; call < 16; call += 1) await store.settle(hold({ pot: total, amount: 1 }), [1]);
    const rows = await server.query(
      `SELECT (SELECT count(*)::int FROM passing_holds) AS holds, (SELECT count(*)::int FROM passing_draws) AS draws,
        (SELECT count(*)::int FROM passing_pots) AS pots, (SELECT sum(spent)::int FROM passing_pots) AS spent`,
    );
    expect(rows).toEqual([{ holds: 16, draws: 16, pots: 1, spent: 36 }]);
  });

  it("frees what slid out: says when, and does not count what left meanwhile", async () => {
    const time = clock();
    const store = postgresBudgetStore(server.pool(), { prefix: "sliding", now: time.now });
    const minute = pot({ limit: 3, slidingMs: 60_000 });
    const [first, second, third] = [1, 1, 1].map((amount) => hold({ pot: minute, amount }));
    if (!first || !second || !third) throw new Error("there are three");
    for (const each of [first, second, third]) await store.reserve(each, 10 * LEASE);
    expect(await store.reserve(hold({ pot: minute, amount: 1 }), LEASE)).toMatchObject({ retryInMs: undefined });
    await store.renew([{ ...first, sentMsAgo: 20_000 }], 10 * LEASE);
    await store.settle({ ...second, sentMsAgo: 5_000 }, [1]);
    expect(await store.reserve(hold({ pot: minute, amount: 1 }), LEASE)).toMatchObject({ retryInMs: 40_000 });
    expect(await store.reserve(hold({ pot: minute, amount: 2 }), LEASE)).toMatchObject({ retryInMs: 55_000 });
    expect(await store.reserve(hold({ pot: minute, amount: 4 }), LEASE)).toMatchObject({ retryInMs: undefined });
    time.atMs += 40_000;
    expect(await store.state([minute])).toMatchObject({ pots: [{ spent: 1, held: 1 }] });
    await store.settle(third, [1]);
    await store.settle(first, [1]);
    time.atMs += 59_999;
    expect(await store.state([minute])).toMatchObject({ pots: [{ spent: 1, held: 0 }] });
    time.atMs += 1;
    expect(await store.state([minute])).toMatchObject({ pots: [{ spent: 0, held: 0 }] });
  });

  it("makes a hold stale outside the windows of its draws, and says when a window's end makes room", async () => {
    const time = clock();
    const store = postgresBudgetStore(server.pool(), { prefix: "windows", now: time.now });
    const hour = pot({ limit: 5, window: { fromMs: NOON, toMs: NOON + 3_600_000 } });
    await store.reserve(hold({ pot: hour, amount: 5 }), LEASE);
    expect(await store.reserve(hold({ pot: hour, amount: 1 }), LEASE)).toMatchObject({
      index: 0,
      retryInMs: 3_600_000,
    });
    time.atMs = NOON + 3_600_000;
    expect(await store.reserve(hold({ pot: hour, amount: 1 }), LEASE)).toEqual({ kind: "stale", nowMs: time.atMs });
  });
});

describe("tables", () => {
  it("are made once, however many make them at once, in a schema of any name", async () => {
    const options = { schema: `a "schema" of 'quotes' \\ and {pots}`, prefix: `Pre"fix' {'meta'}` };
    const stores = Array.from({ length: 10 }, () => postgresBudgetStore(server.pool({ max: 1 }), options));
    const one = pot({ limit: 5 });
    const answers = await Promise.all(stores.map((store) => store.reserve(hold({ pot: one, amount: 1 }), LEASE)));
    expect(answers.filter(({ kind }) => kind === "granted")).toHaveLength(5);
    const rows = await server.query("SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1", [
      options.schema,
    ]);
    expect(rows).toEqual(["draws", "holds", "meta", "pots"].map((name) => ({ name: `${options.prefix}_${name}` })));
  });

  it("that do not exist are refused where they are not to be made, for good", async () => {
    const store = postgresBudgetStore(server.pool(), { prefix: "nowhere", create: false });
    const error = await failure(store.state([]));
    expect(error).toBeInstanceOf(BudgetUnavailableError);
    expect(String(error)).toContain('`"nowhere_meta"` does not exist in PostgreSQL, and `create` is false');
    expect(getRetryable(error)).toBe(false);
  });

  it("serve a role that may only use them", async () => {
    const admin = server.pool();
    await postgresBudgetStore(admin, { schema: "shared" }).state([]);
    await admin.query(`CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA shared TO clerk;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shared TO clerk`);
    const store = postgresBudgetStore(server.pool({ user: "clerk" }), { schema: "shared", create: false });
    const [total, call] = [pot(), hold()];
    await store.reserve({ ...call, draws: [{ pot: total, amount: 9 }] }, LEASE);
    await store.settle({ ...call, draws: [{ pot: total, amount: 9 }] }, [8]);
    expect((await store.state([total])).pots).toEqual([{ spent: 8, held: 0 }]);
    const denied = await failure(postgresBudgetStore(server.pool({ user: "clerk" }), { prefix: "mine" }).state([]));
    expect(String(denied)).toContain("permission denied for schema public");
  });
});
