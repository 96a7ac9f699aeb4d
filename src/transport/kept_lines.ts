import { BoundedText } from "./bounded_text.js";

/** Lines are joined in groups of so many, or of so many characters. */
const LINES_AT_ONCE = 1_000;
const CHARACTERS_AT_ONCE = 65_536;

/** Lines that are wanted as one text. Where they are short, a string of its own for each would take many times their size. */
export class KeptLines {
  private readonly text: BoundedText;
  private lines: string[] = [];
  private characters = 0;

  constructor(maxBytes: number) {
    this.text = new BoundedText(maxBytes);
  }

  get isEmpty(): boolean {
    return this.lines.length === 0 && this.text.length === 0;
  }

  /** @throws ResponseTooLargeError */
  add(line: string): void {
    this.lines.push(line);
    this.characters += line.length;
    if (this.lines.length >= LINES_AT_ONCE || this.characters >= CHARACTERS_AT_ONCE) this.join();
  }

  /** Gives the lines away, with line feeds between them. @throws ResponseTooLargeError */
  take(): string {
    this.join();
    return this.text.take();
  }

  private join(): void {
    if (this.lines.length === 0) return;
    const text = this.lines.join("\n");
    this.text.add(this.text.length > 0 ? `\n${text}` : text);
    this.lines = [];
    this.characters = 0;
  }
}
