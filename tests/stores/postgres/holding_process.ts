/** A process that makes the tables, takes holds, and keeps them until it is killed: `holding_process.ts PORT PREFIX POT COUNT LEASE_MS`. */
import pg from "pg";
import { postgresBudgetStore } from "../../../src/postgres.js";

const [port = "", prefix = "", id = "", count = "0", leaseMs = "0"] = process.argv.slice(2);
const pool = new pg.Pool({ host: "127.0.0.1", port: Number(port), user: "postgres", database: "postgres" });
const store = postgresBudgetStore(pool, { prefix });
const pot = { id, limit: 1_000 };

process.stdin.on("end", () => process.exit()).resume();
for (let call = 0; call < Number(count); call += 1) {
  await store.reserve({ id: `${process.pid} ${call}`, draws: [{ pot, amount: 3 }] }, Number(leaseMs));
}
process.stdout.write("holding\n");
