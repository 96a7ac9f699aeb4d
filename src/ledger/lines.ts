import { ConfigurationError } from "../base/errors.js";
import type { NodeFiles } from "./node_files.js";

/** Sixteen times what a line is that this package writes. */
export const MAX_LINE_BYTES = 1_048_576;

/** A line of a file. */
export interface Line {
  /** `undefined` where the line is longer than what is read of one. */
  text: string | undefined;
  /** Whether it is a last line without a newline. */
  isLast: boolean;
}

/** How a file is read. */
export interface LineOptions {
  /** How much is read of a line. */
  maxBytes?: number;
  onRead?: OnRead;
}

/** Is told how many bytes of a file were read so far, and how many there were when reading began. */
export type OnRead = (bytes: number, size: number) => void;

const NEWLINE = 0x0a;

/**
 * The lines of a file, as far as it was written when reading began: a busy writer would keep the reader for ever. Cut at newlines
 * only, since JSON may hold other line separators. Of a line that is too long nothing is kept while the rest of it goes by.
 * @throws ConfigurationError when the file cannot be read
 */
export async function* linesOf(
  { fs }: NodeFiles,
  path: string,
  { maxBytes = MAX_LINE_BYTES, onRead }: LineOptions = {},
): AsyncGenerator<Line> {
  const line = new OpenLine(maxBytes);
  let read = 0;
  try {
    const { size } = await fs.promises.stat(path);
    if (size === 0) return;
    for await (const piece of fs.createReadStream(path, { end: size - 1 }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
        line.add(piece.subarray(start, end));
        yield { text: line.take(), isLast: false };
        start = end + 1;
      }
      line.add(piece.subarray(start));
      read += piece.length;
      onRead?.(read, size);
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
  if (line.bytes > 0) yield { text: line.take(), isLast: true };
}

/** A line that is being read. */
class OpenLine {
  bytes = 0;
  #pieces: Buffer[] = [];

  constructor(readonly maxBytes: number) {}

  add(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.bytes > this.maxBytes) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  /** The whole of it; the next line begins. */
  take(): string | undefined {
    const text = this.bytes > this.maxBytes ? undefined : textOf(this.#pieces, this.bytes);
    this.#pieces = [];
    this.bytes = 0;
    return text;
  }
}

function textOf(pieces: readonly Buffer[], bytes: number): string {
  const [only] = pieces;
  if (only === undefined) return "";
  if (pieces.length === 1) return only.toString("utf8");
  // A character may be in two pieces.
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole);
}
