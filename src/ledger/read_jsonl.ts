import { checkGiven, isString } from "../base/check_given.js";
import type { LedgerEntry } from "./entry.js";
import type { ParsedEntry } from "./entry_schema.js";
import { linesOf, MAX_LINE_BYTES, type OnRead } from "./lines.js";
import { nodeFiles } from "./node_files.js";
import { SeenCalls } from "./seen_calls.js";

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
  /** Lines whose call had come before: of the same id, with the same start and end, model, outcome and usage. */
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

/**
 * The same, one line after the other: for files that do not fit into memory.
 * @param onRead - is told how many bytes were read so far, and of how many
 */
export async function* readEntries(path: string, onRead?: OnRead): AsyncGenerator<LedgerLine> {
  checkGiven("path", path, isString, "Name a file, such as `usage.jsonl`.");
  // Entries are checked with zod, which only those load who read a file.
  const { parseEntry } = await import("./entry_schema.js");
  const node = nodeFiles();
  const seen = new SeenCalls(node.crypto);
  let line = 0;
  for await (const { text, isLast } of linesOf(node, path, { onRead })) {
    line += 1;
    if (text?.trim() === "") continue;
    const parsed = text === undefined ? TOO_LONG : parseLine(text, parseEntry);
    if ("reason" in parsed) {
      yield { kind: "skipped", line, reason: isLast ? "torn: the line has no end" : parsed.reason, isTorn: isLast };
      continue;
    }
    const { entry } = parsed;
    yield seen.isRepeated(entry) ? { kind: "repeated", id: entry.id } : { kind: "entry", entry };
  }
}

const TOO_LONG: ParsedEntry = { reason: `longer than ${MAX_LINE_BYTES} bytes` };

function parseLine(text: string, parseEntry: (value: unknown) => ParsedEntry): ParsedEntry {
  try {
    return parseEntry(JSON.parse(text));
  } catch {
    return { reason: "not JSON" };
  }
}
