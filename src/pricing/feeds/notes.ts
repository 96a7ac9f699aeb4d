const MOST = 100;
const LONGEST = 300;

/** What was left out, in words: each once, and no more of them than anybody reads. */
export class Notes {
  readonly #seen = new Set<string>();
  #more = 0;

  add(note: string): void {
    const short = note.length > LONGEST ? `${note.slice(0, LONGEST)}...` : note;
    if (this.#seen.has(short)) return;
    if (this.#seen.size < MOST) this.#seen.add(short);
    else this.#more += 1;
  }

  get list(): string[] {
    return [...this.#seen, ...(this.#more === 0 ? [] : [`${this.#more} more`])];
  }
}
