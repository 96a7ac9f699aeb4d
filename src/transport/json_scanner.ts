const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Follows JSON text that comes in pieces; looks at each character once. */
export class JsonScanner {
  private depth = 0;
  private isInString = false;
  private isEscaped = false;

  /** True while a string or a bracket is open. */
  get isOpen(): boolean {
    return this.isInString || this.depth > 0;
  }

  push(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.isInString) this.see(code);
      else if (code === QUOTE) this.isInString = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.depth++;
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) this.depth--;
    }
  }

  /** A character of a string. */
  private see(code: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (code === BACKSLASH) this.isEscaped = true;
    else if (code === QUOTE) this.isInString = false;
  }
}
