/** A process that writes entries to a ledger in PostgreSQL: `writing_process.ts PORT TABLE NAME COUNT`. */
import pg from "pg";
import { PostgresLedger } from "../../../src/postgres.js";
import { entry } from "../../ledger/entries.js";

const [port, table = "", name = "", count = "0"] = process.argv.slice(2);
const pool = new pg.Pool({ host: "127.0.0.1", port: Number(port), user: "postgres", database: "postgres" });
const ledger = new PostgresLedger(pool, { table, maxPending: 20_000 });
for (let call = 0; call < Number(count); call += 1) void ledger.record(entry({ id: `${name}-${call}` }));
// What every process writes is one call.
void ledger.record(entry({ id: "shared" }));
await ledger.close();
await pool.end();
