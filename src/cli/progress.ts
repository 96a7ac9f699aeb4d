import { readEntries, type LedgerLine } from "../ledger/read_jsonl.js";
import type { Printer } from "./io.js";

/** Below this a file is read before anybody asks. */
const LEAST_BYTES = 4_194_304;
const CELLS = 24;

/** `readEntries`, with a bar on the terminal while a large file is read, if stderr is one; it is gone at the end. */
export async function* readWithProgress(file: string, printer: Printer): AsyncGenerator<LedgerLine> {
  const { io } = printer;
  let shown = -1;
  const show = (bytes: number, size: number) => {
    const percent = Math.floor((bytes / size) * 100);
    if (size < LEAST_BYTES || percent === shown) return;
    shown = percent;
    io.status?.(`${bar(percent)} ${String(percent).padStart(3)} % of ${Math.round(size / 1_048_576)} MiB`);
  };
  try {
    yield* readEntries(file, io.status === undefined ? undefined : show);
  } finally {
    if (shown !== -1) io.status?.("");
  }
}

function bar(percent: number): string {
  const done = Math.round((percent / 100) * CELLS);
  return `[${"#".repeat(done)}${".".repeat(CELLS - done)}]`;
}
