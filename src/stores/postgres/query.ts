import type { PotState } from "../../budget/store.js";
import type { PostgresPool } from "./pool.js";

/** What the function answers. `unknown`: its store is not the one that was seen before. */
export type Answer =
  | { kind: "opened"; epoch: string; seq: number }
  | { kind: "unknown" }
  | (({ kind: "lost" | "over" | "done" | "stale" } | { kind: "early"; retryInMs: number }) & Seen)
  | ({ kind: "unseeded"; indexes: number[] } & Seen)
  | ({ kind: "state" | "granted"; pots: PotState[] } & Seen)
  | ({ kind: "denied"; index: number; retryInMs: number | null; pots: PotState[] } & Seen);

interface Seen {
  epoch: string;
  seq: number;
  nowMs: number;
}

/** The longest that a statement goes on where nobody may be waiting for it any more. */
const STATEMENT_MS = 5_000;
const ATTEMPTS = 5;
/** Serialization failure, deadlock, and a row that another has made meanwhile. */
const PASSING = new Set(["40001", "40P01", "23505"]);

/**
 * Runs statements in one transaction and one round trip. Those of a message without parameters are a transaction by themselves,
 * which leaves nothing open on its connection, whatever happens.
 * @param answerMs - after so long without an answer its connection is given up. @default as the pool is set
 */
export async function transact(pool: PostgresPool, statements: string, answerMs?: number): Promise<unknown> {
  const text = `SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = ${STATEMENT_MS}; ${statements}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await pool.query(answerMs === undefined ? text : { text, query_timeout: answerMs });
    } catch (error) {
      if (attempt === ATTEMPTS || !PASSING.has(codeOf(error) ?? "")) throw error;
    }
  }
}

/** The answer in the result of the last statement. */
export function answerIn(results: unknown): Answer {
  const last: unknown = Array.isArray(results) ? results.at(-1) : results;
  const { rows } = last as { rows: { answer: string }[] }; // what `pg` returns for `SELECT ... AS answer`
  const [row] = rows;
  if (row === undefined) throw new Error("PostgreSQL returned no row.");
  return JSON.parse(row.answer) as Answer; // what the function of this package returns
}

/** The five characters by which PostgreSQL says what failed. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
