/** Of a digest, in words of 32 bits: enough that two are never taken for one. */
const WORDS = 4;
const FIRST_SLOTS = 64;
/** Each grows by itself, so that little is copied at once. */
const TABLES = 256;
/** How full a table may be. */
const MOST_FILL = 0.75;

/**
 * A set of digests: texts of at least 17 characters below 256, as good as random. It keeps 16 bytes of each in tables outside of
 * the heap, at most 43 with the free room.
 */
export class DigestSet {
  readonly #tables = Array.from({ length: TABLES }, () => new Table());

  /** False for a digest that is there already. */
  add(digest: string): boolean {
    return this.#tables[digest.charCodeAt(WORDS * 4)]?.add(digest) === true;
  }
}

/** Open addressing: a digest lies at the slot that its first word says, or at the next free one. */
class Table {
  #words = new Uint32Array(FIRST_SLOTS * WORDS);
  #slots = 0;
  readonly #digest = new Uint32Array(WORDS);

  add(text: string): boolean {
    const digest = this.#digest;
    for (let word = 0; word < WORDS; word++) digest[word] = wordAt(text, word * 4);
    // No digest's first word is 0, which a free slot's is.
    if (digest[0] === 0) digest[0] = 1;
    const at = slotOf(this.#words, digest);
    if (this.#words[at] !== 0) return false;
    this.#words.set(digest, at);
    this.#slots += 1;
    if (this.#slots * WORDS > this.#words.length * MOST_FILL) this.#grow();
    return true;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#words.length * 2);
    for (let at = 0; at < this.#words.length; at += WORDS) {
      const digest = this.#words.subarray(at, at + WORDS);
      if (digest[0] !== 0) larger.set(digest, slotOf(larger, digest));
    }
    this.#words = larger;
  }
}

/** Where a digest is, or is to be. */
function slotOf(words: Uint32Array, digest: Uint32Array): number {
  // The length is a power of two.
  const mask = words.length - 1;
  let at = ((digest[0] ?? 0) * WORDS) & mask;
  while (words[at] !== 0 && !isAt(words, at, digest)) at = (at + WORDS) & mask;
  return at;
}

function isAt(words: Uint32Array, at: number, digest: Uint32Array): boolean {
  for (let word = 0; word < WORDS; word++) if (words[at + word] !== digest[word]) return false;
  return true;
}

function wordAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) |
      (text.charCodeAt(at + 1) << 8) |
      (text.charCodeAt(at + 2) << 16) |
      (text.charCodeAt(at + 3) << 24)) >>>
    0
  );
}
