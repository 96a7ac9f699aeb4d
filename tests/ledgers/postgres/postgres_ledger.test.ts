import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { callKey } from "../../../src/ledger/call_key.js";
import type { LedgerEntry } from "../../../src/ledger/entry.js";
import { MemoryLedger } from "../../../src/ledger/memory.js";
import { reprice } from "../../../src/ledger/reprice.js";
import { summarize, type SummaryGroup } from "../../../src/ledger/summary.js";
import { ConfigurationError, PostgresLedger, postgresBudgetStore } from "../../../src/postgres.js";
import { definePriceTable } from "../../../src/callbacks.js";
import { cost, entries, entry, UNPRICED } from "../../ledger/entries.js";
import { failure } from "../../support/completions.js";
import { usePostgres } from "../../support/use_postgres.js";

const server = usePostgres();
const rows = (statement: string) => server.query(statement) as Promise<Record<string, unknown>[]>;

async function read(source: AsyncIterable<LedgerEntry>): Promise<LedgerEntry[]> {
  const read: LedgerEntry[] = [];
  for await (const one of source) read.push(one);
  return read;
}

/** In an order of their own, whatever the order of their fields. */
const byText = (some: readonly LedgerEntry[]) => some.toSorted((a, b) => (callKey(a) < callKey(b) ? -1 : 1));

describe("options", () => {
  it.each([
    [{ tables: "a" }, "`PostgresLedger` has no option `tables`."],
    [{ table: "" }, "`table` is"],
    [{ table: "t".repeat(51) }, "`table` is"],
    [{ schema: "a\0" }, "`schema` is"],
    [{ spill: "" }, "`spill` is"],
    [{ maxPending: 0 }, "`maxPending` is `0`"],
    [{ patienceMs: 1.5 }, "`patienceMs` is `1.5`"],
    [{ create: "no" }, "`create` is"],
  ])("that cannot be are refused: %j", (options, said) => {
    const make = () => new PostgresLedger(server.pool(), options as object);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(said);
  });

  it("need a pool", () => {
    expect(() => new PostgresLedger({} as never)).toThrow("which is not a pool of `pg`");
  });
});

describe("a row", () => {
  it("has what people look for, exact dollars and the whole entry", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "row" });
    const one = entry({
      user: "ann",
      session: "s",
      tags: ["web"],
      responseId: "chatcmpl-1",
      cost: cost("0.000000000001", { lowUsd: "0", highUsd: null }),
      metadata: { plan: "pro" },
    });
    await ledger.record(one);
    expect(
      await rows(
        `SELECT id, started_at, user_id, session_id, tags, response_id, input_tokens, usd, low_usd, high_usd, price_row, outcome FROM "row"`,
      ),
    ).toEqual([
      {
        id: "run-1",
        started_at: new Date("2026-11-20T23:59:59.000Z"),
        user_id: "ann",
        session_id: "s",
        tags: ["web"],
        response_id: "chatcmpl-1",
        input_tokens: "1000",
        usd: "0.000000000001",
        low_usd: "0",
        high_usd: null,
        price_row: "test/roadrunner#0",
        outcome: "ok",
      },
    ]);
    expect(await read(ledger.entries())).toEqual([one]);
  });

  it("is there once for a call that comes again, and once for each call of the same id", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "twice" });
    const memory = new MemoryLedger();
    const calls = [
      entry(),
      entry(),
      entry({ endedAt: "2026-11-21T00:00:02.000Z" }),
      entry({ outcome: "error" }),
      entry({ modelRequested: "coyote" }),
      entry({ usage: { inputTokens: 1000, outputTokens: 101, source: "server" } }),
      entry({ usage: undefined }),
      entry({ usage: undefined }),
    ];
    for (const call of calls) memory.record(call);
    await Promise.all(calls.map((call) => ledger.record(call)));
    await Promise.all(calls.map((call) => ledger.record(call)));
    const read_ = await read(ledger.entries());
    expect(read_).toHaveLength(6);
    expect(byText(read_)).toEqual(byText(memory.entries));
  });

  it("loses nothing of any text, NUL and halves of characters included", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "hostile" });
    const memory = new MemoryLedger();
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc
        .array(fc.constantFrom("\0", "\ud83d", "\udc00", "\\", "\\u0000", "'", '"', "\n", "a", "😀"), { maxLength: 8 })
        .map((parts) => parts.join("")),
    );
    const call = fc.record({
      id: hostile.filter((id) => id !== ""),
      user: hostile,
      tags: fc.array(hostile, { maxLength: 3 }),
      model: hostile,
      value: hostile,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 20 }), async (calls) => {
        const made = calls.map(({ id, user, tags, model, value }) =>
          entry({
            id,
            user,
            tags,
            modelRequested: model,
            metadata: { [`k${value}`]: value },
            pricing: { note: value },
          }),
        );
        for (const one of made) memory.record(one);
        for (const one of made) void ledger.record(one);
        await ledger.flush();
      }),
      { numRuns: 15 },
    );
    const kept = await read(ledger.entries());
    // Of a call that came twice the one keeps the first entry, the other the last.
    expect(byText(kept).map(callKey)).toEqual(byText(memory.entries).map(callKey));
  });

  it("has the escapes of what a text of PostgreSQL cannot hold in its columns", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "escapes" });
    const odd = entry({ id: "a\0", user: "half \ud83d and \\", tags: ["\0"] });
    await Promise.all([ledger.record(odd), ledger.record(entry({ id: "a\\u0000" }))]);
    expect(await rows(`SELECT id, user_id, tags FROM escapes ORDER BY user_id`)).toEqual([
      { id: "a\\u0000", user_id: "half \\ud83d and \\\\", tags: ["\\u0000"] },
      { id: "a\\\\u0000", user_id: null, tags: [] },
    ]);
    expect(byText(await read(ledger.entries()))).toEqual(byText([odd, entry({ id: "a\\u0000" })]));
  });
});

const group = (key: string) => (row: Record<string, unknown>) => {
  const numbers = Object.entries(row).filter(([name]) => name !== key);
  return [row[key], ...numbers.map(([, value]) => (value === null ? null : Number(value)))];
};
const expected = ({ key, ...sums }: SummaryGroup) => [
  key,
  sums.calls,
  sums.inputTokens,
  sums.cachedInputTokens,
  sums.outputTokens,
  sums.reasoningTokens,
  sums.totalTokens,
  sums.costUsd === undefined ? null : Number(sums.costUsd),
  sums.lowUsd === undefined ? null : Number(sums.lowUsd),
  sums.highUsd === undefined ? null : Number(sums.highUsd),
  sums.unpricedCalls,
  sums.estimatedCalls,
  sums.unboundedCalls,
  sums.callsWithoutUsage,
  sums.errorCalls,
  sums.abortedCalls,
  sums.deniedCalls,
  sums.cacheHits,
];
const inOrder = (groups: unknown[][]) => groups.map((one) => JSON.stringify(one)).toSorted();

describe("views", () => {
  it("say what `summarize` says of the same calls", async () => {
    const usd = fc.nat({ max: 1_000_000 }).map((nanos) => `0.${String(nanos).padStart(9, "0")}`);
    const call = fc.record({
      usage: fc.option(
        fc.record({
          inputTokens: fc.nat(),
          outputTokens: fc.nat(),
          cachedInputTokens: fc.nat(),
          reasoningTokens: fc.nat(),
          source: fc.constantFrom("server" as const, "estimated" as const),
        }),
        { nil: undefined },
      ),
      cost: fc.oneof(
        fc.tuple(usd, fc.option(usd), fc.option(usd)).map(([usd, lowUsd, highUsd]) => cost(usd, { lowUsd, highUsd })),
        fc.constant(UNPRICED),
        fc.constant(cost("0", { status: "none" })),
        fc.constant(cost("0", { status: "free" })),
      ),
      outcome: fc.constantFrom("ok", "error", "aborted", "denied", "cache-hit"),
      user: fc.option(fc.constantFrom("ann", "bob"), { nil: undefined }),
      modelRequested: fc.constantFrom("roadrunner", "coyote"),
      provider: fc.constantFrom("acme", "zeta"),
      tags: fc.array(fc.constantFrom("web", "beta", "x"), { maxLength: 4 }),
      startedAt: fc.constantFrom("2026-11-20T23:59:59.999Z", "2026-11-21T00:00:00.000Z", "2026-12-31T23:59:59.000Z"),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 40 }), async (calls) => {
        const table = `sums_${(run += 1)}`;
        const ledger = new PostgresLedger(server.pool({ max: 1 }), { table });
        const made = calls.map((more, index) => entry({ id: `run-${index}`, ...(more as Partial<LedgerEntry>) }));
        for (const one of made) void ledger.record(one);
        await ledger.flush();
        for (const [by, key, value] of [
          ["day", "day", "day::text AS day"],
          ["model", "model", "model"],
          ["user", "user_id", "user_id"],
          ["tag", "tag", "tag"],
        ] as const) {
          const sums = await rows(`SELECT v.*, ${value} FROM ${table}_by_${by} v`);
          expect(inOrder(sums.map(group(key)))).toEqual(inOrder(summarize(made, by).groups.map(expected)));
        }
        expect(await summarize(ledger.entries(), "model")).toEqual(summarize(made, "model"));
      }),
      { numRuns: 5 },
    );
  }, 60_000);

  it("add dollars exactly", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "exact" });
    const made = entries(1_000, () => ({ cost: cost("0.000000000001", { highUsd: "123456789.000000000001" }) }));
    for (const one of made) void ledger.record(one);
    await ledger.flush();
    expect(await rows(`SELECT cost_usd, high_usd FROM exact_by_day`)).toEqual([
      { cost_usd: "0.000000001000", high_usd: "123456789000.000000001000" },
    ]);
  });
});

describe("reading", () => {
  const day = (index: number) => new Date(Date.UTC(2026, 0, 1 + index));

  it("gives all in the order in which they began, page by page, and a range of them", async () => {
    const ledger = new PostgresLedger(server.pool({ max: 1 }), { table: "pages" });
    // Many begin at the same moment, over the end of a page.
    const made = entries(1_203, (index) => ({ startedAt: day(Math.floor(index / 400)).toISOString() }));
    for (const one of made) void ledger.record(one);
    await ledger.flush();
    const all = await read(ledger.entries());
    expect(all).toHaveLength(1_203);
    expect(byText(all)).toEqual(byText(made));
    expect(all.map(({ startedAt }) => startedAt)).toEqual(made.map(({ startedAt }) => startedAt));
    const count = async (since?: Date, until?: Date) => (await read(ledger.entries({ since, until }))).length;
    expect(await count(day(1))).toBe(803);
    expect(await count(day(1), day(2))).toBe(400);
    expect(await count(undefined, day(1))).toBe(400);
    expect(await count(day(9))).toBe(0);
  });

  it("holds no connection between pages, and ends where its reader leaves", async () => {
    const pool = server.pool({ max: 1 });
    const ledger = new PostgresLedger(pool, { table: "pages" });
    for await (const _ of ledger.entries()) {
      expect((await pool.query("SELECT 1")).rows).toHaveLength(1);
      break;
    }
    expect(pool.idleCount).toBe(1);
  });

  it("refuses times that are none, and rows that are no entries", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "broken" });
    expect(await failure(read(ledger.entries({ since: new Date("no") })))).toBeInstanceOf(ConfigurationError);
    await ledger.record(entry());
    await rows(`UPDATE broken SET entry = '{"schemaVersion":1}'`);
    expect(String(await failure(read(ledger.entries())))).toContain(
      "The row `run-1` of the ledger in PostgreSQL is no entry: `id`",
    );
  });

  it("prices calls anew, and seeds a budget store", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "later" });
    const pot = { id: "calls:p", limit: 1_000 };
    const budgets = [{ name: "p", key: "", pot: pot.id, held: "0", settled: "7" }];
    await ledger.record(entry({ cost: UNPRICED, budgets }));
    const table = definePriceTable([{ model: "roadrunner", inputUsdPerMillion: "1", outputUsdPerMillion: "2" }]);
    expect((await reprice(ledger.entries(), table))[0]?.cost.usd).toBe("0.0012");
    expect(summarize(await reprice(ledger.entries(), table), "model").total.costUsd).toBe("0.0012");
    const store = postgresBudgetStore(server.pool(), { prefix: "seeded", ledger: () => ledger.entries() });
    expect((await store.state([pot])).pots).toEqual([{ spent: 7, held: 0 }]);
  });
});

describe("the table", () => {
  it("is made in a schema of any name, once, however many make it at once", async () => {
    const ledgers = Array.from(
      { length: 8 },
      () => new PostgresLedger(server.pool({ max: 1 }), { schema: 'my "own"', table: "Calls'{x}" }),
    );
    await Promise.all(ledgers.map((ledger, index) => ledger.record(entry({ id: `${index}` }))));
    expect(await rows(`SELECT calls FROM "my ""own"""."Calls'{x}_by_day"`)).toEqual([{ calls: "8" }]);
  });

  it("of an older version is brought up to date, and keeps its rows", async () => {
    await new PostgresLedger(server.pool(), { table: "older" }).record(entry());
    await rows("DROP VIEW older_by_day; DELETE FROM older_version; INSERT INTO older_version VALUES (1)");
    await new PostgresLedger(server.pool(), { table: "older" }).record(entry({ id: "run-2" }));
    expect(await rows("SELECT calls FROM older_by_day")).toEqual([{ calls: "2" }]);
  });

  it("of a newer version is written as it is", async () => {
    await new PostgresLedger(server.pool(), { table: "newer" }).record(entry());
    await rows("ALTER TABLE newer ADD COLUMN more text; INSERT INTO newer_version VALUES (99)");
    await new PostgresLedger(server.pool(), { table: "newer" }).record(entry({ id: "run-2" }));
    expect(await rows("SELECT count(*) FROM newer")).toEqual([{ count: "2" }]);
  });

  it("that was dropped is made again", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "dropped" });
    await ledger.record(entry());
    await rows("DROP TABLE dropped CASCADE");
    await ledger.record(entry({ id: "run-2" }));
    expect(await rows("SELECT calls FROM dropped_by_day")).toEqual([{ calls: "1" }]);
  });

  it("serves a role that may only use it, and is not made where it is not to be", async () => {
    await new PostgresLedger(server.pool(), { table: "used" }).record(entry());
    await rows(
      "CREATE ROLE writer LOGIN; GRANT INSERT, SELECT ON used TO writer; GRANT SELECT ON used_version TO writer",
    );
    const pool = server.pool({ user: "writer" });
    const ledger = new PostgresLedger(pool, { table: "used", create: false });
    await ledger.record(entry({ id: "run-2" }));
    expect(await read(ledger.entries())).toHaveLength(2);
    const none = new PostgresLedger(pool, { table: "unmade", create: false });
    // At once, and not after a minute.
    expect(String(await failure(none.record(entry())))).toContain(
      '`"unmade"` does not exist in PostgreSQL, and `create` is false',
    );
    expect(String(await failure(read(none.entries())))).toContain("does not exist");
    const denied = new PostgresLedger(pool, { table: "denied" });
    expect(String(await failure(denied.record(entry())))).toContain(
      "1 entry of the ledger in PostgreSQL wait in memory",
    );
  });
});
