import { quotedText } from "../../stores/postgres/sql_text.js";
import { COLUMNS } from "./columns.js";

const NAMES = COLUMNS.map(({ name }) => name).join(", ");
const VALUES = COLUMNS.map(({ value }) => value).join(", ");

/** Inserts entries, each as JSON. Those of calls that are in the table are left out. */
export function insertion(table: string, lines: readonly string[]): string {
  const readable = lines.some(isUnreadable) ? quotedText(`[${lines.map(escaped).join()}]`) : "NULL";
  return `WITH given(entries, readable) AS (VALUES (${quotedText(`[${lines.join()}]`)}, ${readable}::text))
    INSERT INTO ${table} (${NAMES}) SELECT ${VALUES} FROM given,
      ROWS FROM (json_array_elements(entries::json), jsonb_array_elements(coalesce(readable, entries)::jsonb)) AS line(raw, e)
    ON CONFLICT DO NOTHING`;
}

/** One, as JSON writes it. */
const BACKSLASH = "\\\\";
const UNREADABLE = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|\\)/g;

function isUnreadable(line: string): boolean {
  return line.includes("\\u0000") || line.includes("\\ud");
}

/**
 * An entry with NUL or half a character, which PostgreSQL takes as JSON but not as text: in the columns these stand as their escapes. Backslashes
 * are doubled and the entry is marked, so that no two ids become the same.
 */
function escaped(line: string): string {
  if (!isUnreadable(line)) return line;
  const text = line.replace(UNREADABLE, (escape) => (escape === BACKSLASH ? BACKSLASH + BACKSLASH : `\\${escape}`));
  return `{"escaped":true,${text.slice(1)}`;
}

/** From when to when calls began: `since` is in it, `until` is not. */
export interface LedgerRange {
  /** The first moment that is in it. @default the first call */
  since?: Date | undefined;
  /** The first moment that is not. @default none */
  until?: Date | undefined;
}

/** A row of a page, and where the next page goes on. */
export interface PageRow {
  entry: string;
  at: string;
  id: string;
  call: string;
}

/** The calls of a range in the order in which they began, after the last one that was read. */
export function page(table: string, { since, until }: LedgerRange, last: PageRow | undefined, rows: number): string {
  const time = (date: Date) => `${quotedText(date.toISOString())}::timestamptz`;
  const conditions = [
    ...(since === undefined ? [] : [`started_at >= ${time(since)}`]),
    ...(until === undefined ? [] : [`started_at < ${time(until)}`]),
    ...(last === undefined ? [] : [`(started_at, id, call) > ${keyOf(last)}`]),
  ];
  return `SELECT entry::text AS entry, id, call, to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
    FROM ${table} ${conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`}
    ORDER BY started_at, id, call LIMIT ${rows}`;
}

function keyOf({ at, id, call }: PageRow): string {
  return `(${quotedText(at)}::timestamptz, ${quotedText(id)}, ${quotedText(call)}::uuid)`;
}
