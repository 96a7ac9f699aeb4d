import { Pieces } from "../../answer/pieces.js";
import { JsonScanner } from "../../transport/json_scanner.js";

/** The arguments of a call, as their pieces come. Says when they are whole, in time linear in their length. */
export class CallArguments {
  private readonly pieces = new Pieces();
  /** From the first question on: most servers never make anyone ask. */
  private scanner: JsonScanner | undefined;
  /** Whether the object is one, as soon as its last bracket is closed. */
  private verdict: boolean | undefined;

  /** Takes a piece of the text. */
  push(piece: string): void {
    if (piece === "") return;
    this.pieces.push(piece);
    if (this.scanner) this.scan(piece, this.scanner);
  }

  get isEmpty(): boolean {
    return this.pieces.isEmpty;
  }

  /** True for one JSON object and nothing after it. */
  get isWhole(): boolean {
    if (!this.scanner) this.scan(this.text, (this.scanner = new JsonScanner()));
    return this.verdict === true;
  }

  get text(): string {
    return this.pieces.text;
  }

  private scan(piece: string, scanner: JsonScanner): void {
    if (this.verdict === false || piece.trim() === "") return;
    // What is closed and goes on is not JSON, and never becomes it again: one look at the whole text is enough.
    if (this.verdict === true) this.verdict = false;
    else scanner.push(piece);
    if (this.verdict === undefined && !scanner.isOpen) this.verdict = isWholeObject(this.text);
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
