/** Cuts a byte stream into lines, ended by LF, CRLF or CR, wherever the pieces of the stream are cut. */
export class LineSplitter {
  private readonly decoder = new TextDecoder();
  private rest = "";
  private skipLineFeed = false;

  /** The lines that this piece completes. */
  push(piece: Uint8Array): string[] {
    return this.split(this.decoder.decode(piece, { stream: true }));
  }

  /** The lines that are left at the end of the stream, a last one without its line end included. */
  end(): string[] {
    const lines = this.split(this.decoder.decode());
    if (this.rest !== "") lines.push(this.rest);
    this.rest = "";
    return lines;
  }

  private split(added: string): string[] {
    let text = added;
    if (this.skipLineFeed && text !== "") {
      this.skipLineFeed = false;
      if (text.charCodeAt(0) === LF) text = text.slice(1);
    }
    // Only what is new is searched, so that one very long line costs no more than its length.
    const lines = text.includes("\r") ? this.splitAny(text) : text.split("\n");
    const last = lines.pop() ?? "";
    if (lines.length === 0) {
      this.rest += last;
      return lines;
    }
    lines[0] = this.rest + lines[0];
    this.rest = last;
    return lines;
  }

  private splitAny(text: string): string[] {
    this.skipLineFeed = text.endsWith("\r");
    return text.split(/\r\n|\r|\n/);
  }
}

const LF = 10;
