import { describe, it } from "@jest/globals";
import type { Pool } from "pg";
import { postgresBudgetStore } from "../../../src/postgres.js";
import { budgetStoreSuite, type BudgetStoreHarness } from "../../../src/testing.js";
import { usePostgres } from "../../support/use_postgres.js";

const server = usePostgres();
const TABLES = ["meta", "pots", "holds", "draws"];
let cases = 0;
let pool: Pool | undefined;

const run = (statements: string[]) => server.query(statements.join(";"));
const prefix = () => `kit_${cases}`;
const tables = () => TABLES.map((table) => `${prefix()}_${table}`);
const emptied = () => `TRUNCATE ${tables().join(", ")}`;

const harness: BudgetStoreHarness = {
  open: ({ now }) => postgresBudgetStore((pool ??= server.pool()), { prefix: prefix(), now }),
  fresh: () => void (cases += 1),
  empty: async () => void (await run([emptied()])),
  snapshot: async () => {
    await run(tables().map((table) => `CREATE TABLE ${table}_copy AS TABLE ${table}`));
    return async () =>
      void (await run([emptied(), ...tables().map((table) => `INSERT INTO ${table} TABLE ${table}_copy`)]));
  },
};

describe("a store of budgets in PostgreSQL", () => {
  it.each(budgetStoreSuite(harness))("$name", ({ run: runCase }) => runCase());
});
