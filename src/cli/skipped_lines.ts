import { counted } from "../base/counted.js";
import type { LedgerLine } from "../ledger/read_jsonl.js";

const MAX_LINES = 100;

/** What of a ledger's file does not count. */
export class SkippedLines {
  /** Lines that are no entries, the first hundred of them in words. */
  readonly skipped: { count: number; lines: { line: number; reason: string }[] } = { count: 0, lines: [] };
  /** Entries that are in the file more than once; each counts once. */
  repeated = 0;

  add(item: Exclude<LedgerLine, { kind: "entry" }>): void {
    if (item.kind === "repeated") {
      this.repeated += 1;
      return;
    }
    this.skipped.count += 1;
    if (this.skipped.lines.length < MAX_LINES) this.skipped.lines.push({ line: item.line, reason: item.reason });
  }

  /** The same for people. */
  get words(): string[] {
    const { count, lines } = this.skipped;
    const words = lines.map(({ line, reason }) => `Line ${line} was skipped: ${reason}.`);
    if (count > lines.length)
      words.push(`${counted(count - lines.length, "more line was", "more lines were")} skipped.`);
    if (this.repeated > 0)
      words.push(`${counted(this.repeated, "entry is", "entries are")} in the file more than once; each counts once.`);
    return words;
  }
}
