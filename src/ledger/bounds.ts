import { boundText } from "./bound_text.js";

/** How much of an entry is kept. Texts in UTF-16 units, lists and records by their number. */
export interface Bounds {
  /** A name: of a model, a user, a tier, a tag, a run. A value of the metadata. */
  name: number;
  /** What is said of a cost or of usage. */
  sentence: number;
  sentences: number;
  /** A key of the metadata, the units or a declared price. */
  key: number;
  /** How many of them. */
  keys: number;
  units: number;
  components: number;
  tags: number;
  attempts: number;
  budgets: number;
}

/** What is kept of an entry as a rule. */
export const USUAL: Bounds = {
  name: 256,
  sentence: 1024,
  sentences: 32,
  key: 128,
  keys: 32,
  units: 32,
  components: 32,
  tags: 64,
  attempts: 32,
  budgets: 16,
};

/** What is kept of one that is full of characters which take six bytes each in JSON, so that its line would be too long. */
export const TIGHT: Bounds = {
  name: 64,
  sentence: 160,
  sentences: 2,
  key: 32,
  keys: 10,
  units: 24,
  components: 24,
  tags: 8,
  attempts: 1,
  budgets: 2,
};

/** The name of somebody or something, cut where it is too long; `undefined` stays. */
export function boundName<Name extends string | undefined>(name: Name, { name: most } = USUAL): Name {
  // A name that is cut is a text, as it was before.
  return name === undefined || name.length <= most ? name : (boundText(name, most) as Name);
}

/** The first tags, each cut where it is too long. */
export function boundTags(tags: readonly string[], { tags: most, name } = USUAL): string[] {
  return tags.slice(0, most).map((tag) => boundText(tag, name));
}

/** The first fields of a record of plain values, with keys and texts that are cut where they are too long. */
export function boundFields<Value>(
  fields: Readonly<Record<string, Value>>,
  { keys, key: longest, name } = USUAL,
): Record<string, Value> {
  // A text that is cut is one as before.
  const bound = (value: Value) => (typeof value === "string" ? (boundText(value, name) as Value) : value);
  return Object.fromEntries(
    Object.entries(fields)
      .slice(0, keys)
      .map(([key, value]) => [boundText(key, longest), bound(value)]),
  );
}

/** What is said, the first of it. */
export function boundSentences(sentences: readonly string[], { sentences: most, sentence } = USUAL): string[] {
  return sentences.slice(0, most).map((text) => boundText(text, sentence));
}
