import { BoundedText, checkSize } from "./bounded_text.js";

/** Cuts a byte stream into lines, ended by LF, CRLF or CR, wherever the pieces of the stream are cut. */
export class LineSplitter {
  private readonly decoder = new TextDecoder();
  private readonly rest: BoundedText;
  private skipLineFeed = false;
  private failure: { error: unknown } | undefined;

  /** @param maxBytes how large a line may be */
  constructor(private readonly maxBytes = Infinity) {
    this.rest = new BoundedText(maxBytes);
  }

  /**
   * The lines that this piece completes.
   * @throws ResponseTooLargeError for a line that is too large, once the lines before it have been handed out
   */
  push(piece: Uint8Array | string): string[] {
    if (this.failure) throw this.failure.error;
    return this.split(this.decode(piece));
  }

  /** The lines that are left at the end of the stream, a last one without its line end included. */
  end(): string[] {
    if (this.failure) throw this.failure.error;
    const lines = this.split(this.decoder.decode());
    if (this.rest.length > 0) lines.push(this.rest.take());
    return lines;
  }

  /** What came after the last line end, for who goes on with `decode`: with the text itself, and not with its lines. */
  takeRest(): string {
    if (this.failure) throw this.failure.error;
    return this.rest.take();
  }

  decode(piece: Uint8Array | string): string {
    return typeof piece === "string" ? piece : this.decoder.decode(piece, { stream: true });
  }

  private split(added: string): string[] {
    let text = added;
    if (this.skipLineFeed && text !== "") {
      this.skipLineFeed = false;
      if (text.charCodeAt(0) === LF) text = text.slice(1);
    }
    // Only what is new is searched, so that one very long line costs no more than its length.
    const lines = text.includes("\r") ? this.splitAny(text) : text.split("\n");
    return this.within(lines);
  }

  private splitAny(text: string): string[] {
    this.skipLineFeed = text.endsWith("\r");
    return text.split(/\r\n|\r|\n/);
  }

  /** Joins lines with what came before them, and keeps the last one, which may go on. */
  private within(lines: string[]): string[] {
    const last = lines.pop() ?? "";
    let complete = 0;
    try {
      for (; complete < lines.length; complete++) {
        if (complete === 0) lines[0] = this.joined(lines[0] ?? "");
        else checkSize(lines[complete] ?? "", this.maxBytes);
      }
      if (last !== "") this.rest.add(last);
    } catch (error) {
      if (complete === 0) throw error;
      this.failure = { error };
      lines.length = complete;
    }
    return lines;
  }

  private joined(line: string): string {
    this.rest.add(line);
    return this.rest.take();
  }
}

const LF = 10;
