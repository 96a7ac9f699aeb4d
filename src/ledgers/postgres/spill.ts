import { randomId } from "../../base/random_id.js";
import type { LedgerEntry } from "../../ledger/entry.js";
import { JsonlLedger } from "../../ledger/jsonl.js";
import { nodeFiles } from "../../ledger/node_files.js";
import { readEntries, type LedgerLine } from "../../ledger/read_jsonl.js";
import { Batch } from "./batch.js";

const REPLAY = ".replay";
const ID_DIGITS = 16;

/** A file that is being written into the table. */
interface Replay {
  readonly file: string;
  readonly lines: AsyncIterator<LedgerLine, undefined>;
  unread: number;
}

/**
 * Entries in a file, until the server takes them. To be read, the file is moved to `PATH.ID.replay`, which is deleted when all of it is
 * in the table; one that a process has left there is read by the next. Entries that the server refuses are kept in `PATH.refused`.
 */
export class Spill {
  /** Whether there may be something to read: at first, what an earlier process has left. */
  isDue = true;
  #replay: Replay | undefined;

  constructor(readonly path: string) {}

  /**
   * Another process may move the file away, and delete it, between its opening and the last line: then they are written once more.
   * @throws MeteredError
   */
  write(lines: readonly string[]): void {
    const { fs } = nodeFiles();
    const fileNow = () => fs.statSync(this.path, { throwIfNoEntry: false })?.ino;
    for (;;) {
      const before = fileNow();
      append(this.path, lines);
      this.isDue = true;
      const after = fileNow();
      // The file that this process has made can only have been moved.
      if (after !== undefined && (before === undefined || before === after)) return;
    }
  }

  /** @throws MeteredError */
  refuse(line: string): void {
    append(this.#refused, [line]);
  }

  get #refused(): string {
    return `${this.path}.refused`;
  }

  /**
   * The next entries to write into the table; those that came before are in it. At the end there are none.
   * @param tellUnread - is told of a file with lines that cannot be read, which is kept
   * @throws MeteredError for files that cannot be read, which stay where they are
   */
  async next(tellUnread: (file: string, lines: number) => void): Promise<string[] | undefined> {
    try {
      return await this.#next(tellUnread);
    } catch (error) {
      this.#replay = undefined;
      this.isDue = false;
      throw error;
    }
  }

  async #next(tellUnread: (file: string, lines: number) => void): Promise<string[] | undefined> {
    for (;;) {
      this.#replay ??= this.#begin();
      if (this.#replay === undefined) {
        this.isDue = false;
        return undefined;
      }
      const lines = await this.#page(this.#replay);
      if (lines.length > 0) return lines;
      this.#end(this.#replay, tellUnread);
      this.#replay = undefined;
    }
  }

  async #page(replay: Replay): Promise<string[]> {
    const batch = new Batch();
    while (!batch.isClosed) {
      const { done, value } = await replay.lines.next().catch((error: unknown) => {
        // Another process has read it to its end meanwhile.
        if (nodeFiles().fs.existsSync(replay.file)) throw error;
        return { done: true, value: undefined } as const;
      });
      if (done === true) break;
      if (value.kind === "entry") batch.add(JSON.stringify(value.entry));
      if (value.kind === "skipped") replay.unread += 1;
    }
    return batch.lines;
  }

  #begin(): Replay | undefined {
    const { fs, path } = nodeFiles();
    const [folder, name] = [path.dirname(this.path), path.basename(this.path)];
    if (!fs.existsSync(folder)) return undefined;
    const left = fs.readdirSync(folder).find((file) => file.startsWith(`${name}.`) && file.endsWith(REPLAY));
    const file = left === undefined ? this.#move() : path.join(folder, left);
    return file === undefined ? undefined : { file, lines: readEntries(file), unread: 0 };
  }

  #move(): string | undefined {
    const file = `${this.path}.${randomId(ID_DIGITS)}${REPLAY}`;
    try {
      nodeFiles().fs.renameSync(this.path, file);
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined; // what file operations fail with
      throw error;
    }
  }

  #end({ file, unread }: Replay, tellUnread: (file: string, lines: number) => void): void {
    const { fs } = nodeFiles();
    if (unread === 0) {
      fs.rmSync(file, { force: true });
      return;
    }
    const kept = `${file.slice(0, -REPLAY.length)}.unread`;
    if (fs.existsSync(file)) fs.renameSync(file, kept);
    tellUnread(kept, unread);
  }
}

function append(path: string, lines: readonly string[]): void {
  const ledger = new JsonlLedger(path);
  try {
    for (const line of lines) ledger.record(JSON.parse(line) as LedgerEntry); // what `record` was given
  } finally {
    ledger.close();
  }
}
