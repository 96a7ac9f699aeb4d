import { checkOptions, SWITCH } from "../base/check_options.js";
import { ConfigurationError, MeteredError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import { boundedEntry, MAX_ENTRY_BYTES } from "./bounded_entry.js";
import { checkEntry } from "./check_entry.js";
import type { Ledger, LedgerEntry } from "./entry.js";
import { nodeFiles, type NodeFiles } from "./node_files.js";

/** Options of `JsonlLedger`. */
export interface JsonlLedgerOptions {
  /** Wait for the disk after every entry: a power cut then loses nothing either. @default false */
  fsync?: boolean | undefined;
}

const NEWLINE = "\n";

/**
 * A ledger in a file, one JSON object a line, opened with the first entry. Lines are only ever added, each with one
 * write before `record` returns: a process that dies loses no entry, several processes can share a file, and readers
 * need not wait. After a line that a crash has torn the next one starts afresh.
 * @example
 * const costs = new CostCallbackHandler({ ledger: new JsonlLedger("usage.jsonl") });
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { callbacks: [costs] });
 * await model.invoke("What are tides?");
 * (await readLedger("usage.jsonl")).entries.length; // 1
 */
export class JsonlLedger implements Ledger {
  readonly path: string;
  readonly #fsync: boolean;
  #file: number | undefined;
  /** Whether a line was begun and not ended, which of a pipe cannot be seen. */
  #isTorn = false;

  /**
   * A ledger in a file, to which each call adds a line of JSON.
   * @param path - the file; it is made with the first entry
   * @throws ConfigurationError when `path` is empty, and for other options
   */
  constructor(path: string, options: JsonlLedgerOptions = {}) {
    if (typeof path !== "string" || path === "") {
      throw new ConfigurationError(
        "path",
        `The ledger's \`path\` is \`${shown(path)}\`.`,
        "Name a file, such as `usage.jsonl`.",
      );
    }
    checkOptions("`JsonlLedger`", options, { fsync: SWITCH });
    this.path = path;
    this.#fsync = options.fsync ?? false;
  }

  /**
   * @throws ConfigurationError for what is no entry; MeteredError when the file cannot be written, or the runtime has no files; `CostCallbackHandler` turns that into
   * a warning
   */
  record(entry: LedgerEntry): void {
    const node = nodeFiles();
    checkEntry(entry);
    try {
      const line = lineOf(entry);
      const file = (this.#file ??= open(node, this.path));
      // Asked each time: another process, too, may have died in the middle of a line.
      const isTorn = this.#isTorn || endsInsideLine(node, file);
      this.#write(node, file, isTorn ? Buffer.concat([Buffer.from(NEWLINE), line]) : line);
      if (this.#fsync) node.fs.fsyncSync(file);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MeteredError(
        `The ledger \`${this.path}\` cannot be written: ${reason}. Check the path, its permissions and the disk.`,
        { cause },
      );
    }
  }

  /** Disks and pipes that are nearly full may take a part only. */
  #write({ fs }: NodeFiles, file: number, bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      at += fs.writeSync(file, bytes, at);
      this.#isTorn = at < bytes.length;
    }
  }

  /** Closes the file. The next entry opens it again, as after a rotation. */
  close(): void {
    if (this.#file !== undefined) nodeFiles().fs.closeSync(this.#file);
    this.#file = undefined;
  }
}

function lineOf(entry: LedgerEntry): Buffer {
  const line = Buffer.from(`${JSON.stringify(boundedEntry(entry))}${NEWLINE}`);
  if (line.length <= MAX_ENTRY_BYTES + NEWLINE.length) return line;
  throw new Error(`the entry \`${shown(entry.id)}\` has ${line.length} bytes in fields that are not an entry's`);
}

/** Who is called, by whom, and what they wrote of themselves is nobody else's business. */
const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;

function open(node: NodeFiles, path: string): number {
  makeFolder(node, node.path.dirname(path));
  return node.fs.openSync(path, isPipe(node, path) ? pipeFlags(node) : "a+", OWN_FILE);
}

function isPipe({ fs }: NodeFiles, path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

/** A pipe that nobody reads, or not fast enough, is an error: waiting for its reader would halt the process. */
function pipeFlags({ fs: { constants } }: NodeFiles): number {
  return constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;
}

/** Not by `recursive`: where no folder can be made, such as under /proc, that never returns. */
function makeFolder(node: NodeFiles, path: string): void {
  if (node.fs.existsSync(path)) return;
  makeFolder(node, node.path.dirname(path));
  try {
    node.fs.mkdirSync(path, OWN_FOLDER);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // what file operations fail with
  }
}

function endsInsideLine({ fs }: NodeFiles, file: number): boolean {
  const status = fs.fstatSync(file);
  if (status.size === 0 || !status.isFile()) return false;
  const last = Buffer.alloc(1);
  return fs.readSync(file, last, 0, 1, status.size - 1) === 1 && last.toString() !== NEWLINE;
}
