import { MeteredError } from "../../base/errors.js";
import { quietTimer, type Timer } from "../../base/quiet_timer.js";
import { Batch } from "./batch.js";
import { entriesOf, isLasting, isRefusal, messageOf } from "./failures.js";
import type { LedgerTable } from "./ledger_table.js";
import { Pause } from "./pause.js";
import { Problems } from "./problems.js";
import type { Spill } from "./spill.js";

/** For how long entries gather before they are written. */
const GATHER_MS = 200;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5_000;
const LONGEST_MS = 2 ** 31 - 1;

/** How much is kept in memory, for how long, and where the rest goes. */
export interface WriterTerms {
  readonly maxPending: number;
  readonly patienceMs: number;
  readonly spill: Spill | undefined;
}

/** Writes entries in batches, one at a time, and again until the server takes them or its time is over. */
export class TableWriter {
  /** The first one is being written. */
  readonly #batches: Batch[] = [];
  #size = 0;
  #isRunning = false;
  #isStopped = false;
  /** Whether no entry has come since it was told to close. */
  #isClosing = false;
  /** Whether the server did not take anything for as long as it is waited for. */
  #isAway = false;
  #patience: Timer | undefined;
  readonly #gathering = new Pause();
  readonly #retrying = new Pause();
  /** Of entries that found no place, until the next attempt ends. */
  #overflow: Batch | undefined;
  /** A page of the spill that is being written. */
  #page: string[] | undefined;
  /** Those who wait until the server takes nothing, or all of the spill is in the table. */
  #flushes: (() => void)[] = [];
  readonly #problems = new Problems();

  constructor(
    private readonly table: LedgerTable,
    private readonly terms: WriterTerms,
  ) {}

  /** Takes one entry as JSON. The promise is one for all of a batch; nobody has to hear it. */
  add(line: string): Promise<void> {
    const { spill, maxPending } = this.terms;
    this.#isStopped = false;
    this.#isClosing = false;
    const isFull = this.#size >= maxPending;
    if (spill !== undefined && (isFull || this.#isAway)) return this.#setAside(spill, line, isFull);
    return isFull ? this.#lose(`\`maxPending\` (${maxPending}) of them were waiting for PostgreSQL`) : this.#keep(line);
  }

  /**
   * Resolves when all entries so far are in the table, or in the spill, which is tried too.
   * @throws MeteredError for entries that were lost or refused since the last time, or that are still in memory
   */
  async flush(): Promise<void> {
    const { spill } = this.terms;
    const batches = [...this.#batches];
    this.#isStopped = false;
    if (spill !== undefined) spill.isDue = true;
    // What else waits here lets the process end.
    const alive = setInterval(() => {}, LONGEST_MS);
    try {
      batches.at(-1)?.close();
      if (batches.length > 0 || spill !== undefined) this.#hurry();
      const isTried = this.#isRunning ? new Promise<void>((resolve) => this.#flushes.push(resolve)) : undefined;
      await Promise.allSettled(batches.map(({ settled }) => settled));
      if (spill?.isDue === true && this.#isRunning) await isTried;
    } finally {
      clearInterval(alive);
    }
    const waiting = batches.filter((batch) => this.#batches.includes(batch));
    const error = this.#problems.take(waiting.length === 0 ? undefined : this.#waiting(waiting));
    if (error !== undefined) throw error;
  }

  /** Flushes, and tries nothing more until the next entry or flush. @throws MeteredError as `flush` does */
  async close(): Promise<void> {
    this.#isClosing = true;
    try {
      await this.flush();
    } finally {
      this.#isStopped = this.#isClosing;
      if (this.#isStopped) this.#retrying.end();
    }
  }

  #keep(line: string): Promise<void> {
    let batch = this.#batches.at(-1);
    if (batch === undefined || batch.isClosed) this.#batches.push((batch = new Batch()));
    batch.add(line);
    this.#size += 1;
    if (batch.isClosed) this.#gathering.end();
    this.#start();
    return batch.settled;
  }

  #setAside(spill: Spill, line: string, isFull: boolean): Promise<void> {
    try {
      spill.write([line]);
    } catch (error) {
      return isFull ? this.#lose(messageOf(error)) : this.#keep(line);
    }
    this.#start();
    return Promise.resolve();
  }

  #lose(why: string): Promise<void> {
    this.#overflow ??= new Batch();
    this.#overflow.lines.push("");
    this.#problems.add(1, `of the ledger in PostgreSQL could not be kept and are lost: ${why}.`);
    this.#start();
    return this.#overflow.settled;
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** What is waited for, is waited for no longer. */
  #hurry(): void {
    this.#start();
    this.#beginPatience();
    this.#gathering.end();
    this.#retrying.end();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#isStopped && (this.#batches.length > 0 || this.terms.spill?.isDue === true)) {
      const [next] = this.#batches;
      if (failures === 0 && next?.isClosed === false) await this.#gathering.for(GATHER_MS);
      this.#beginPatience();
      try {
        await this.#attempt();
        failures = 0;
        this.#succeeded();
      } catch (error) {
        failures += 1;
        if (await this.#failed(error)) break;
        await this.#retrying.for(Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS));
      }
    }
    this.#isRunning = false;
    this.#endPatience();
    this.#endFlushes();
  }

  async #attempt(): Promise<void> {
    const [batch] = this.#batches;
    if (batch !== undefined) {
      batch.close();
      // Apart, since what the server refuses here is no entry.
      await this.table.open();
      const refused = await this.#store(batch.lines);
      this.#remove(batch);
      if (refused === undefined) batch.resolve();
      else batch.reject(refused);
    }
    // In turns, so that neither waits for the whole of the other.
    if (this.terms.spill?.isDue === true) await this.#replay(this.terms.spill);
  }

  async #replay(spill: Spill): Promise<void> {
    try {
      this.#page ??= await spill.next((file, lines) =>
        this.#problems.add(lines, `of a spill cannot be read and stay in \`${file}\`.`),
      );
    } catch (error) {
      this.#problems.add(1, `or more of a spill could not be read: ${messageOf(error)}.`);
    }
    if (this.#page === undefined) return this.#endFlushes();
    await this.table.open();
    await this.#store(this.#page);
    this.#page = undefined;
  }

  /** Stores entries, but for those that the server refuses: these are looked for by halves. */
  async #store(lines: readonly string[]): Promise<MeteredError | undefined> {
    try {
      await this.table.insert(lines);
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [only] = lines;
      if (lines.length === 1 && only !== undefined) return this.#refuse(only, messageOf(error));
      const middle = lines.length >> 1;
      const first = await this.#store(lines.slice(0, middle));
      return (await this.#store(lines.slice(middle))) ?? first;
    }
  }

  #refuse(line: string, why: string): MeteredError {
    const where = this.#refusedWhere(line);
    this.#problems.add(1, `of the ledger ${where}: PostgreSQL refuses them (${why}).`);
    return new MeteredError(`PostgreSQL refuses an entry (${why}), which ${where}.`);
  }

  #refusedWhere(line: string): string {
    const { spill } = this.terms;
    try {
      spill?.refuse(line);
      return spill === undefined ? "is lost, since the ledger has no `spill`" : `is kept in \`${spill.path}.refused\``;
    } catch (error) {
      return `is lost: ${messageOf(error)}`;
    }
  }

  #beginPatience(): void {
    this.#patience ??= quietTimer(() => {
      this.#patience = undefined;
      void this.#giveUp("PostgreSQL does not answer");
    }, this.terms.patienceMs);
  }

  #endPatience(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  #succeeded(): void {
    this.#isAway = false;
    this.#endPatience();
    this.#tellOverflow();
  }

  /** @returns whether nothing more is to be tried */
  async #failed(error: unknown): Promise<boolean> {
    const isEnded = this.table.pool.ending === true;
    this.#tellOverflow();
    if (isEnded || this.#isAway || isLasting(error)) await this.#giveUp(messageOf(error));
    return isEnded;
  }

  /** Puts into the spill what waits; without one it stays. */
  async #giveUp(reason: string): Promise<void> {
    const { spill } = this.terms;
    this.#isAway = true;
    this.#endPatience();
    this.#tellOverflow();
    for (const batch of this.#batches.slice()) {
      try {
        if (spill === undefined) throw new MeteredError(reason);
        batch.close();
        spill.write(batch.lines);
        this.#remove(batch);
        batch.resolve();
        // Half a second of writing would hold all calls of the process.
        await new Promise((resolve) => setTimeout(resolve, 0));
      } catch (error) {
        this.#reason = messageOf(error);
        batch.reject(new MeteredError(this.#waiting([batch])));
      }
    }
    this.#endFlushes();
  }

  /** Why entries wait in memory. */
  #reason = "";

  #waiting(batches: readonly Batch[]): string {
    const count = batches.reduce((sum, { lines }) => sum + lines.length, 0);
    return `${entriesOf(count)} of the ledger in PostgreSQL wait in memory, and are tried on while the process runs: ${this.#reason}.`;
  }

  #remove(batch: Batch): void {
    const index = this.#batches.indexOf(batch);
    if (index === -1) return;
    this.#batches.splice(index, 1);
    this.#size -= batch.lines.length;
  }

  #tellOverflow(): void {
    const overflow = this.#overflow;
    this.#overflow = undefined;
    overflow?.reject(
      new MeteredError(
        `${entriesOf(overflow.lines.length)} of the ledger in PostgreSQL found no place and are lost: \`maxPending\` is ${this.terms.maxPending}. ` +
          "Give the ledger a `spill`, or a higher `maxPending`.",
      ),
    );
  }

  #endFlushes(): void {
    const flushes = this.#flushes;
    this.#flushes = [];
    for (const resolve of flushes) resolve();
  }
}
