/** By what tokens were counted: the vocabulary, a sample of the text and its length, the length alone. */
export type CountMethod = "o200k" | "sample" | "bytes";

/** Texts that are counted together: those of one message, the schema of one tool. */
export interface Group {
  texts: readonly string[];
  /** By what the count is remembered. */
  owner?: object;
}

/** What was counted of a group. */
export interface Counted {
  tokens: number;
  /** In UTF-8, or more. */
  bytes: number;
  method: CountMethod;
}

/** Counts of what belongs to an object, for as long as it lives: an agent sends its history again with every call. */
export class CountMemory {
  readonly #known = new WeakMap<object, { texts: readonly string[]; counted: Counted }>();

  /** The count of the very same texts. */
  recall({ owner, texts }: Group): Counted | undefined {
    const known = owner && this.#known.get(owner);
    // A message can be changed after it was counted.
    const isSame = known?.texts.length === texts.length && known.texts.every((text, index) => text === texts[index]);
    return isSame ? known.counted : undefined;
  }

  /** Remembers a count and returns it. */
  keep({ owner, texts }: Group, counted: Counted): Counted {
    if (owner) this.#known.set(owner, { texts, counted });
    return counted;
  }
}
