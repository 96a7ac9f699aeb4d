import { ConfigurationError, MeteredError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";
import { boundedEntry, MAX_ENTRY_BYTES } from "../../ledger/bounded_entry.js";
import { checkEntry } from "../../ledger/check_entry.js";
import type { Ledger, LedgerEntry } from "../../ledger/entry.js";
import type { PostgresPool } from "../../stores/postgres/pool.js";
import { LedgerTable } from "./ledger_table.js";
import { checkLedger, type PostgresLedgerOptions } from "./options.js";
import { Spill } from "./spill.js";
import type { LedgerRange, PageRow } from "./statements.js";
import { TableWriter } from "./table_writer.js";

const DEFAULT_MAX_PENDING = 10_000;
const DEFAULT_PATIENCE_MS = 60_000;
const PAGE = 500;
/** UTF-8 has no more of one UTF-16 unit. */
const BYTES_OF_UNIT = 3;

/**
 * A ledger in PostgreSQL, one row a call, which any number of processes may write. Entries are gathered in memory for a moment and
 * written in batches; `flush` before the process ends.
 * @example
 * import { Pool } from "pg";
 *
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL });
 * const ledger = new PostgresLedger(pool, { spill: "spill.jsonl" });
 * const costs = new CostCallbackHandler({ ledger });
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { callbacks: [costs] });
 * await model.invoke("What are tides?");
 * await costs.flush();
 * const { total } = await summarize(ledger.entries(), "user");
 * await pool.end();
 * total.calls; // those of all processes
 */
export class PostgresLedger implements Ledger {
  readonly #table: LedgerTable;
  readonly #writer: TableWriter;

  /**
   * @param pool - a `Pool` of `pg`. Where nobody listens to its errors, the ledger does: an idle connection that breaks would end the process
   * @throws ConfigurationError
   */
  constructor(pool: PostgresPool, options: PostgresLedgerOptions = {}) {
    checkLedger(pool, options);
    const { spill, maxPending = DEFAULT_MAX_PENDING, patienceMs = DEFAULT_PATIENCE_MS } = options;
    this.#table = new LedgerTable(pool, options, patienceMs);
    this.#writer = new TableWriter(this.#table, {
      maxPending,
      patienceMs,
      spill: spill === undefined ? undefined : new Spill(spill),
    });
  }

  /**
   * Takes an entry, and returns at once. The promise resolves when it is in the table or in the spill, and rejects where it is lost,
   * refused, or still in memory after `patienceMs`; nobody has to hear it.
   * @throws ConfigurationError for what is no entry; MeteredError for one that is long for fields that are not an entry's
   */
  record(entry: LedgerEntry): Promise<void> {
    checkEntry(entry);
    return this.#writer.add(textOf(entry));
  }

  /**
   * Resolves when all entries so far are in the table or in the spill, and tries to write what is in the spill.
   * @throws MeteredError that says how many were lost or refused since the last time, or are still in memory after `patienceMs`
   */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Flushes, and tries nothing more until the next entry or flush. The pool stays open. @throws MeteredError as `flush` does */
  close(): Promise<void> {
    return this.#writer.close();
  }

  /**
   * The entries in the table, by when their calls began: from `since` on and before `until`. They are read as they are asked for, some
   * hundred at a time; between them no connection is held.
   * @throws ConfigurationError for times that are none; MeteredError for a row that is not an entry; what `pg` throws
   */
  async *entries(range: LedgerRange = {}): AsyncGenerator<LedgerEntry> {
    checkRange(range);
    // Entries are checked with zod, which only those load who read.
    const { parseEntry } = await import("../../ledger/entry_schema.js");
    let last: PageRow | undefined;
    for (;;) {
      const rows = await this.#table.read(range, last, PAGE);
      for (const { entry, id } of rows) {
        const parsed = parseEntry(JSON.parse(entry));
        if ("entry" in parsed) yield parsed.entry;
        else throw new MeteredError(`The row \`${id}\` of the ledger in PostgreSQL is no entry: ${parsed.reason}.`);
      }
      last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
    }
  }
}

function textOf(entry: LedgerEntry): string {
  const text = JSON.stringify(boundedEntry(entry));
  if (text.length * BYTES_OF_UNIT <= MAX_ENTRY_BYTES) return text;
  const { length } = new TextEncoder().encode(text);
  if (length <= MAX_ENTRY_BYTES) return text;
  throw new MeteredError(
    `The entry \`${shown(entry.id)}\` has ${length} bytes in fields that are not an entry's, and is not recorded. Leave them out.`,
  );
}

function checkRange(range: LedgerRange): void {
  for (const [option, date] of Object.entries(range)) {
    if (date === undefined || (date instanceof Date && !Number.isNaN(date.getTime()))) continue;
    throw new ConfigurationError(option, `\`${option}\` is \`${shown(date)}\`.`, "Pass a `Date` that is one.");
  }
}
