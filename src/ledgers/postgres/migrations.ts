import { qualified, quotedName, quotedText } from "../../stores/postgres/sql_text.js";
import { COLUMNS } from "./columns.js";

/** The SQL names of one ledger. */
export interface LedgerNames {
  readonly table: string;
  readonly version: string;
  readonly startedIndex: string;
  /** `""` for the one that the connection is set to. */
  readonly schema: string;
  readonly view: (by: string) => string;
}

/** The names of a ledger in a schema, or in the one that the connection is set to. */
export function ledgerNames(schema: string | undefined, table: string): LedgerNames {
  return {
    table: qualified(schema, table),
    version: qualified(schema, `${table}_version`),
    startedIndex: quotedName(`${table}_started`),
    schema: schema === undefined ? "" : quotedName(schema),
    view: (by) => qualified(schema, `${table}_by_${by}`),
  };
}

/** The sums of `Totals`, by their meaning there. A sum of no amounts is null, and nothing bounds a group with a call that nothing bounds. */
const SUMS = `
  count(*) AS calls,
  coalesce(sum(input_tokens), 0) AS input_tokens,
  coalesce(sum(cached_input_tokens), 0) AS cached_input_tokens,
  coalesce(sum(output_tokens), 0) AS output_tokens,
  coalesce(sum(reasoning_tokens), 0) AS reasoning_tokens,
  coalesce(sum(input_tokens), 0) + coalesce(sum(output_tokens), 0) AS total_tokens,
  sum(usd) AS cost_usd,
  sum(coalesce(low_usd, usd)) FILTER (WHERE usd IS NOT NULL) AS low_usd,
  CASE WHEN count(*) FILTER (WHERE usd IS NOT NULL AND high_usd IS NULL) = 0
    THEN sum(high_usd) FILTER (WHERE usd IS NOT NULL) END AS high_usd,
  count(*) FILTER (WHERE cost_status = 'unpriced' OR usd IS NULL) AS unpriced_calls,
  count(*) FILTER (WHERE usage_source = 'estimated') AS estimated_calls,
  count(*) FILTER (WHERE usd IS NOT NULL AND high_usd IS NULL) AS unbounded_calls,
  count(*) FILTER (WHERE usage_source IS NULL AND cost_status <> 'none') AS calls_without_usage,
  count(*) FILTER (WHERE outcome = 'error') AS error_calls,
  count(*) FILTER (WHERE outcome = 'aborted') AS aborted_calls,
  count(*) FILTER (WHERE outcome = 'denied') AS denied_calls,
  count(*) FILTER (WHERE outcome = 'cache-hit') AS cache_hits`;

/** What is grouped by: the group's name, its value, and what else it is read from. A call with several tags is in several groups. */
const GROUPS: readonly (readonly [by: string, column: string, value: string, from?: string])[] = [
  ["day", "day", "(started_at AT TIME ZONE 'UTC')::date"],
  ["model", "model", "provider || '/' || model"],
  ["user", "user_id", "user_id"],
  ["tag", "tag", "own.tag", "LEFT JOIN LATERAL (SELECT DISTINCT tag FROM unnest(tags) AS tag) AS own ON true"],
];

/**
 * What brings a table from each version to the next, the first from none. They only add, so that older versions of this package can go
 * on writing; and each may be done again, since two processes may find the same one missing.
 */
const MIGRATIONS: readonly ((names: LedgerNames) => readonly string[])[] = [
  ({ table, startedIndex }) => [
    `CREATE TABLE IF NOT EXISTS ${table} (${COLUMNS.map(({ name, type }) => `${name} ${type}`).join(", ")}, PRIMARY KEY (id, call))`,
    `CREATE INDEX IF NOT EXISTS ${startedIndex} ON ${table} (started_at, id, call)`,
  ],
  ({ table, view }) =>
    GROUPS.map(
      ([by, column, value, from = ""]) =>
        `CREATE OR REPLACE VIEW ${view(by)} AS SELECT ${value} AS ${column},${SUMS} FROM ${table} ${from} GROUP BY 1`,
    ),
];

/** The version of a table that is up to date. */
export const TABLE_VERSION = MIGRATIONS.length;

/** Brings a table up to date, one process at a time: two that make the same at once fail, `IF NOT EXISTS` or not. */
export function migration(names: LedgerNames, from: number, withSchema: boolean): string {
  return [
    `SELECT pg_advisory_xact_lock(hashtext('langchain-metered'), hashtext(${quotedText(names.table)}))`,
    ...(withSchema ? [`CREATE SCHEMA IF NOT EXISTS ${names.schema}`] : []),
    `CREATE TABLE IF NOT EXISTS ${names.version} (version int PRIMARY KEY, since timestamptz NOT NULL DEFAULT now())`,
    ...MIGRATIONS.slice(from).flatMap((steps) => steps(names)),
    `INSERT INTO ${names.version} (version) VALUES (${TABLE_VERSION}) ON CONFLICT DO NOTHING`,
  ].join(";\n");
}
