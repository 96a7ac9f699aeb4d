import { MeteredError } from "../../base/errors.js";
import type { PostgresPool } from "../../stores/postgres/pool.js";
import { codeOf, transact } from "../../stores/postgres/query.js";
import { ledgerNames, migration, TABLE_VERSION } from "./migrations.js";
import type { PostgresLedgerOptions } from "./options.js";
import { insertion, page, type LedgerRange, type PageRow } from "./statements.js";

/** A server that has not answered by then is not going to: its own limit for a statement is half of that. */
const ANSWER_MS = 10_000;
const NO_TABLE = "42P01";
const NO_SCHEMA = "3F000";

/** The table of a ledger, made and brought up to date when it is opened. */
export class LedgerTable {
  readonly #names;
  readonly #answerMs;
  #isOpen = false;
  /** Whether the table was not there any more, whatever its version says. */
  #isGone = false;

  constructor(
    readonly pool: PostgresPool,
    private readonly options: PostgresLedgerOptions,
    patienceMs: number,
  ) {
    this.#names = ledgerNames(options.schema, options.table ?? "metered_ledger");
    this.#answerMs = Math.min(ANSWER_MS, patienceMs);
  }

  /** Makes the table, or brings it up to date, unless that is done. */
  async open(): Promise<void> {
    if (this.#isOpen) return;
    const version = this.#isGone ? 0 : await this.#version();
    if (version < TABLE_VERSION) await this.#migrate(version);
    this.#isOpen = true;
    this.#isGone = false;
  }

  /** Inserts entries, each as JSON. */
  async insert(lines: readonly string[]): Promise<void> {
    await this.#ask(insertion(this.#names.table, lines));
  }

  async read(range: LedgerRange, last: PageRow | undefined, rows: number): Promise<PageRow[]> {
    await this.open();
    // What `pg` returns for the columns that are asked for.
    return (await this.#ask(page(this.#names.table, range, last, rows))) as PageRow[];
  }

  async #version(): Promise<number> {
    try {
      const [row] = (await this.#ask(`SELECT max(version) AS version FROM ${this.#names.version}`)) as {
        version: number | null;
      }[]; // what `pg` returns for an int
      return row?.version ?? 0;
    } catch (error) {
      if (codeOf(error) === NO_TABLE) return 0;
      throw error;
    }
  }

  async #migrate(version: number): Promise<void> {
    if (this.options.create === false) throw this.#outdated(version);
    try {
      await this.#ask(migration(this.#names, version, false));
    } catch (error) {
      if (codeOf(error) !== NO_SCHEMA || this.options.schema === undefined) throw error;
      await this.#ask(migration(this.#names, version, true));
    }
  }

  async #ask(statements: string): Promise<unknown[]> {
    try {
      const results: unknown = await transact(this.pool, statements, this.#answerMs);
      const last: unknown = Array.isArray(results) ? results.at(-1) : results;
      return (last as { rows: unknown[] }).rows; // what `pg` returns
    } catch (error) {
      if (codeOf(error) === NO_TABLE && this.#isOpen) {
        this.#isOpen = false;
        this.#isGone = true;
      }
      throw error;
    }
  }

  #outdated(version: number): MeteredError {
    const { table } = this.#names;
    const state = version === 0 ? "does not exist" : `is of version \`${version}\`, older than \`${TABLE_VERSION}\`,`;
    return new MeteredError(
      `The ledger's table \`${table}\` ${state} in PostgreSQL, and \`create\` is false. ` +
        "Use a ledger without `create: false` once, as a role that may make tables.",
    );
  }
}
