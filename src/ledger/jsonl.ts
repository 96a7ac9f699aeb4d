import { ConfigurationError, MeteredError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import type { Ledger, LedgerEntry } from "./entry.js";
import { nodeFiles, type NodeFiles } from "./node_files.js";

/** Options of `JsonlLedger`. */
export interface JsonlLedgerOptions {
  /** Wait for the disk after every entry: a power cut then loses nothing either. @default false */
  fsync?: boolean;
}

const NEWLINE = "\n";

/**
 * A ledger in a file, one JSON object a line, opened with the first entry. Lines are only ever added, each with one
 * write before `record` returns: a process that dies loses no entry, several processes can share a file, and readers
 * need not wait. After a line that a crash has torn the next one starts afresh.
 */
export class JsonlLedger implements Ledger {
  readonly path: string;
  readonly #fsync: boolean;
  #file: number | undefined;

  /** @throws ConfigurationError when `path` is empty */
  constructor(path: string, { fsync = false }: JsonlLedgerOptions = {}) {
    if (typeof path !== "string" || path === "") {
      throw new ConfigurationError(
        "path",
        `The ledger's \`path\` is \`${shown(path)}\`.`,
        "Name a file, such as `usage.jsonl`.",
      );
    }
    this.path = path;
    this.#fsync = fsync;
  }

  /**
   * @throws MeteredError when the file cannot be written, or the runtime has no files; `CostCallbackHandler` turns that into
   * a warning
   */
  record(entry: LedgerEntry): void {
    const node = nodeFiles();
    const line = `${JSON.stringify(entry)}${NEWLINE}`;
    try {
      const file = (this.#file ??= open(node, this.path));
      // Asked each time: another process, too, may have died in the middle of a line.
      writeWhole(node, file, Buffer.from(endsInsideLine(node, file) ? `${NEWLINE}${line}` : line));
      if (this.#fsync) node.fs.fsyncSync(file);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MeteredError(
        `The ledger \`${this.path}\` cannot be written: ${reason}. Check the path, its permissions and the disk.`,
        { cause },
      );
    }
  }

  /** Closes the file. The next entry opens it again, as after a rotation. */
  close(): void {
    if (this.#file !== undefined) nodeFiles().fs.closeSync(this.#file);
    this.#file = undefined;
  }
}

function open(node: NodeFiles, path: string): number {
  makeFolder(node, node.path.dirname(path));
  return node.fs.openSync(path, "a+");
}

/** Not by `recursive`: where no folder can be made, such as under /proc, that never returns. */
function makeFolder(node: NodeFiles, path: string): void {
  if (node.fs.existsSync(path)) return;
  makeFolder(node, node.path.dirname(path));
  try {
    node.fs.mkdirSync(path);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // what file operations fail with
  }
}

function endsInsideLine({ fs }: NodeFiles, file: number): boolean {
  const { size } = fs.fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return fs.readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== NEWLINE;
}

/** Disks and pipes that are nearly full may take a part only. */
function writeWhole({ fs }: NodeFiles, file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at);
}
