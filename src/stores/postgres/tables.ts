import { quotedText, named, type Names } from "./sql_text.js";
import { RUN_BODY } from "./run_body.js";

/**
 * - `meta`: `epoch` names the store's life, which began at `since_ms`, and in which nothing is reserved before `open_ms`; no window that ends at
 *   `left_ms` or before is known; `past` are the
 *   lives that it goes on from. `seq` counts what was written: in several rows, so that pots do not wait for each other.
 * - `pots`: what was spent and is held, by pot and window. Of a sliding one, `spent` is what a ledger said, and counts until `to_ms`.
 * - `holds`: open ones until their lease ends, ended ones until they are forgotten, both at `due_ms`.
 * - `draws`: what a hold holds or has spent. In a sliding pot it counts until `until_ms`.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS {meta} (
  shard int PRIMARY KEY, epoch text NOT NULL, seq bigint NOT NULL, lost boolean NOT NULL,
  since_ms bigint NOT NULL, open_ms bigint NOT NULL, left_ms bigint NOT NULL, past text[] NOT NULL
) WITH (fillfactor = 20);
CREATE TABLE IF NOT EXISTS {pots} (
  pot text COLLATE "C", from_ms bigint, to_ms bigint, spent bigint NOT NULL DEFAULT 0, held bigint NOT NULL DEFAULT 0,
  seeded boolean NOT NULL, PRIMARY KEY (pot, from_ms), CHECK (spent + held <= 9007199254740991)
) WITH (fillfactor = 50);
CREATE INDEX IF NOT EXISTS {"_windows"} ON {pots} (to_ms) WHERE from_ms <> -1;
CREATE TABLE IF NOT EXISTS {holds} (
  id text COLLATE "C" PRIMARY KEY, is_open boolean NOT NULL, due_ms bigint NOT NULL, sent_ms bigint, ended_ms bigint
);
CREATE INDEX IF NOT EXISTS {"_due"} ON {holds} (is_open, due_ms);
CREATE TABLE IF NOT EXISTS {draws} (
  hold text COLLATE "C", n int, pot text COLLATE "C" NOT NULL, from_ms bigint NOT NULL, amount bigint NOT NULL,
  sliding_ms bigint, until_ms bigint, PRIMARY KEY (hold, n)
);
CREATE INDEX IF NOT EXISTS {"_sliding"} ON {draws} (pot, until_ms) WHERE until_ms IS NOT NULL;
`;

/**
 * Makes what of a store is missing. One process at a time: two that make the same table at once fail, `IF NOT EXISTS` or not.
 * Plans are kept for long, and the first are made while the tables are empty: they must not go through whole tables.
 */
export function creation(names: Names, withSchema: boolean): string {
  return [
    `SELECT pg_advisory_xact_lock(hashtext('langchain-metered'), hashtext(${quotedText(names.meta)}))`,
    ...(withSchema ? [`CREATE SCHEMA IF NOT EXISTS ${names.schema}`] : []),
    named(TABLES, names),
    `CREATE OR REPLACE FUNCTION ${names.run}(request jsonb) RETURNS jsonb LANGUAGE plpgsql ` +
      `SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS ${quotedText(named(RUN_BODY, names))}`,
  ].join(";\n");
}
