import { ConfigurationError } from "../base/errors.js";
import type { LedgerEntry } from "./entry.js";
import type { ParsedEntry } from "./entry_schema.js";
import { nodeFiles } from "./node_files.js";

/** What one line of a ledger's file holds. */
export type LedgerLine = { kind: "entry"; entry: LedgerEntry } | { kind: "repeated"; id: string } | SkippedLine;

/** A line that is not an entry. */
export interface SkippedLine {
  kind: "skipped";
  /** Counted from 1. */
  line: number;
  /** Why, in words; `torn` lines were cut off by a crash, or are still being written. */
  reason: string;
  isTorn: boolean;
}

/** What a ledger's file holds. */
export interface LedgerReading {
  /** Each once, in the order of the file. */
  entries: LedgerEntry[];
  skipped: SkippedLine[];
  /** Lines whose id had come before. */
  repeated: number;
}

/**
 * Reads a ledger's file, also while it is written: what is in it when reading begins. Lines that are no entries are skipped and reported.
 * @throws ConfigurationError when the file cannot be read; MeteredError where the runtime has no files
 */
export async function readLedger(path: string): Promise<LedgerReading> {
  const reading: LedgerReading = { entries: [], skipped: [], repeated: 0 };
  for await (const item of readEntries(path)) {
    if (item.kind === "entry") reading.entries.push(item.entry);
    else if (item.kind === "repeated") reading.repeated += 1;
    else reading.skipped.push(item);
  }
  return reading;
}

/** The same, one line after the other: for files that do not fit into memory. */
export async function* readEntries(path: string): AsyncGenerator<LedgerLine> {
  // Entries are checked with zod, which only those load who read a file.
  const { parseEntry } = await import("./entry_schema.js");
  const seen = new Set<string>();
  let line = 0;
  for await (const { text, isLast } of linesOf(path)) {
    line += 1;
    if (text.trim() === "") continue;
    const parsed = parseLine(text, parseEntry);
    if ("reason" in parsed) {
      yield { kind: "skipped", line, reason: isLast ? "torn: the line has no end" : parsed.reason, isTorn: isLast };
      continue;
    }
    const { entry } = parsed;
    yield seen.has(entry.id) ? { kind: "repeated", id: entry.id } : { kind: "entry", entry };
    seen.add(entry.id);
  }
}

function parseLine(text: string, parseEntry: (value: unknown) => ParsedEntry): ParsedEntry {
  try {
    return parseEntry(JSON.parse(text));
  } catch {
    return { reason: "not JSON" };
  }
}

const NEWLINE = 0x0a;

/** Cuts at newlines only: JSON may hold other line separators. `isLast` marks a last line without a newline. */
async function* linesOf(path: string): AsyncGenerator<{ text: string; isLast: boolean }> {
  const { fs } = nodeFiles();
  let rest: Buffer[] = [];
  try {
    // As far as it was written when reading began: a busy writer would keep the reader for ever.
    const { size } = await fs.promises.stat(path);
    if (size === 0) return;
    for await (const piece of fs.createReadStream(path, { end: size - 1 }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
        yield { text: Buffer.concat([...rest, piece.subarray(start, end)]).toString("utf8"), isLast: false };
        rest = [];
        start = end + 1;
      }
      if (start < piece.length) rest.push(piece.subarray(start));
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException; // what file operations fail with
    if (code === undefined) throw error;
    throw new ConfigurationError(
      "path",
      `The ledger \`${path}\` cannot be read: ${message}.`,
      "Check the path and its permissions.",
    );
  }
  if (rest.length > 0) yield { text: Buffer.concat(rest).toString("utf8"), isLast: true };
}
