import { JsonScanner } from "../../transport/json_scanner.js";

/** The arguments of a call, as their pieces come. Says when they are whole, in time linear in their length. */
export class CallArguments {
  private readonly pieces: string[] = [];
  private readonly scanner = new JsonScanner();
  /** How many pieces the scanner has seen: most servers never make anyone ask. */
  private scanned = 0;
  /** Whether the object is one, as soon as its last bracket is closed. */
  private verdict: boolean | undefined;

  /** Takes a piece of the text. */
  push(piece: string): void {
    if (piece !== "") this.pieces.push(piece);
  }

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  /** True for one JSON object and nothing after it. */
  get isWhole(): boolean {
    for (; this.scanned < this.pieces.length; this.scanned++) this.scan(this.pieces[this.scanned] ?? "");
    return this.verdict === true;
  }

  get text(): string {
    return this.pieces.join("");
  }

  private scan(piece: string): void {
    if (this.verdict === false || piece.trim() === "") return;
    // What is closed and goes on is not JSON, and never becomes it again: one look at the whole text is enough.
    if (this.verdict === true) this.verdict = false;
    else this.scanner.push(piece);
    if (this.verdict === undefined && !this.scanner.isOpen) this.verdict = isWholeObject(this.textTo(this.scanned));
  }

  private textTo(position: number): string {
    return this.pieces.slice(0, position + 1).join("");
  }
}

/** True for the text of one JSON object. */
export function isWholeObject(text: string): boolean {
  if (!text.trimEnd().endsWith("}")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
