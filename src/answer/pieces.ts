/** So many pieces are joined at once. */
const MOST_APART = 128;

/**
 * A text that comes in pieces. They are joined now and then: pieces that are kept one by one, or that hang on each other
 * as in a sum of texts, take several times the room of their letters.
 */
export class Pieces {
  private readonly joined: string[] = [];
  private apart: string[] = [];

  push(piece: string): void {
    this.apart.push(piece);
    if (this.apart.length < MOST_APART) return;
    this.joined.push(this.apart.join(""));
    this.apart = [];
  }

  /** True before the first piece. */
  get isEmpty(): boolean {
    return this.apart.length === 0 && this.joined.length === 0;
  }

  get text(): string {
    return this.joined.join("") + this.apart.join("");
  }

  /** Forgets all pieces, and returns their text. */
  take(): string {
    const { text } = this;
    this.joined.length = 0;
    this.apart = [];
    return text;
  }
}
