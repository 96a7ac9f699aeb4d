import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CostCallbackHandler } from "../../../src/callbacks.js";
import { readLedger } from "../../../src/ledger/read_jsonl.js";
import { Spill } from "../../../src/ledgers/postgres/spill.js";
import { MeteredError, PostgresLedger } from "../../../src/postgres.js";
import { ScriptedModel } from "../../books/scripted_model.js";
import { entries, entry } from "../../ledger/entries.js";
import { failure } from "../../support/completions.js";
import { CutProxy } from "../../support/cut_proxy.js";
import { usePostgres } from "../../support/use_postgres.js";

const server = usePostgres();
const count = async (table: string) =>
  Number(((await server.query(`SELECT count(*) FROM ${table}`)) as { count: string }[])[0]?.count);
let folder: string;
let spill: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spill-"));
  spill = join(folder, "spill.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const proxies: CutProxy[] = [];
afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

describe("processes", () => {
  it("write 20,000 calls into a table that they make at once, each call once", async () => {
    const children = ["a", "b"].map((name) =>
      spawn(
        process.execPath,
        ["--import", "tsx", "tests/ledgers/postgres/writing_process.ts", `${server.port}`, "many", name, "10000"],
        { stdio: ["ignore", "ignore", "inherit"] },
      ),
    );
    const ends = await Promise.all(children.map((child) => once(child, "exit")));
    expect(ends.map(([code]) => code as number)).toEqual([0, 0]);
    expect(await count("many")).toBe(20_001);
  }, 120_000);
});

describe("a server", () => {
  it("that restarts in the middle gets every call once", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "restarted", maxPending: 20_000 });
    await ledger.record(entry({ id: "first" }));
    for (const one of entries(5_000)) void ledger.record(one);
    const flushed = ledger.flush();
    await server.stop("SIGQUIT");
    await server.start();
    await flushed;
    expect(await count("restarted")).toBe(5_001);
  }, 60_000);

  it("whose connections are cut in the middle gets every call once", async () => {
    const proxy = await new CutProxy(server.port).listen();
    proxies.push(proxy);
    const ledger = new PostgresLedger(server.pool({ port: proxy.port }), { table: "cut", maxPending: 20_000 });
    for (let round = 0; round < 5; round += 1) {
      for (const one of entries(1_000, (index) => ({ id: `${round}-${index}` }))) void ledger.record(one);
      const flushed = ledger.flush();
      proxy.cut();
      await flushed;
    }
    expect(await count("cut")).toBe(5_000);
  }, 60_000);

  it("that hangs holds no flush beyond its time; entries stay, and are written when it goes on", async () => {
    // By one that has time: tables are made slowly where the machine is busy.
    await new PostgresLedger(server.pool(), { table: "hung" }).record(entry({ id: "first" }));
    const ledger = new PostgresLedger(server.pool(), { table: "hung", patienceMs: 300 });
    server.pause();
    try {
      void ledger.record(entry({ id: "second" }));
      const error = await failure(ledger.flush());
      expect(error).toBeInstanceOf(MeteredError);
      expect(String(error)).toContain("1 entry of the ledger in PostgreSQL wait in memory");
    } finally {
      server.resume();
    }
    for (;;) if ((await ledger.flush().catch(() => "again")) !== "again") break;
    expect(await count("hung")).toBe(2);
  }, 60_000);

  it("that stays away does not get what is spilled before it is back", async () => {
    // By one that has time: tables are made slowly where the machine is busy.
    await new PostgresLedger(server.pool(), { table: "away" }).record(entry({ id: "first" }));
    const ledger = new PostgresLedger(server.pool(), { table: "away", spill, patienceMs: 200 });
    await server.stop();
    for (const one of entries(3)) void ledger.record(one);
    await ledger.flush();
    await ledger.record(entry({ id: "later" }));
    await ledger.close();
    const left = readdirSync(folder).map((file) => join(folder, file));
    const read = await Promise.all(left.map((file) => readLedger(file)));
    expect(read.flatMap(({ entries }) => entries.map(({ id }) => id)).toSorted()).toEqual([
      "later",
      "run-0",
      "run-1",
      "run-2",
    ]);
    await server.start();
    const next = new PostgresLedger(server.pool(), { table: "away", spill });
    await next.flush();
    expect(await count("away")).toBe(5);
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);
});

describe("a ledger", () => {
  it("that was told that its entries wait writes them once the server is back, before it closes", async () => {
    await new PostgresLedger(server.pool(), { table: "back" }).record(entry({ id: "first" }));
    const ledger = new PostgresLedger(server.pool(), { table: "back", patienceMs: 1_000 });
    await server.stop();
    void ledger.record(entry({ id: "second" }));
    expect(String(await failure(ledger.close()))).toContain("1 entry of the ledger in PostgreSQL wait in memory");
    expect(String(await failure(ledger.flush()))).toContain("1 entry of the ledger in PostgreSQL wait in memory");
    await server.start();
    await ledger.close();
    await ledger.close();
    expect(await count("back")).toBe(2);
  }, 60_000);

  it("writes an entry that comes while it closes", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "closing" });
    void ledger.record(entry({ id: "first" }));
    const closed = ledger.close();
    const recorded = ledger.record(entry({ id: "second" }));
    await closed;
    await recorded;
    expect(await count("closing")).toBe(2);
  });

  it("keeps its entries where the server refuses to make the table", async () => {
    await server.query(
      "CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$; " +
        "CREATE EVENT TRIGGER forbidden ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION forbid()",
    );
    const ledger = new PostgresLedger(server.pool(), { table: "forbidden", patienceMs: 2_000 });
    void ledger.record(entry());
    expect(String(await failure(ledger.flush()))).toContain("1 entry of the ledger in PostgreSQL wait in memory");
    await server.query("DROP EVENT TRIGGER forbidden");
    await ledger.flush();
    expect(await count("forbidden")).toBe(1);
  });
});

describe("a spill", () => {
  it("that another process was writing into the table when it died is written whole, however many share it", async () => {
    const line = (index: number) => `${JSON.stringify(entry({ id: `run-${index}` }))}\n`;
    const lines = Array.from({ length: 1_200 }, (_, index) => line(index));
    writeFileSync(`${spill}.0123456789abcdef.replay`, lines.slice(0, 700).join(""));
    writeFileSync(spill, lines.slice(600).join(""));
    const ledgers = [0, 1].map(() => new PostgresLedger(server.pool(), { table: "shared", spill }));
    await Promise.all(ledgers.map((ledger) => ledger.flush()));
    expect(await count("shared")).toBe(1_200);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("of long entries is read in parts that the server takes in time", async () => {
    const lines = Array.from({ length: 60 }, (_, index) => {
      const metadata = Object.fromEntries(Array.from({ length: 40 }, (_, key) => [`k${key}`, "x".repeat(900)]));
      return `${JSON.stringify(entry({ id: `run-${index}`, metadata }))}\n`;
    });
    writeFileSync(spill, lines.join(""));
    const parts: number[] = [];
    const read = new Spill(spill);
    for (;;) {
      const part = await read.next(() => {});
      if (part === undefined) break;
      parts.push(part.join("").length);
    }
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts)).toBeLessThan(1_100_000);
  });

  it("that cannot be written leaves entries in memory, which is told", async () => {
    await new PostgresLedger(server.pool(), { table: "unspilled" }).record(entry({ id: "first" }));
    const ledger = new PostgresLedger(server.pool(), {
      table: "unspilled",
      spill: "/proc/no/spill.jsonl",
      maxPending: 2,
      patienceMs: 1_000,
    });
    await server.stop();
    for (const one of entries(3)) void ledger.record(one);
    const said = String(await failure(ledger.flush()));
    expect(said).toContain(
      "1 entry of the ledger in PostgreSQL could not be kept and are lost: The ledger `/proc/no/spill.jsonl` cannot be written",
    );
    expect(said).toContain("2 entries of the ledger in PostgreSQL wait in memory");
    await server.start();
    await ledger.close();
    expect(await count("unspilled")).toBe(3);
  }, 60_000);

  it("with lines that are no entries is kept, and says so", async () => {
    writeFileSync(spill, `${JSON.stringify(entry())}\n{"schemaVersion":2}\n`);
    const ledger = new PostgresLedger(server.pool(), { table: "unread", spill });
    expect(String(await failure(ledger.flush()))).toContain("1 entry of a spill cannot be read and stay in");
    expect(await count("unread")).toBe(1);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^spill\.jsonl\..*\.unread$/)]);
    await ledger.flush();
  });
});

describe("an entry that the server refuses", () => {
  const refused = entry({ id: "bad", startedAt: "0" });

  it("does not keep back its batch, and is told and kept", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "refused", spill });
    const batch = [...entries(50), refused, ...entries(50, (index) => ({ id: `more-${index}` }))];
    const recorded = await Promise.allSettled(batch.map((one) => ledger.record(one)));
    expect(recorded[0]).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringContaining("spill.jsonl.refused") },
    });
    expect(await count("refused")).toBe(100);
    expect((await readLedger(`${spill}.refused`)).entries).toEqual([refused]);
    expect(String(await failure(ledger.flush()))).toContain("1 entry of the ledger is kept in");
    await ledger.flush();
  });

  it("is lost without a spill, which says so", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "lost" });
    expect(String(await failure(ledger.record(refused)))).toContain("which is lost, since the ledger has no `spill`");
  });
});

describe("more than there is room for", () => {
  it("is lost without a spill: the handler warns, and flush says how many", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "crowded", maxPending: 10 });
    const handler = new CostCallbackHandler({ ledger });
    for (const one of entries(10)) void ledger.record(one);
    const model = new ScriptedModel({ answer: { messages: [{ content: "hi" }] } });
    await model.invoke("Hello", { callbacks: [handler] });
    void ledger.record(entry({ id: "too many" }));
    const error = await failure(ledger.flush());
    expect(String(error)).toContain("2 entries of the ledger in PostgreSQL could not be kept and are lost");
    await handler.flush();
    expect(handler.totals.warnings.join()).toContain("found no place and are lost: `maxPending` is 10");
    expect(await count("crowded")).toBe(10);
  });

  it("goes to the spill, and from there into the table", async () => {
    const ledger = new PostgresLedger(server.pool(), { table: "roomy", maxPending: 10, spill });
    for (const one of entries(100)) void ledger.record(one);
    expect((await readLedger(spill)).entries).toHaveLength(90);
    await ledger.close();
    expect([await count("roomy"), existsSync(spill)]).toEqual([100, false]);
  });
});

describe("a pool", () => {
  it("stays open when the ledger is closed, which goes on with the next entry", async () => {
    const pool = server.pool();
    const ledger = new PostgresLedger(pool, { table: "closed" });
    void ledger.record(entry());
    await ledger.close();
    expect((await pool.query("SELECT 1")).rowCount).toBe(1);
    await ledger.record(entry({ id: "run-2" }));
    expect(await count("closed")).toBe(2);
  });

  it("that has ended is said at once", async () => {
    const pool = server.pool();
    const ledger = new PostgresLedger(pool, { table: "ended" });
    await pool.end();
    void ledger.record(entry());
    expect(String(await failure(ledger.flush()))).toContain("Cannot use a pool after calling end on the pool");
  });
});
